"""Where reports appear in the menus and on items."""

from flask import render_template

from accounts.groups.access import may_see_results
from core.access import principal
from scorm.play.queries import registration_of


def results(**_context) -> str | None:
    """Results, for those who train somebody."""
    return render_template("results/_nav.html") if principal().may("trainer") else None


def my_results(**_context) -> str | None:
    """One's own results."""
    return render_template("results/_nav_mine.html")


def my_activity(**_context) -> str | None:
    """What one did oneself."""
    return render_template("people/_nav_mine.html")


def activity_of_person(person, **_context) -> str | None:
    """From a profile to what the person did, for those who may see it."""
    return render_template("people/_of_profile.html", person=person) if may_see_results(principal(), person.id) else None


def results_of_item(item, **_context) -> str | None:
    """From an item to who did what with it, and for a course to what they did inside it."""
    return render_template("results/_of_item.html", item=item) if principal().may("trainer") else None


def attempts_of_mine(item, **_context) -> str | None:
    """From one's own progress in a course to one's attempts and answers."""
    who = principal()
    if item.kind != "scorm" or who.person_id is None or registration_of(who.person_id, item.id) is None:
        return None
    return render_template("attempts/_of_mine.html", item=item)

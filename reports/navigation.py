"""Where reports appear in the menus and on items."""

from flask import render_template

from accounts.groups.access import may_see_results
from core.access import principal


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
    """From an item to who did what with it."""
    return render_template("results/_of_item.html", item=item) if principal().may("trainer") else None

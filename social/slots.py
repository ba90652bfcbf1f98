"""What the discussion, the likes and the popularity show on pages of lower packages."""

from flask import Flask, render_template

from core.access import principal
from core.slots import register_slot
from social.discussions import queries
from social.discussions.views import discussion
from social.likes import queries as likes
from social.popularity import queries as popularity


def talk_beside(*, item, **_context) -> str:
    return render_template("discussions/_aside.html", **discussion(item))


def like_button(*, item, **_context) -> str:
    return render_template(
        "likes/_item.html", item=item, liked=likes.likes_item(item.id, by=principal().person_id), count=likes.count(item_id=item.id)
    )


def popularity_line(*, item, **_context) -> str:
    return render_template("popularity/_line.html", item=item, popularity=popularity.of(item))


def latest_talk(**_context) -> str | None:
    return render_template("discussions/_latest.html", comments=queries.latest(principal())) if principal().signed_in else None


def contributions(*, person, **_context) -> str:
    total, comments = queries.contributions(person.id, to=principal())
    return render_template("discussions/_contributions.html", total=total, comments=comments, person=person)


def init_app(app: Flask) -> None:
    register_slot(app, "item.aside", talk_beside, order=10)
    register_slot(app, "item.actions", like_button, order=50)
    register_slot(app, "item.actions", popularity_line, order=900)
    register_slot(app, "home.aside", latest_talk, order=10)
    register_slot(app, "profile.main", contributions, order=50)

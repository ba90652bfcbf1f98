"""The pages and acts of one comment."""

import json

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.access import access, principal
from core.markdown import render
from social.acting import act, acting
from social.blueprint import pages
from social.discussions import queries, service
from social.discussions.views import REFUSALS, from_htmx, kept, one_post, place_of, written


@pages.get("/comments/<uuid:uuid>")
@access("person")
def comment(uuid):
    """The permalink: leads to the comment in its thread; what was removed says so and shows the way to the thread."""
    found = one_post(uuid)
    if found["post"].text is None:
        return render_template("discussions/removed.html", **found), 410
    return redirect(place_of(uuid))


@pages.get("/comments/<uuid:uuid>/edit")
@access("person")
def edit_comment(uuid):
    """The form in which its author changes a comment."""
    found = queries.get_comment(uuid, to=principal())
    return render_template(
        "discussions/edit.html", comment=found, thread=found.thread, draft={"title": found.thread.title, "body": found.body}
    )


@pages.post("/comments/<uuid:uuid>/edit")
@access("person")
def save_comment(uuid):
    """Take the change in, or (the button "preview") show how it would look."""
    if "preview" in request.form:
        return _edit_again(uuid, preview=render(request.form.get("body", "")))
    fields = written("body") | (written("title") if "title" in request.form else {})
    try:
        with act():
            service.edit(by=acting(), comment=queries.get_comment(uuid, to=acting()), **fields)
    except REFUSALS as refused:
        return _edit_again(uuid, refused=refused)
    return redirect(place_of(uuid), 303)


def _edit_again(uuid, *, refused=None, preview=None):
    found = queries.get_comment(uuid, to=principal())
    page = render_template("discussions/edit.html", comment=found, thread=found.thread, **kept(refused, preview))
    return page, refused.status if refused else 200


@pages.get("/comments/<uuid:uuid>/history")
@access("person")
def comment_history(uuid):
    """What a comment said before it was edited."""
    found = one_post(uuid)
    if found["post"].text is None:
        return render_template("discussions/removed.html", **found), 410
    return render_template("discussions/history.html", **found, versions=queries.history(found["post"].comment))


@pages.post("/comments/<uuid:uuid>/delete")
@access("person")
def delete_comment(uuid):
    """Take one's comment away; the answer offers the way back."""
    _act(service.delete, uuid)
    return _gone(uuid, _("Your comment is removed."), undo="social.restore_comment")


@pages.post("/comments/<uuid:uuid>/restore")
@access("person")
def restore_comment(uuid):
    """Undo a deletion."""
    _act(service.restore, uuid)
    return redirect(place_of(uuid), 303)


@pages.post("/comments/<uuid:uuid>/hide")
@access("person")
def hide_comment(uuid):
    """Moderate a comment; the answer offers the way back."""
    _act(service.hide, uuid)
    return _gone(uuid, _("The comment is hidden. Its author and you still see it."), undo="social.show_comment")


@pages.post("/comments/<uuid:uuid>/show")
@access("person")
def show_comment(uuid):
    """Show a hidden comment again."""
    _act(service.show, uuid)
    return redirect(place_of(uuid), 303)


def _act(verb, uuid) -> None:
    with act():
        verb(by=acting(), comment=queries.get_comment(uuid, to=acting()))


def _gone(uuid, text: str, *, undo: str):
    """Where a comment was: a line that says so, and the news with its undo."""
    news = {"text": text, "undo": url_for(undo, uuid=uuid)}
    if from_htmx():
        answer = make_response(render_template("discussions/_post.html", **one_post(uuid)))
        answer.headers["HX-Trigger"] = json.dumps({"toast": news})
        return answer
    flash(news, "success")
    return redirect(place_of(uuid), 303)

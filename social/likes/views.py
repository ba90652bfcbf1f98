"""Liking from pages: a form without JavaScript, PUT and DELETE with it."""

from flask import jsonify, redirect, request

from catalogue.items.queries import get_visible
from core.access import access
from social.acting import act, acting
from social.blueprint import pages
from social.discussions.queries import get_comment
from social.discussions.views import place_of
from social.likes import queries, service


@pages.route("/items/<uuid:uuid>/like", methods=["PUT", "DELETE"])
@access("person")
def set_item_like(uuid):
    """Like an item (PUT) or no longer (DELETE); both may be repeated."""
    with act():
        item = get_visible(uuid, to=acting())
        _wanted()(by=acting(), item=item)
        answer = {"liked": request.method == "PUT", "count": queries.count(item_id=item.id)}
    return jsonify(answer)


@pages.post("/items/<uuid:uuid>/like")
@access("person")
def like_item(uuid):
    """The same by a form: ``liked`` is 1 or 0."""
    with act():
        _wanted()(by=acting(), item=get_visible(uuid, to=acting()))
    return redirect(f"/items/{uuid}", 303)


@pages.route("/comments/<uuid:uuid>/like", methods=["PUT", "DELETE"])
@access("person")
def set_comment_like(uuid):
    """Like a comment (PUT) or no longer (DELETE); both may be repeated."""
    return jsonify(_set_comment(uuid))


@pages.post("/comments/<uuid:uuid>/like")
@access("person")
def like_comment(uuid):
    """The same by a form: ``liked`` is 1 or 0."""
    _set_comment(uuid)
    return redirect(place_of(uuid), 303)


def _set_comment(uuid) -> dict:
    with act():
        comment = get_comment(uuid, to=acting())
        _wanted()(by=acting(), comment=comment)
        return {"liked": request.method == "PUT", "count": queries.count(comment_id=comment.id)}


def _wanted():
    """The verb a request asks for."""
    wanted = request.form.get("liked") == "1" if request.method == "POST" else request.method == "PUT"
    return service.like if wanted else service.unlike

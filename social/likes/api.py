"""Likes under ``/api/v1``."""

from marshmallow import Schema, fields

from catalogue.items.queries import get_visible
from core.access import access, principal
from core.api import PageArgs, api_blueprint, page_schema
from social.acting import act, acting
from social.discussions.queries import get_comment
from social.discussions.schemas import ActingSchema, AuthorSchema
from social.likes import queries, service

api = api_blueprint("likes", __name__, description="Who likes which item or comment")


class StateSchema(Schema):
    """What the caller thinks of a thing, and how many like it."""

    liked = fields.Boolean()
    count = fields.Integer()


class LikeSchema(Schema):
    """One person who likes a thing."""

    person = fields.Nested(AuthorSchema)
    since = fields.DateTime()


@api.get("/items/<uuid:uuid>/likes")
@access("person")
@api.arguments(PageArgs, location="query")
@api.response(200, page_schema(LikeSchema))
def list_item_likes(args, uuid):
    """Who likes an item, the latest first"""
    return queries.people(item_id=get_visible(uuid, to=principal()).id, **args)


@api.put("/items/<uuid:uuid>/like")
@access("person")
@api.arguments(ActingSchema, location="query")
@api.response(200, StateSchema)
def like_item(args, uuid):
    """Like an item; may be repeated"""
    return _item(service.like, uuid, by=acting(args["on_behalf_of"]))


@api.delete("/items/<uuid:uuid>/like")
@access("person")
@api.arguments(ActingSchema, location="query")
@api.response(200, StateSchema)
def unlike_item(args, uuid):
    """No longer like an item; may be repeated"""
    return _item(service.unlike, uuid, by=acting(args["on_behalf_of"]))


@api.get("/comments/<uuid:uuid>/likes")
@access("person")
@api.arguments(PageArgs, location="query")
@api.response(200, page_schema(LikeSchema))
def list_comment_likes(args, uuid):
    """Who likes a comment, the latest first"""
    return queries.people(comment_id=get_comment(uuid, to=principal()).id, **args)


@api.put("/comments/<uuid:uuid>/like")
@access("person")
@api.arguments(ActingSchema, location="query")
@api.response(200, StateSchema)
def like_comment(args, uuid):
    """Like a comment; may be repeated"""
    return _comment(service.like, uuid, by=acting(args["on_behalf_of"]))


@api.delete("/comments/<uuid:uuid>/like")
@access("person")
@api.arguments(ActingSchema, location="query")
@api.response(200, StateSchema)
def unlike_comment(args, uuid):
    """No longer like a comment; may be repeated"""
    return _comment(service.unlike, uuid, by=acting(args["on_behalf_of"]))


def _item(verb, uuid, *, by) -> dict:
    with act():
        item = get_visible(uuid, to=by)
        verb(by=by, item=item)
        return {"liked": verb is service.like, "count": queries.count(item_id=item.id)}


def _comment(verb, uuid, *, by) -> dict:
    with act():
        comment = get_comment(uuid, to=by)
        verb(by=by, comment=comment)
        return {"liked": verb is service.like, "count": queries.count(comment_id=comment.id)}

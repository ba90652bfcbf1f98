"""Threads and comments under ``/api/v1``. A session acts for its person, a key with scope ``all`` for the one it names."""

from catalogue.items.queries import get_visible
from core.access import access, principal
from core.api import PageArgs, api_blueprint, page_schema
from social.acting import act, acting
from social.discussions import queries, service
from social.discussions.schemas import ActingSchema, CommentSchema, EditSchema, ReplySchema, StartSchema, ThreadSchema

api = api_blueprint("discussions", __name__, description="Threads beside items, comments and replies")


def page_of(page: queries.Page) -> dict:
    return {"items": page.entries, "total": page.total, "page": page.page, "pages": page.pages}


@api.get("/items/<uuid:uuid>/threads")
@access("person")
@api.arguments(PageArgs, location="query")
@api.response(200, page_schema(ThreadSchema))
def list_threads(args, uuid):
    """The threads of an item, the latest written in first"""
    return page_of(queries.conversations(get_visible(uuid, to=principal()), to=principal(), **args))


@api.post("/items/<uuid:uuid>/threads")
@access("person")
@api.arguments(StartSchema)
@api.response(201, ThreadSchema)
def start_thread(data, uuid):
    """Begin a thread"""
    by = acting(data.pop("on_behalf_of"))
    with act():
        made = service.start(by=by, item=get_visible(uuid, to=by), **data).uuid
    return queries.conversation_of(queries.get_comment(made, to=by).thread, to=by)


@api.get("/threads/<uuid:uuid>")
@access("person")
@api.response(200, ThreadSchema)
def get_thread(uuid):
    """A thread with its opening comment"""
    return queries.conversation_of(queries.get_thread(uuid, to=principal()), to=principal())


@api.get("/threads/<uuid:uuid>/comments")
@access("person")
@api.arguments(PageArgs, location="query")
@api.response(200, page_schema(CommentSchema))
def list_comments(args, uuid):
    """The replies of a thread in the order of writing"""
    _opening, replies = queries.conversation(queries.get_thread(uuid, to=principal()), to=principal(), **args)
    return page_of(replies)


@api.post("/threads/<uuid:uuid>/comments")
@access("person")
@api.arguments(ReplySchema)
@api.response(201, CommentSchema)
def reply(data, uuid):
    """Reply in a thread"""
    by = acting(data.pop("on_behalf_of"))
    with act():
        made = service.reply(by=by, thread=queries.get_thread(uuid, to=by), **data).uuid
    return queries.post(made, to=by)


@api.get("/comments/<uuid:uuid>")
@access("person")
@api.response(200, CommentSchema)
def get_comment(uuid):
    """A comment, removed or not"""
    return queries.post(uuid, to=principal())


@api.patch("/comments/<uuid:uuid>")
@access("person")
@api.arguments(EditSchema)
@api.response(200, CommentSchema)
def edit_comment(data, uuid):
    """Change one's comment; what it said before stays in its history"""
    by = acting(data.pop("on_behalf_of"))
    return _act(service.edit, uuid, by=by, **data)


@api.delete("/comments/<uuid:uuid>")
@access("person")
@api.arguments(ActingSchema, location="query")
@api.response(200, CommentSchema)
def delete_comment(args, uuid):
    """Take one's comment away; it can be restored"""
    return _act(service.delete, uuid, by=acting(args["on_behalf_of"]))


@api.post("/comments/<uuid:uuid>/restore")
@access("person")
@api.arguments(ActingSchema, location="query")
@api.response(200, CommentSchema)
def restore_comment(args, uuid):
    """Undo a deletion"""
    return _act(service.restore, uuid, by=acting(args["on_behalf_of"]))


@api.put("/comments/<uuid:uuid>/hidden")
@access("person")
@api.arguments(ActingSchema, location="query")
@api.response(200, CommentSchema)
def hide_comment(args, uuid):
    """Moderate: hide a comment from readers"""
    return _act(service.hide, uuid, by=acting(args["on_behalf_of"]))


@api.delete("/comments/<uuid:uuid>/hidden")
@access("person")
@api.arguments(ActingSchema, location="query")
@api.response(200, CommentSchema)
def show_comment(args, uuid):
    """Show a hidden comment again"""
    return _act(service.show, uuid, by=acting(args["on_behalf_of"]))


def _act(verb, uuid, *, by, **changes):
    """One verb on one comment; answers the comment as it then is."""
    with act():
        verb(by=by, comment=queries.get_comment(uuid, to=by), **changes)
    return queries.post(uuid, to=by)

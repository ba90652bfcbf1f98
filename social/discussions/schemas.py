"""Threads and comments as JSON."""

from flask import url_for
from marshmallow import Schema, fields

from core.markdown import render
from core.schemas import StrictSchema, StrictString


class AuthorSchema(Schema):
    """Who wrote it."""

    id = fields.String(attribute="uuid")
    name = fields.String()


class CommentSchema(Schema):
    """A comment as the caller may read it: ``body`` and ``html`` are null where it was removed or hidden."""

    id = fields.String(attribute="comment.uuid")
    thread = fields.Function(lambda post: post.comment.thread.uuid, metadata={"type": "string"})
    item = fields.Function(lambda post: post.comment.thread.item.uuid, metadata={"type": "string"})
    author = fields.Nested(AuthorSchema, attribute="comment.author")
    opening = fields.Boolean(attribute="comment.opening", metadata={"description": "True for the post that began the thread"})
    body = fields.String(attribute="text", allow_none=True, metadata={"description": "Markdown"})
    html = fields.Function(lambda post: str(render(post.text)) if post.text is not None else None, metadata={"type": ["string", "null"]})
    created = fields.DateTime(attribute="comment.created_at")
    edited = fields.DateTime(attribute="comment.edited_at", allow_none=True)
    deleted = fields.DateTime(attribute="comment.deleted_at", allow_none=True)
    hidden = fields.DateTime(attribute="comment.hidden_at", allow_none=True)
    likes = fields.Integer()
    liked = fields.Boolean(metadata={"description": "True when the caller likes it"})
    url = fields.Function(
        lambda post: url_for("social.comment", uuid=post.comment.uuid, _external=False),
        metadata={"type": "string", "description": "Permalink"},
    )


class ThreadSchema(Schema):
    """A thread with its opening comment."""

    id = fields.String(attribute="thread.uuid")
    item = fields.Function(lambda entry: entry.opening.comment.thread.item.uuid, metadata={"type": "string"})
    title = fields.Function(lambda entry: entry.thread.title if entry.opening.text is not None else "", metadata={"type": "string"})
    opening = fields.Nested(CommentSchema)
    replies = fields.Integer()
    created = fields.DateTime(attribute="thread.created_at")
    last = fields.DateTime(attribute="thread.last_at", metadata={"description": "When somebody last wrote"})
    url = fields.Function(lambda entry: url_for("social.thread", uuid=entry.thread.uuid), metadata={"type": "string"})


class ActingSchema(StrictSchema):
    """For a machine key: who acts."""

    on_behalf_of = StrictString(load_default=None, metadata={"description": "With a key: the e-mail address of the person who acts"})


class ReplySchema(ActingSchema):
    """A reply to write."""

    body = StrictString(required=True, metadata={"description": "Markdown, at most 20,000 characters"})
    key = StrictString(
        load_default=None,
        data_key="key",
        attribute="submission",
        metadata={"description": "Your own key for this text: sending it again makes no second comment"},
    )


class StartSchema(ReplySchema):
    """A thread to begin."""

    title = StrictString(load_default="", metadata={"description": "With a title it is a topic, without one a comment on the item"})


class EditSchema(ActingSchema):
    """A change to one's comment; the title is that of the thread it opens."""

    body = StrictString(required=True, metadata={"description": "Markdown, at most 20,000 characters"})
    title = StrictString(load_default=None)

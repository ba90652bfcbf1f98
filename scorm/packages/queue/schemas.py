"""JSON of uploads on the HTTP API."""

from marshmallow import Schema, fields, validate

from core.api import PageArgs
from scorm.packages.queue.rules import STATES
from scorm.packages.schemas import ReportSchema


class UploadArgs(PageArgs):
    """``?batch=`` and ``?state=`` of the list."""

    batch = fields.UUID(load_default=None, metadata={"description": "Only those of this batch"})
    state = fields.String(load_default=None, validate=validate.OneOf(STATES), metadata={"description": "Only those in this state"})


class UploadItemSchema(Schema):
    """What came of an upload in the catalogue; it may have been deleted since."""

    uuid = fields.String(metadata={"description": "Item"})
    url = fields.String(metadata={"description": "Its page"})


class UploadSchema(Schema):
    """A file that was handed in."""

    PLAIN = ("uuid", "batch", "name", "size", "sha256", "theme", "publish", "state", "attempts", "duplicate", "created_at", "finished_at")

    uuid = fields.String(metadata={"description": "Upload"})
    batch = fields.String(metadata={"description": "What was handed in together"})
    name = fields.String(metadata={"description": "Name as sent"})
    size = fields.Integer(metadata={"description": "Bytes"})
    sha256 = fields.String(metadata={"description": "Digest of the bytes that were kept, in hexadecimal"})
    theme = fields.String(metadata={"description": "Theme of the item to be; empty for none"})
    publish = fields.Boolean(metadata={"description": "Whether the item is published at once"})
    state = fields.String(
        metadata={
            "description": "done: imported; refused: the report says why; failed: `problem` does, and the file is kept",
            "enum": STATES,
        }
    )
    attempts = fields.Integer(metadata={"description": "How often its import was begun"})
    duplicate = fields.Boolean(metadata={"description": "True when these bytes had been imported before; nothing was added"})
    problem = fields.String(allow_none=True, metadata={"description": "What holds it up, or why it failed, in the caller's language"})
    package = fields.String(allow_none=True, metadata={"description": "The package it became"})
    item = fields.Nested(UploadItemSchema, allow_none=True, metadata={"description": "The item it became"})
    created_at = fields.DateTime(metadata={"description": "When the file was kept"})
    finished_at = fields.DateTime(allow_none=True, metadata={"description": "When it was done, refused or failed"})


class UploadReportSchema(UploadSchema):
    """A file that was handed in, with what its import found."""

    report = fields.Nested(ReportSchema, allow_none=True, metadata={"description": "The import report, of what is done or refused"})

"""Items and progress as JSON."""

from flask import url_for
from marshmallow import Schema, fields, validate

from catalogue.browse.rules import BAND_NAMES, MAX_QUERY, SORTS
from catalogue.items.rules import VISIBILITIES
from core.api import PageArgs
from core.schemas import StrictInteger, StrictSchema, StrictString


class ItemArgs(PageArgs):
    """The catalogue page's filters; one that is given several times means any of its values."""

    q = fields.String(load_default="", validate=validate.Length(max=MAX_QUERY), metadata={"description": "Words of title or description"})
    theme = fields.UUID(load_default=None, metadata={"description": "Uuid of a theme; those below it are included"})
    kind = fields.List(fields.String(), load_default=[], metadata={"description": "scorm, video, …"})
    language = fields.List(fields.String(), load_default=[], metadata={"description": "Language tag, e.g. fr"})
    duration = fields.List(
        fields.String(validate=validate.OneOf(BAND_NAMES)), load_default=[], metadata={"description": "Under 5, 15, 60 minutes, or longer"}
    )
    sort = fields.String(load_default="popular", validate=validate.OneOf(SORTS))


class ThemeSchema(Schema):
    """Where an item stands in the tree of themes."""

    id = fields.String()
    path = fields.String(metadata={"description": 'Names from the root, e.g. "Safety / Fire"'})


class OwnerSchema(Schema):
    """Who made an item."""

    id = fields.String(attribute="uuid")
    name = fields.String()


class PopularitySchema(Schema):
    """How many people an item reached, and the step of five that follows; null counts are too few to tell in a small group."""

    level = fields.Integer(metadata={"description": "0 to 5"})
    people = fields.Dict(attribute="counts", keys=fields.String(), values=fields.Integer(allow_none=True))


class ProgressSchema(Schema):
    """One person's standing with one item."""

    status = fields.String(metadata={"description": "not_started, started, completed, passed or failed"})
    progress = fields.Float(allow_none=True, metadata={"description": "0 to 1"})
    score_scaled = fields.Float(allow_none=True, metadata={"description": "Score of the attempts that count, -1 to 1"})
    duration_seconds = fields.Float()
    first_at = fields.DateTime(format="iso", allow_none=True)
    last_at = fields.DateTime(format="iso", allow_none=True)
    completed_at = fields.DateTime(format="iso", allow_none=True)


class ItemSchema(Schema):
    """An item as the caller may see it."""

    id = fields.String(attribute="item.uuid")
    kind = fields.String(attribute="item.kind")
    title = fields.String(attribute="item.title")
    description = fields.String(attribute="item.description", metadata={"description": "Markdown"})
    language = fields.String(attribute="item.language", allow_none=True)
    duration_minutes = fields.Integer(attribute="item.duration_minutes", allow_none=True)
    visibility = fields.String(attribute="item.visibility")
    theme = fields.Nested(ThemeSchema, allow_none=True)
    owner = fields.Nested(OwnerSchema, allow_none=True)
    activity = fields.String(attribute="item.activity_iri", metadata={"description": "Object of the statements about it"})
    url = fields.Function(lambda shown: url_for("catalogue.item", uuid=shown["item"].uuid), metadata={"type": "string"})
    popularity = fields.Nested(PopularitySchema, allow_none=True)
    progress = fields.Nested(ProgressSchema, allow_none=True, metadata={"description": "The caller's own; null when not started"})
    published_at = fields.DateTime(attribute="item.published_at", format="iso", allow_none=True)
    updated_at = fields.DateTime(attribute="item.updated_at", format="iso")


class ItemEditSchema(StrictSchema):
    """What an author may change; what is left out stays as it is."""

    title = StrictString()
    description = StrictString()
    language = StrictString(allow_none=True)
    duration_minutes = StrictInteger(allow_none=True)
    theme = StrictString(allow_none=True, metadata={"description": 'Path of names, made where missing: "Safety / Fire"'})
    visibility = StrictString(validate=validate.OneOf(VISIBILITIES))
    groups = fields.List(StrictString(), metadata={"description": "Uuids of the groups that see it when visibility is groups"})


class ProgressArgs(Schema):
    """Whose progress."""

    person = fields.UUID(
        load_default=None, metadata={"description": "Uuid of a person whose results the caller may see; left out: the caller"}
    )

"""What the HTTP API says about people."""

from marshmallow import fields

from core.schemas import StrictSchema


class MeSchema(StrictSchema):
    """Who is asking."""

    kind = fields.String(metadata={"description": "person, or key for a machine"})
    uuid = fields.String(allow_none=True, metadata={"description": "The person's identifier, also the account name in statements"})
    name = fields.String(metadata={"description": "What the person or key is called"})
    email = fields.String(allow_none=True, metadata={"description": "The person's own address"})
    role = fields.String(allow_none=True, metadata={"description": "learner, trainer, author or admin"})
    language = fields.String(allow_none=True, metadata={"description": "The language pages are shown in"})
    groups = fields.List(fields.String(), metadata={"description": "Names of the person's groups"})
    scopes = fields.List(fields.String(), metadata={"description": "What the key may do"})

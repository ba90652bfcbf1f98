"""Machine credentials as JSON."""

from datetime import timedelta

from marshmallow import fields, validate

from core.schemas import StrictInteger, StrictSchema, StrictString
from lrs.credentials import rules

_NAME = {"description": "The program that uses it", "example": "Reporting"}
_ORIGINS = {"description": "Sites whose pages may use it, like https://tool.example.org; * for every site; empty for none"}
_RATE = {"description": "Most requests a minute, null for no limit"}


def _origins(**options) -> fields.List:
    return fields.List(StrictString(validate=validate.Length(max=300)), metadata=_ORIGINS, **options)


def _rate(**options) -> StrictInteger:
    return StrictInteger(allow_none=True, validate=validate.Range(min=1, max=rules.MOST_PER_MINUTE), metadata=_RATE, **options)


class CredentialSchema(StrictSchema):
    """A key, without its secret."""

    key = fields.String()
    name = fields.String(metadata=_NAME)
    scopes = fields.List(fields.String(), metadata={"description": f"Among {', '.join(rules.SCOPES)}"})
    origins = fields.List(fields.String(), metadata=_ORIGINS)
    rate_limit = fields.Integer(allow_none=True, metadata=_RATE)
    created_at = fields.DateTime(format="iso")
    expires_at = fields.DateTime(format="iso", allow_none=True, metadata={"description": "From then on it is refused"})
    revoked_at = fields.DateTime(format="iso", allow_none=True)
    last_used_at = fields.DateTime(format="iso", allow_none=True, metadata={"description": "To some minutes"})
    rotated_at = fields.DateTime(format="iso", allow_none=True, metadata={"description": "When it got its present secret"})
    grace_until = fields.DateTime(
        attribute="old_secret_until", format="iso", allow_none=True, metadata={"description": "How long the secret before works on"}
    )

    def get_attribute(self, obj, attr, default):
        value = super().get_attribute(obj, attr, default)
        return value.split() if attr in ("scopes", "origins") and isinstance(value, str) else value


class IssuedSchema(StrictSchema):
    """A key with its secret, which is told only now."""

    key = fields.String()
    secret = fields.String()
    name = fields.String()
    scopes = fields.List(fields.String())


class CredentialCreateSchema(StrictSchema):
    """A new key."""

    name = StrictString(required=True, validate=validate.Length(min=1, max=200), metadata=_NAME)
    scopes = fields.List(StrictString(validate=validate.OneOf(rules.SCOPES)), required=True, validate=validate.Length(min=1))
    origins = _origins(load_default=list)
    rate_limit = _rate(load_default=None)
    expires_at = fields.AwareDateTime(format="iso", load_default=None, allow_none=True)


class CredentialEditSchema(StrictSchema):
    """What of a key can be changed; what is left out stays."""

    name = StrictString(validate=validate.Length(min=1, max=200), metadata=_NAME)
    origins = _origins()
    rate_limit = _rate()


class RotateSchema(StrictSchema):
    """How long the secret of before works on."""

    grace_hours = StrictInteger(
        load_default=24,
        validate=validate.Range(min=0, max=rules.LONGEST_GRACE // timedelta(hours=1)),
        metadata={"description": "Hours in which the old secret still works; 0 ends it at once"},
    )

"""marshmallow fields that refuse instead of coercing: ``"yes"`` is not true, 3.7 is not 3, an unknown key is an error."""

from marshmallow import RAISE, Schema, ValidationError, fields


class StrictSchema(Schema):
    """Parent of every JSON edge."""

    class Meta:
        unknown = RAISE


class StrictString(fields.String):
    """Text only; surrounding white space is dropped, NUL is refused (PostgreSQL cannot hold it)."""

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        if "\x00" in text:
            raise ValidationError("must not contain the NUL character")
        return text.strip()


class StrictInteger(fields.Integer):
    """A JSON integer, not a string or a fraction."""

    def __init__(self, **kwargs):
        super().__init__(strict=True, **kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        if isinstance(value, (str, bool)):
            raise ValidationError("must be an integer")
        return super()._deserialize(value, attr, data, **kwargs)


class StrictNumber(fields.Float):
    """A JSON number, not a string, not infinite."""

    def _deserialize(self, value, attr, data, **kwargs):
        if isinstance(value, (str, bool)):
            raise ValidationError("must be a number")
        return super()._deserialize(value, attr, data, **kwargs)


class StrictBoolean(fields.Boolean):
    """true or false, nothing that looks like it."""

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, bool):
            raise ValidationError("must be true or false")
        return value

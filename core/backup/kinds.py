"""What a value is in a backup, whichever database it came from: one line of JSON for each row.

int, float, bool, text; ``bytes`` as "u" + text where they are UTF-8, else "b" + base64; ``uuid`` with hyphens; ``instant`` as
"2026-01-31 12:00:00.000000" in UTC; ``json`` as its own text; a number that JSON cannot write as text. None is null.
"""

import math
from base64 import b64decode, b64encode

from sqlalchemy import JSON, Boolean, Date, DateTime, Float, Integer, LargeBinary, Numeric, String, Uuid
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator

_POSTGRESQL = postgresql.dialect()
# In this order: a Float is a Numeric.
_KINDS = (
    (Boolean, "bool"),
    (Integer, "int"),
    (Float, "float"),
    (Numeric, "decimal"),
    (DateTime, "instant"),
    (Date, "date"),
    (JSON, "json"),
    (Uuid, "uuid"),
    (LargeBinary, "bytes"),
    (String, "text"),
)


def kind_of(type_) -> str:
    """The portable kind of a column's type, as PostgreSQL would have it."""
    while isinstance(type_, TypeDecorator):
        type_ = type_.load_dialect_impl(_POSTGRESQL)
    type_ = type_.dialect_impl(_POSTGRESQL)
    for family, kind in _KINDS:
        if isinstance(type_, family):
            return kind
    raise TypeError(f"no portable form for {type_!r}; teach core.backup.kinds")


def packed(value: bytes) -> str:
    try:
        return "u" + value.decode()
    except UnicodeDecodeError:
        return "b" + b64encode(value).decode()


def unpacked(value: str) -> bytes:
    return value[1:].encode() if value[0] == "u" else b64decode(value[1:])


def number(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)

"""Complete a statement in its own bytes: the server's members are added at its end, everything else stays as it was written.

Three things the specification commands to change in storing, and only these: a client's ``stored`` and ``authority`` are
replaced (1.0.3 Data 2.4.8, 2.4.9); a single value in ``contextActivities`` becomes an array (Data 2.4.6.2); a 2.0 timestamp with an offset
becomes UTC (IEEE 9274.1.1 4.2.4.2). Then the object concerned is put together again from the bytes of its members.
"""

import re

import msgspec
import orjson

from lrs.statements.formats import instant, utc_text

_TIMESTAMPS = re.compile(rb'"timestamp"[ \t\r\n]*:[ \t\r\n]*"([^"]*)"').findall
_IN_UTC = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?[Zz]").fullmatch
_ESCAPED_LETTER = re.compile(rb"\\u00[67]").search
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def normalised(raw: bytes, statement: dict, *, version: str) -> bytes:
    """The statement without the members that the server sets, and with the changes named above; usually ``raw`` itself."""
    context = statement.get("context")
    singles = context is not None and _has_single(context)
    sub = statement["object"] if statement["object"].get("objectType") == "SubStatement" else None
    sub_changes = sub is not None and (_has_single(sub.get("context", {})) or _needs_utc(sub, version))
    if not (singles or sub_changes or "stored" in statement or "authority" in statement or _needs_utc(statement, version)):
        return raw
    members = {key: bytes(value) for key, value in _members(raw).items()}
    members.pop("stored", None)
    members.pop("authority", None)
    _correct(members, statement, version)
    if sub_changes:
        inner = {key: bytes(value) for key, value in _members(members["object"]).items()}
        _correct(inner, sub, version)
        members["object"] = _joined(inner)
    return _joined(members)


def tail(statement: dict, *, uuid: str, authority: bytes, version: str) -> bytes:
    """What follows ``stored``: authority, and version and id where the client gave none."""
    parts = [b'"authority":' + authority]
    if "version" not in statement:
        parts.append(b'"version":"%s"' % (b"2.0.0" if version.startswith("2") else b"1.0.0"))
    if "id" not in statement:
        parts.append(b'"id":"%s"' % uuid.encode())
    return b",".join(parts)


def complete(raw: bytes, tail_bytes: bytes, *, stored: bytes, needs_timestamp: bool) -> bytes:
    """The statement as it is kept: ``raw`` without its closing brace, then the members of the server."""
    if needs_timestamp:
        return b'%s,"stored":"%s","timestamp":"%s",%s}' % (raw[:-1], stored, stored, tail_bytes)
    return b'%s,"stored":"%s",%s}' % (raw[:-1], stored, tail_bytes)


def in_utc(payload: bytes) -> bytes:
    """A kept statement for a reader of 2.0: its timestamps, and those of its SubStatement, as RFC 3339 in UTC; usually ``payload`` itself.

    Statements of 1.0.3 keep their timestamps as they were written; IEEE 9274.1.1 4.2.4.2 has all of them returned in UTC.
    """
    if all(_IN_UTC(found) for found in _TIMESTAMPS(payload)) and _ESCAPED_LETTER(payload) is None:
        return payload
    members = _with_utc(payload)
    target = _members(members["object"])
    if "timestamp" in target:
        members["object"] = _joined(_with_utc(members["object"]))
    return _joined(members)


def _with_utc(raw: bytes) -> dict[str, bytes]:
    members = {key: bytes(value) for key, value in _members(raw).items()}
    if "timestamp" in members and not _IN_UTC(members["timestamp"][1:-1]):
        members["timestamp"] = b'"%s"' % _in_utc(orjson.loads(members["timestamp"])).encode()
    return members


def _has_single(context: dict) -> bool:
    return any(type(value) is dict for value in context.get("contextActivities", {}).values())


def _needs_utc(statement: dict, version: str) -> bool:
    return version.startswith("2") and statement.get("timestamp", "Z")[-1] not in "Zz"


def _correct(members: dict[str, bytes], statement: dict, version: str) -> None:
    if _needs_utc(statement, version):
        members["timestamp"] = b'"%s"' % _in_utc(statement["timestamp"]).encode()
    if _has_single(statement.get("context", {})):
        members["context"] = _with_arrays(members["context"])


def _in_utc(timestamp: str) -> str:
    """The same instant in UTC; the digits of its fraction are kept, however many."""
    _, _, rest = timestamp.replace(",", ".").partition(".")
    digits = rest[: next((i for i, c in enumerate(rest) if not c.isdigit()), len(rest))]
    return utc_text(instant(timestamp.upper()))[:19] + (f".{digits}" if digits else "") + "Z"


def _with_arrays(context: bytes) -> bytes:
    members = {key: bytes(value) for key, value in _members(context).items()}
    groups = {key: bytes(value) for key, value in _members(members["contextActivities"]).items()}
    members["contextActivities"] = _joined({key: b"[%s]" % value if value[:1] == b"{" else value for key, value in groups.items()})
    return _joined(members)


def _joined(members: dict[str, bytes]) -> bytes:
    return b"{" + b",".join(orjson.dumps(key) + b":" + value for key, value in members.items()) + b"}"

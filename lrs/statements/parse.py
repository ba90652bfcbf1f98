"""From a request body to statements: each one's own bytes and its parsed form.

No JSON parser keeps ``0.10`` or ``-0`` as it was written, so the bytes are what is stored and the parsed form is only looked at.
Parsers also keep the last of two equal keys silently; here that is refused, cheaply: the parsed form is written out again and the
colons are counted on both sides. Texts keep theirs, so a colon less means a key that was dropped.
"""

import json

import msgspec
import orjson

from lrs.statements.errors import Broken

MAX_DEPTH = 64

_split = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode = msgspec.json.Decoder().decode
_NOT_JSON = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_ESCAPED_COLON = b"\\u003"


def split(body: bytes) -> tuple[list[bytes], bool]:
    """The statements of a body as the client wrote them, and whether it was a batch; raise :class:`Broken` on bad JSON."""
    body = body.strip(b" \t\r\n")
    if not body.startswith(b"["):
        return [body], False
    try:
        return [bytes(raw) for raw in _split(body)], True
    except _NOT_JSON:
        _carefully(body)
        raise Broken("is not a JSON array of statements", "format") from None


def parse(raw: bytes):
    """The value of one JSON text. Duplicate keys, NaN, bad UTF-8, lone surrogates and very deep nesting raise :class:`Broken`."""
    try:
        value = _decode(raw)
    except _NOT_JSON:
        return _carefully(raw)
    if type(value) is str:
        return value
    if b"\\" in raw and _ESCAPED_COLON in raw:
        return _carefully(raw)
    try:
        again = orjson.dumps(value)
    except (TypeError, ValueError):
        return _carefully(raw)
    if again == raw or raw.count(b":") == again.count(b":"):
        return value
    return _carefully(raw)


def _carefully(raw: bytes):
    """Parse with the standard library: five times slower, but it sees every key and says where the text is wrong."""
    try:
        text = raw.decode()
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=_integer)
    except UnicodeDecodeError as error:
        raise Broken(f"is not UTF-8 (byte {error.start})", "format") from None
    except json.JSONDecodeError as error:
        raise Broken(f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}", "format") from None
    except RecursionError:
        raise Broken(f"is nested deeper than {MAX_DEPTH} levels") from None
    if type(value) is dict or type(value) is list:
        check_depth(value)
    if "\\u" in text:
        _refuse_lone_surrogates(value)
    return value


def _unique(pairs: list[tuple]) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise Broken(f"has the key {twice[:100]!r} more than once in one object", "format")
    return found


def _no_constant(name: str):
    raise Broken(f"is not JSON: {name} is not a JSON number", "format")


def _integer(digits: str) -> int | float:
    """Integers beyond any use become floats, so that a thousand digits cost nothing."""
    return int(digits) if len(digits) < 300 else float(digits)


def _refuse_lone_surrogates(value) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Broken("contains half of a surrogate pair, which is not a character", "format") from None


def check_depth(value: dict | list, levels: int = MAX_DEPTH) -> None:
    """Raise :class:`Broken` when an object or array has more than so many levels."""
    if levels == 0:
        raise Broken(f"is nested deeper than {MAX_DEPTH} levels")
    for inner in value.values() if type(value) is dict else value:
        if type(inner) is dict or type(inner) is list:
            check_depth(inner, levels - 1)

"""One line of a file as a statement on its way into the log.

An LRS sets ``stored`` itself (1.0.3 Data 2.4.8), and here its place in the log says it; so an imported statement gets a new one. All
else stays: a statement that this product wrote comes back byte for byte but for the value of ``stored``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

import msgspec
import orjson

from lrs.attachments.rules import declared_in
from lrs.statements.compiled import require
from lrs.statements.errors import Broken
from lrs.statements.keys import agent_key, keys_of
from lrs.statements.parse import parse
from lrs.statements.prepare import Prepared
from lrs.statements.service import own_authority
from lrs.statements.splice import normalised, tail

_NAMELESS = UUID("0e6d9f0c-6c0f-4f4e-9d5f-3b8f2a1c7d10")
_STORED = b',"stored":"'
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


@dataclass(frozen=True, slots=True)
class Vouching:
    """Who vouches for what is imported: ``importer``, or with ``keep`` the authority that a statement brings. ``trust`` says how far we
    go along with the statements; those that this installation itself vouched for keep what they had."""

    importer: dict
    trust: str
    keep: bool = False


def prepare(raw: bytes, vouching: Vouching) -> Prepared:
    """Check one statement of any version from 1.0.0 to 2.0; raise :class:`Broken` with the path of what is wrong.

    Without an id it gets one made of its bytes, so that reading the file again does not store it again. Its attachments are declared;
    whether their data is at hand is for the caller to say.
    """
    statement = parse(raw)
    version = _checked(statement)
    uuid = statement["id"].lower() if "id" in statement else str(uuid5(_NAMELESS, raw.decode("utf-8", "replace")))
    kept = vouching.keep and "authority" in statement
    authority = statement["authority"] if kept else vouching.importer
    given = {key: value for key, value in statement.items() if key not in ("stored", "authority")}
    cut = _around_stored(raw, statement) if kept and normalised(raw, given, version=version) is raw else None
    if cut is not None:
        body, end, needs_timestamp = *cut, False
    else:
        authority_bytes = bytes(_members(raw)["authority"]) if kept else orjson.dumps(authority)
        body = normalised(raw, statement, version=version)
        end = tail(statement, uuid=uuid, authority=authority_bytes, version=version)
        needs_timestamp = "timestamp" not in statement
    trust = _trust(statement) if kept and _is_ours(authority) else vouching.trust
    return Prepared(
        id=uuid,
        raw=body,
        tail=end,
        needs_timestamp=needs_timestamp,
        keys=keys_of(statement),
        authority_key=agent_key(authority),
        trust=trust,
        version=version,
        declared=declared_in(statement),
    )


def _checked(statement) -> str:
    """The version by whose rules a statement is valid: that of its own ``version``, else the other (a 2.0 client may send 1.0.x)."""
    two = type(statement) is dict and str(statement.get("version", "")).startswith("2")
    first, other = ("2.0.0", "1.0.3") if two else ("1.0.3", "2.0.0")
    try:
        require(statement, first)
    except Broken:
        try:
            require(statement, other)
        except Broken:
            require(statement, first)
        return other
    return first


def _around_stored(raw: bytes, statement: Mapping) -> tuple[bytes, bytes] | None:
    """What stands before and after ``stored`` where the statement is written as this product writes it; None elsewhere."""
    if not {"stored", "timestamp", "version", "id"} <= statement.keys():
        return None
    head, found, rest = raw.rpartition(_STORED)
    _value, _quote, rest = rest.partition(b'",')
    if not found or not rest.endswith(b"}"):
        return None
    try:
        before, after = _members(head + b"}"), _members(b"{" + rest)
    except msgspec.MsgspecError:
        return None
    whole = before.keys() | after.keys() | {"stored"}
    return (head + b"}", rest[:-1]) if whole == statement.keys() and "stored" not in before and "stored" not in after else None


def _is_ours(authority: dict) -> bool:
    return agent_key(authority) == agent_key(own_authority())


def _trust(statement: dict) -> str:
    """What this installation once said itself comes from a launch when it belongs to a registration, else from its own acts."""
    return "launch" if "registration" in statement.get("context", {}) else "system"

"""From the client's bytes to what the log needs, before any lock is taken: parsed, valid, keys found, members of the server ready."""

import os
import time
from collections.abc import Container, Sequence
from typing import NamedTuple
from uuid import UUID

import orjson

from lrs.attachments.links import Carried
from lrs.attachments.rules import Declared, declared_in
from lrs.statements.compiled import require
from lrs.statements.errors import Broken, StatementRefused
from lrs.statements.keys import Keys, agent_key, keys_of
from lrs.statements.parse import parse
from lrs.statements.splice import normalised, tail


class Prepared(NamedTuple):
    """A valid statement on its way into the log; ``splice.complete`` joins ``raw``, the time of storing and ``tail``.

    ``declared`` are the attachments it names, ``carried`` the data that came with it.
    """

    id: str
    raw: bytes
    tail: bytes
    needs_timestamp: bool
    keys: Keys
    authority_key: str | None
    trust: str
    version: str
    declared: tuple[Declared, ...] = ()
    carried: tuple[Carried, ...] = ()


def prepare(
    raws: Sequence[bytes],
    *,
    authority: dict,
    version: str,
    trust: str,
    batch: bool = True,
    expected: str | None = None,
    data_follows: bool = False,
) -> list[Prepared]:
    """Check and prepare the statements of one request; the first that is wrong refuses all (:class:`StatementRefused`).

    ``expected`` is the id that the one statement must have, or gets (PUT). ``data_follows`` when data of attachments comes after the
    statements, so that it cannot be known yet whether all is there.
    """
    rules = "2.0.0" if version.startswith("2") else "1.0.3"
    authority_bytes, authority_key = orjson.dumps(authority), agent_key(authority)
    prepared = []
    for index, raw in enumerate(raws):
        try:
            statement = parse(raw)
            require(statement, rules)
            declared = declared_in(statement)
            if not data_follows:
                require_data(declared, ())
            uuid = _id_of(statement, expected)
        except Broken as broken:
            raise StatementRefused.of(broken, version=version, index=index if batch else None) from None
        end = tail(statement, uuid=uuid, authority=authority_bytes, version=version)
        raw = normalised(raw, statement, version=version)
        keys = keys_of(statement)
        prepared.append(Prepared(uuid, raw, end, "timestamp" not in statement, keys, authority_key, trust, version, declared))
    _refuse_repeated_ids(prepared, version)
    return prepared


def require_data(declared: Sequence[Declared], came: Container[str]) -> None:
    """Raise :class:`Broken` for an attachment whose data neither came (by its hash) nor lies at an address; a signature must come."""
    for entry in declared:
        if entry.sha2 not in came and (not entry.has_address or entry.signs):
            if entry.signs:
                broken = Broken("is a signature, but no data with its sha2 came with the statement as multipart/mixed", "signature")
            else:
                broken = Broken("has no fileUrl, and no data with its sha2 came with the statement as multipart/mixed", "attachments")
            for step in reversed(entry.steps):
                broken.inside(step)
            raise broken


def _id_of(statement: dict, expected: str | None) -> str:
    if "id" not in statement:
        return expected or new_id()
    uuid = statement["id"].lower()
    if expected is not None and uuid != expected:
        raise Broken(f"has the id {uuid}, but the parameter statementId is {expected}", "put")
    return uuid


def _refuse_repeated_ids(prepared: list[Prepared], version: str) -> None:
    if len({p.id for p in prepared}) != len(prepared):
        seen: set[str] = set()
        index, twice = next((i, p.id) for i, p in enumerate(prepared) if p.id in seen or seen.add(p.id))
        raise StatementRefused(
            f"repeats the id {twice} of another statement in this batch", path=f"$[{index}].id", topic="batch", version=version
        )


def new_id() -> str:
    """A UUID of version 7 (RFC 9562): random, but new ones are neighbours in the index."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | int.from_bytes(os.urandom(10))
    return str(UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62))

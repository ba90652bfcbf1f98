"""The log on SQLite: the unit of work already holds the one write lock; rows go in by ``executemany``."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Connection

from lrs.statements.log import Look, Rows

_STATEMENT = """
INSERT INTO lrs_statement (seq, id, actor_id, verb_id, activity_id, authority_id, registration, trust, voided, payload)
VALUES (?,?,?,?,?,?,?,?,?,?)"""
_AGENT = "INSERT INTO lrs_statement_agent (agent_id, direct, seq) VALUES (?,?,?)"
_ACTIVITY = "INSERT INTO lrs_statement_activity (activity_id, seq) VALUES (?,?)"
_REFERENCE = "INSERT INTO lrs_reference (target, seq, voids) VALUES (?,?,?)"
_VOID = "UPDATE lrs_statement SET voided = 1 WHERE id = ? AND verb_id <> ?"


def _bytes(uuid: str) -> bytes:
    return bytes.fromhex(uuid.replace("-", ""))


def _text(uuid: bytes) -> str:
    return str(UUID(bytes=uuid))


def lock_and_look(connection: Connection, ids: Sequence[str], digests: Sequence[bytes] = ()) -> Look:
    """See what is there; the lock is held already, for ``core.db.write`` began IMMEDIATE."""
    state = "SELECT (SELECT generation FROM lrs_log WHERE id = 1), (SELECT max(seq) FROM lrs_statement)"
    generation, last = connection.exec_driver_sql(state).one()
    found = Look(generation, last or 0)
    for some, marks in _in_parts([_bytes(uuid) for uuid in ids]):
        kept = f"SELECT id, payload FROM lrs_statement WHERE id IN ({marks})"  # noqa: S608 - nothing but question marks
        awaited = f"SELECT target FROM lrs_reference WHERE voids AND target IN ({marks})"  # noqa: S608
        found.known |= {_text(row[0]): row[1] for row in connection.exec_driver_sql(kept, some)}
        found.doomed |= {_text(row[0]) for row in connection.exec_driver_sql(awaited, some)}
    if digests:
        look_up(connection, digests, found)
    return found


def look_up(connection: Connection, digests: Sequence[bytes], found: Look) -> None:
    """Terms alone."""
    found.terms = find_terms(connection, digests)
    missing = [digest for digest in digests if digest not in found.terms]
    first = connection.exec_driver_sql("SELECT coalesce(max(id), 0) + 1 FROM lrs_term").scalar_one() if missing else 0
    found.reserved = {digest: number for number, digest in enumerate(missing, first)}


def find_terms(connection: Connection, digests: Sequence[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for some, marks in _in_parts(digests):
        query = f"SELECT digest, id FROM lrs_term WHERE digest IN ({marks})"  # noqa: S608
        found |= {row[0]: row[1] for row in connection.exec_driver_sql(query, some)}
    return found


def _in_parts(values: Sequence[bytes]) -> Iterator[tuple[tuple[bytes, ...], str]]:
    """Values and as many question marks, so many at a time that SQLite takes them."""
    for start in range(0, len(values), 500):
        some = tuple(values[start : start + 500])
        yield some, ",".join("?" * len(some))


def insert(connection: Connection, rows: Rows) -> None:
    if rows.terms:
        connection.exec_driver_sql("INSERT INTO lrs_term (id, kind, text, digest) VALUES (?,?,?,?)", rows.terms)
    connection.exec_driver_sql(_STATEMENT, [(r[0], _bytes(r[1]), *r[2:6], _bytes(r[6]) if r[6] else None, *r[7:]) for r in rows.statements])
    if rows.agents:
        connection.exec_driver_sql(_AGENT, rows.agents)
    if rows.activities:
        connection.exec_driver_sql(_ACTIVITY, rows.activities)
    if rows.references:
        connection.exec_driver_sql(_REFERENCE, [(_bytes(target), seq, voids) for target, seq, voids in rows.references])
    if rows.voided:
        connection.exec_driver_sql(_VOID, [(_bytes(target), rows.voided_verb) for target in rows.voided])

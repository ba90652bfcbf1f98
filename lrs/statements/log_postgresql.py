"""The log on PostgreSQL: one round trip to lock and look, one to insert a batch from unnested arrays.

Arrays of numbers and UUIDs travel as PostgreSQL's array literals, which cost a tenth of adapting each value; payloads travel as bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from lrs.statements.log import Look, Rows

LOCK = 727_103
_LOCK = f"SELECT pg_advisory_xact_lock({LOCK})"
_LOOK = """
SELECT 0, (SELECT generation FROM lrs_log WHERE id = 1), (SELECT max(seq) FROM lrs_statement), NULL, NULL::bytea
UNION ALL SELECT 1, NULL, NULL, id::text, payload FROM lrs_statement WHERE id = ANY(%(ids)s::uuid[])
UNION ALL SELECT 2, NULL, NULL, target::text, NULL FROM lrs_reference WHERE voids AND target = ANY(%(ids)s::uuid[])
UNION ALL """
_TERMS = """
SELECT 3 + (id IS NULL)::int, coalesce(id, nextval('lrs_term_id_seq')), place, NULL, NULL::bytea
FROM unnest(%(digests)s::bytea[]) WITH ORDINALITY AS asked (digest, place) LEFT JOIN lrs_term USING (digest)"""
_INSERT = """
WITH agents AS (
    INSERT INTO lrs_statement_agent (agent_id, direct, seq) SELECT * FROM unnest(%s::int[], %s::bool[], %s::bigint[])),
activities AS (
    INSERT INTO lrs_statement_activity (activity_id, seq) SELECT * FROM unnest(%s::int[], %s::bigint[]))
INSERT INTO lrs_statement (seq, id, actor_id, verb_id, activity_id, authority_id, registration, trust, voided, payload)
SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::int[], %s::int[], %s::int[], %s::int[], %s::uuid[], %s::text[], %s::bool[],
                     %b::bytea[])"""
_REFERENCE = "INSERT INTO lrs_reference (target, seq, voids) SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::bool[])"
_VOID = "UPDATE lrs_statement SET voided = true WHERE id = ANY(%s::uuid[]) AND verb_id <> %s AND NOT voided"
_FIND = "SELECT digest, id FROM lrs_term WHERE digest = ANY(%b::bytea[])"
_ADD = "INSERT INTO lrs_term (id, kind, text, digest) SELECT * FROM unnest(%s::int[], %s::text[], %s::text[], %b::bytea[])"


@contextmanager
def _driver(connection: Connection) -> Iterator[psycopg.Connection]:
    """psycopg's connection, for what SQLAlchemy cannot do; a lost server is reported as SQLAlchemy would."""
    try:
        yield connection.connection.driver_connection
    except psycopg.OperationalError as error:
        raise OperationalError("the log of statements", None, error) from error


def lock_and_look(connection: Connection, ids: Sequence[str], digests: Sequence[bytes] = ()) -> Look:
    """Wait to be the only one who appends, until this transaction ends; then see what is there. One round trip."""
    found = Look()
    with _driver(connection) as driver, driver.pipeline():
        driver.execute(_LOCK)
        rows = driver.execute(_LOOK + _TERMS, {"ids": _array(ids), "digests": _binary(digests)}, prepare=True).fetchall()
    for kind, number, other, uuid, payload in rows:
        if kind == 0:
            found.generation, found.last = number, other or 0
        elif kind == 1:
            found.known[uuid] = payload
        elif kind == 2:
            found.doomed.add(uuid)
        else:
            (found.terms if kind == 3 else found.reserved)[digests[other - 1]] = number
    return found


def look_up(connection: Connection, digests: Sequence[bytes], found: Look) -> None:
    """Terms alone, under the lock that is held already."""
    found.terms, found.reserved = {}, {}
    with _driver(connection) as driver:
        for kind, number, place, *_ in driver.execute(_TERMS, {"digests": _binary(digests)}):
            (found.terms if kind == 3 else found.reserved)[digests[place - 1]] = number


def find_terms(connection: Connection, digests: list[bytes]) -> dict[bytes, int]:
    return {row[0]: row[1] for row in connection.exec_driver_sql(_FIND, (digests,))}


def insert(connection: Connection, rows: Rows) -> None:
    """Write everything; one round trip."""
    *columns, payloads = zip(*rows.statements, strict=True)
    arrays = [*_columns(rows.agents, 3), *_columns(rows.activities, 2), *map(_array, columns), list(payloads)]
    with _driver(connection) as driver, driver.pipeline():
        if rows.terms:
            driver.execute(_ADD, [list(column) for column in zip(*rows.terms, strict=True)])
        driver.execute(_INSERT, arrays, prepare=True)
        if rows.references:
            driver.execute(_REFERENCE, _columns(rows.references, 3))
        if rows.voided:
            driver.execute(_VOID, (_array(rows.voided), rows.voided_verb))


def _columns(rows: list[tuple], width: int) -> list[str]:
    return [_array(column) for column in zip(*rows, strict=True)] if rows else ["{}"] * width


def _array(values: Iterable) -> str:
    """An array literal of numbers, UUIDs, booleans, words of ours or NULL: nothing that needs quoting."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def _binary(values: Iterable[bytes]) -> str:
    return "{" + ",".join([f'"\\\\x{value.hex()}"' for value in values]) + "}"

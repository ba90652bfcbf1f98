"""The log on PostgreSQL: a transaction-scoped advisory lock, one statement to look, one to insert a batch from unnested arrays."""

from collections.abc import Sequence

from sqlalchemy import Connection

from lrs.statements.log import Look, Rows

LOCK = 727_103
_LOOK = """
SELECT 0, (SELECT generation FROM lrs_log WHERE id = 1), (SELECT max(seq) FROM lrs_statement), NULL, NULL::bytea
UNION ALL SELECT 1, NULL, NULL, id::text, payload FROM lrs_statement WHERE id = ANY(%(ids)s::uuid[])
UNION ALL SELECT 2, NULL, NULL, target::text, NULL FROM lrs_reference WHERE voids AND target = ANY(%(ids)s::uuid[])"""
_INSERT = """
WITH agents AS (
    INSERT INTO lrs_statement_agent (agent_id, direct, seq)
    SELECT * FROM unnest(%(a1)b::int[], %(a2)b::bool[], %(a3)b::bigint[])),
activities AS (
    INSERT INTO lrs_statement_activity (activity_id, seq) SELECT * FROM unnest(%(t1)b::int[], %(t2)b::bigint[]))
INSERT INTO lrs_statement (seq, id, actor_id, verb_id, activity_id, authority_id, registration, trust, voided, payload)
SELECT * FROM unnest(%(s1)b::bigint[], %(s2)s::uuid[], %(s3)b::int[], %(s4)b::int[], %(s5)b::int[], %(s6)b::int[],
                     %(s7)s::uuid[], %(s8)s::text[], %(s9)b::bool[], %(s10)b::bytea[])"""
_REFERENCE = "INSERT INTO lrs_reference (target, seq, voids) SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::bool[])"
_VOID = "UPDATE lrs_statement SET voided = true WHERE id = ANY(%s::uuid[]) AND verb_id <> %s AND NOT voided"


def lock(connection: Connection) -> None:
    """Wait to be the only one who appends, until this transaction ends."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")


def look(connection: Connection, ids: Sequence[str]) -> Look:
    found = Look(None, 0, {}, set())
    for kind, generation, last, uuid, payload in connection.exec_driver_sql(_LOOK, {"ids": list(ids)}):
        if kind == 0:
            found.generation, found.last = generation, last or 0
        elif kind == 1:
            found.known[uuid] = payload
        else:
            found.doomed.add(uuid)
    return found


def insert(connection: Connection, rows: Rows) -> None:
    columns = {f"s{i}": list(column) for i, column in enumerate(zip(*rows.statements, strict=True), 1)}
    columns |= _columns("a", rows.agents, 3) | _columns("t", rows.activities, 2)
    connection.exec_driver_sql(_INSERT, columns)
    if rows.references:
        connection.exec_driver_sql(_REFERENCE, tuple(list(column) for column in zip(*rows.references, strict=True)))
    if rows.voided:
        connection.exec_driver_sql(_VOID, (rows.voided, rows.voided_verb))


def _columns(letter: str, rows: list[tuple], width: int) -> dict[str, list]:
    columns = zip(*rows, strict=True) if rows else [()] * width
    return {f"{letter}{i}": list(column) for i, column in enumerate(columns, 1)}

"""Fold statements into counts. A voided statement is taken out again; the statement that voids counts like any other.

What is erased or deleted for its age stays counted (a sum names nobody), until a rebuild counts the log as it then is.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import orjson
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from core.db import db
from lrs.rollups.models import Rollup, RollupTotal
from lrs.rollups.rules import periods
from lrs.statements.entries import Entry
from lrs.statements.formats import instant
from lrs.statements.models import Statement
from lrs.statements.terms import ACTIVITY, AGENT, VERB

_COLUMNS = {AGENT: "people", VERB: "verbs", ACTIVITY: "activities"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Period = tuple[str, str]  # grain, first day as YYYY-MM-DD
Count = tuple[int, str, str, str]  # number of the term, grain, first day, kind
_UPSERT = """
INSERT INTO lrs_rollup (term_id, grain, start, kind, statements) {rows}
ON CONFLICT (term_id, grain, start) DO UPDATE SET statements = lrs_rollup.statements + excluded.statements
RETURNING term_id, grain, {start}, kind, statements"""
_POSTGRESQL = _UPSERT.format(rows="SELECT * FROM unnest(%s::int[], %s::text[], %s::date[], %s::text[], %s::bigint[])", start="start::text")
_PARTS = ", ".join(f"json_extract(value, '$[{n}]')" for n in range(5))
_SQLITE = _UPSERT.format(rows=f"SELECT {_PARTS} FROM json_each(?) WHERE true", start="start")  # noqa: S608 - our own words


class RollupProjection:
    """By the day on which a statement says that it happened (``timestamp``, UTC)."""

    name = "rollups"

    def fold(self, entries: Sequence[Entry]) -> None:
        """One look for the numbers of the terms, one upsert of counts by term, one of totals."""
        counted = [(e, 1) for e in entries] + [(e.voids, -1) for e in entries if e.voids is not None]
        numbers = _numbers(entries)
        terms: Counter[Count] = Counter()
        totals: dict[Period, Counter] = {}
        for entry, sign in counted:
            for grain, start in periods(_happened(entry)):
                totals.setdefault((grain, start), Counter())["statements"] += sign
                for kind, number in numbers.get(entry.seq, ()):
                    terms[number, grain, start, kind] += sign
        for (grain, start, column), change in _save_terms(terms).items():
            totals[grain, start][column] += change
        _save_totals(totals)

    def clear(self) -> None:
        """Forget everything, to be folded again from the beginning of the log."""
        db.session.execute(delete(Rollup))
        db.session.execute(delete(RollupTotal))


def _happened(entry: Entry) -> datetime:
    at = instant(entry.statement["timestamp"].upper())
    return entry.stored if at is None else _EPOCH + timedelta(microseconds=at)


def _numbers(entries: Sequence[Entry]) -> dict[int, list[tuple[str, int]]]:
    """seq → (kind, number) of actor, verb and activity: for what was read, which lies together in the log, and for what it voids."""
    s = Statement
    query = select(s.seq, s.actor_id, s.verb_id, s.activity_id)
    rows = list(db.session.execute(query.where(s.seq.between(entries[0].seq, entries[-1].seq))))
    if voided := [e.voids.seq for e in entries if e.voids is not None]:
        rows += db.session.execute(query.where(s.seq.in_(voided)))
    return {
        seq: [(kind, number) for kind, number in ((AGENT, actor), (VERB, verb), (ACTIVITY, activity)) if number is not None]
        for seq, actor, verb, activity in rows
    }


def _save_terms(counts: Counter[Count]) -> Counter:
    """Add to the counts; answers how many terms each period has won or lost: (grain, start, column) → change."""
    rows = [(*key, change) for key, change in sorted(counts.items()) if change]
    won: Counter = Counter()
    gone = set()
    for number, grain, start, kind, now_there in _upserted(rows) if rows else ():
        change = counts[number, grain, start, kind]
        if now_there <= 0:
            gone.add(number)
            won[grain, start, _COLUMNS[kind]] -= now_there - change > 0
        elif now_there == change:
            won[grain, start, _COLUMNS[kind]] += 1
    if gone:
        db.session.execute(delete(Rollup).where(Rollup.term_id.in_(gone), Rollup.statements <= 0))
    return won


def _upserted(rows: list[tuple]):
    """One statement for all rows, as arrays or as JSON: to adapt each value would cost more than writing them."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        arrays = tuple("{" + ",".join(map(str, column)) + "}" for column in zip(*rows, strict=True))
        return connection.exec_driver_sql(_POSTGRESQL, arrays)
    return connection.exec_driver_sql(_SQLITE, (orjson.dumps(rows).decode(),)).all()


def _save_totals(totals: dict[Period, Counter]) -> None:
    columns = ("statements", *_COLUMNS.values())
    rows = [
        {"grain": grain, "start": date.fromisoformat(start), **{c: counts[c] for c in columns}}
        for (grain, start), counts in totals.items()
        if any(counts.values())
    ]
    if not rows:
        return
    table = RollupTotal.__table__
    insert = _insert(table)
    add = insert.on_conflict_do_update(index_elements=["grain", "start"], set_={c: table.c[c] + insert.excluded[c] for c in columns})
    db.session.execute(add, rows)


def _insert(table):
    return (postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)

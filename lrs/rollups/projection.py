"""Fold statements into counts. A voided statement is taken out again; the statement that voids counts like any other.

What is erased or deleted for its age stays counted (a sum names nobody), until a rebuild counts the log as it then is.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

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
Period = tuple[str, date]


class RollupProjection:
    """By the day on which a statement says that it happened (``timestamp``, UTC)."""

    name = "rollups"

    def fold(self, entries: Sequence[Entry]) -> None:
        """One look for the numbers of the terms, one upsert of counts by term, one of totals."""
        counted = [(e, 1) for e in entries] + [(e.voids, -1) for e in entries if e.voids is not None]
        numbers = _numbers(e.seq for e, _ in counted)
        terms: Counter[tuple[int, str, str, date]] = Counter()
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


def _numbers(seqs: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
    """seq → (kind, number) of actor, verb and activity."""
    s = Statement
    rows = db.session.execute(select(s.seq, s.actor_id, s.verb_id, s.activity_id).where(s.seq.in_(sorted(seqs))))
    return {
        seq: [(kind, number) for kind, number in ((AGENT, actor), (VERB, verb), (ACTIVITY, activity)) if number is not None]
        for seq, actor, verb, activity in rows
    }


def _save_terms(counts: Counter) -> Counter:
    """Add to the counts; answers how many terms each period has won or lost: (grain, start, column) → change."""
    rows = [
        {"term_id": number, "grain": grain, "start": start, "kind": kind, "statements": change}
        for (number, grain, start, kind), change in sorted(counts.items())
        if change
    ]
    if not rows:
        return Counter()
    table = Rollup.__table__
    insert = _insert(table)
    add = insert.on_conflict_do_update(
        index_elements=["term_id", "grain", "start"], set_={"statements": table.c.statements + insert.excluded.statements}
    ).returning(table.c.term_id, table.c.grain, table.c.start, table.c.kind, table.c.statements)
    won: Counter = Counter()
    gone = False
    for number, grain, start, kind, now_there in db.session.execute(add, rows):
        change = counts[number, grain, start, kind]
        if now_there <= 0:
            gone = True
            won[grain, start, _COLUMNS[kind]] -= now_there - change > 0
        elif now_there == change:
            won[grain, start, _COLUMNS[kind]] += 1
    if gone:
        numbers = {row["term_id"] for row in rows if row["statements"] < 0}
        db.session.execute(delete(Rollup).where(Rollup.term_id.in_(numbers), Rollup.statements <= 0))
    return won


def _save_totals(totals: dict[Period, Counter]) -> None:
    columns = ("statements", *_COLUMNS.values())
    rows = [
        {"grain": grain, "start": start, **{c: counts[c] for c in columns}}
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

"""Answers for dashboards, each from a few rows of the counts, however large the log is.

Periods are days or months of UTC; both ends are included. Who may see these figures is for the page to decide: they name people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from core.db import db
from lrs.rollups.models import Rollup, RollupTotal
from lrs.rollups.rules import ALL, ALWAYS, DAY, MONTH
from lrs.statements import terms
from lrs.statements.models import Term


@dataclass(frozen=True, slots=True)
class Totals:
    """How many statements, and how many different people, verbs and activities they have."""

    start: date
    statements: int = 0
    people: int = 0
    verbs: int = 0
    activities: int = 0


class Counted(NamedTuple):
    """A person (by agent key), verb or activity (by IRI) and its statements."""

    text: str
    statements: int


class Day(NamedTuple):
    start: date
    statements: int


def overall() -> Totals:
    """Of the whole log."""
    return _totals(ALL, ALWAYS, ALWAYS).get(ALWAYS, Totals(ALWAYS))


def of_day(day: date) -> Totals:
    return _totals(DAY, day, day).get(day, Totals(day))


def of_month(day: date) -> Totals:
    """Of the month that a day is in."""
    first = day.replace(day=1)
    return _totals(MONTH, first, first).get(first, Totals(first))


def per_day(since: date, until: date) -> list[Totals]:
    """One for each day, also for days without statements."""
    found = _totals(DAY, since, until)
    days = (since + timedelta(days=n) for n in range((until - since).days + 1))
    return [found.get(day) or Totals(day) for day in days]


def per_month(since: date, until: date) -> list[Totals]:
    """One for each month that has statements."""
    return list(_totals(MONTH, since.replace(day=1), until).values())


def top(kind: str, *, month: date | None = None, limit: int = 10) -> list[Counted]:
    """Those with the most statements, of the whole log or of the month that a day is in. ``kind``: "agent", "verb" or "activity"."""
    grain, start = (ALL, ALWAYS) if month is None else (MONTH, month.replace(day=1))
    query = select(Rollup.term_id, Rollup.statements).where(Rollup.kind == kind, Rollup.grain == grain, Rollup.start == start)
    first = query.order_by(Rollup.statements.desc()).limit(limit).subquery()
    named = select(Term.text, first.c.statements).join(Term, Term.id == first.c.term_id)
    return [Counted(*row) for row in db.session.execute(named.order_by(first.c.statements.desc(), Term.text))]


def verbs(since: date, until: date) -> list[Counted]:
    """What was done in these days: each verb with its statements, most first."""
    total = func.sum(Rollup.statements)
    counts = select(Rollup.term_id, total.label("statements")).where(Rollup.kind == terms.VERB, Rollup.grain == DAY)
    counts = counts.where(Rollup.start.between(since, until)).group_by(Rollup.term_id).subquery()
    query = select(Term.text, counts.c.statements).join(Term, Term.id == counts.c.term_id)
    return [Counted(text, int(number)) for text, number in db.session.execute(query.order_by(counts.c.statements.desc(), Term.text))]


def series(kind: str, texts: Sequence[str], since: date, until: date, *, monthly: bool = False) -> list[Day]:
    """Days (or months) on which a person, verb or activity has statements; several texts are added up."""
    numbers = terms.find(db.session.connection(), [(kind, text) for text in texts]).values()
    grain, first = (MONTH, since.replace(day=1)) if monthly else (DAY, since)
    query = select(Rollup.start, func.sum(Rollup.statements)).where(Rollup.term_id.in_(sorted(numbers)), Rollup.grain == grain)
    query = query.where(Rollup.start.between(first, until)).group_by(Rollup.start).order_by(Rollup.start)
    return [Day(start, int(number)) for start, number in db.session.execute(query)]


def _totals(grain: str, since: date, until: date) -> dict[date, Totals]:
    t = RollupTotal
    query = select(t.start, t.statements, t.people, t.verbs, t.activities).where(t.grain == grain, t.start.between(since, until))
    return {row.start: Totals(*row) for row in db.session.execute(query.order_by(t.start))}

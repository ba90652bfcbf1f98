"""The log as its readers get it: in order, parsed once, voiding statements with what they void."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Optional

from sqlalchemy import func, select

from core.db import db
from lrs.statements.models import Reference, Statement
from lrs.statements.parse import parse

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement of the log.

    ``trust`` says who vouches: "system" for what this installation saw itself, "self" for what a client sent. ``voids`` is the entry
    that this statement takes back, or None: a projection must then undo what it made of that one.
    """

    seq: int
    id: str
    stored: datetime
    statement: dict
    trust: str
    voids: Optional["Entry"] = None

    @property
    def authority(self) -> dict:
        return self.statement["authority"]


class Reading(NamedTuple):
    """What was read: the entries, the position after it, and whether there may be more.

    A statement that was voided before it arrived never counted: it is not among the entries, but ``end`` is past it.
    """

    entries: list[Entry]
    end: int
    full: bool


def last_seq() -> int:
    """The end of the log; 0 when it is empty."""
    return db.session.scalar(select(func.max(Statement.seq))) or 0


def after(position: int, *, limit: int, until: int | None = None) -> Reading:
    """The next statements after a position, at most up to ``until`` (included), in the order of the log."""
    query = select(Statement.seq, Statement.id, Statement.trust, Statement.voided, Statement.payload).where(Statement.seq > position)
    if until is not None:
        query = query.where(Statement.seq <= until)
    rows = db.session.execute(query.order_by(Statement.seq).limit(limit)).all()
    voids = _voided_by([r.seq for r in rows])
    never = _voided_in_advance([r for r in rows if r.voided])
    entries = [_entry(r, voids.get(r.seq)) for r in rows if r.seq not in never]
    full = len(rows) == limit
    return Reading(entries, rows[-1].seq if full or (rows and until is None) else max(until or position, position), full)


def _entry(row, voids: Entry | None = None) -> Entry:
    return Entry(row.seq, str(row.id), _EPOCH + timedelta(microseconds=row.seq), parse(row.payload), row.trust, voids)


def _voided_by(seqs: Sequence[int]) -> dict[int, Entry]:
    """seq of a voiding statement → the entry it voids: one that was there before it, and that no earlier one has voided."""
    if not seqs:
        return {}
    first = select(Reference.target, func.min(Reference.seq).label("seq")).where(Reference.voids).group_by(Reference.target)
    mine = select(Reference.target).where(Reference.voids, Reference.seq.between(min(seqs), max(seqs)))
    voiding = first.where(Reference.target.in_(mine)).subquery()
    query = (
        select(voiding.c.seq.label("by"), Statement.seq, Statement.id, Statement.trust, Statement.payload)
        .join(Statement, Statement.id == voiding.c.target)
        .where(Statement.voided, Statement.seq < voiding.c.seq)
    )
    return {row.by: _entry(row) for row in db.session.execute(query)}


def _voided_in_advance(rows: Sequence) -> set[int]:
    """The seqs among voided rows whose voiding statement came first."""
    if not rows:
        return set()
    query = select(Reference.target, func.min(Reference.seq)).where(Reference.voids, Reference.target.in_([r.id for r in rows]))
    first = dict(db.session.execute(query.group_by(Reference.target)).all())
    return {r.seq for r in rows if r.id in first and first[r.id] < r.seq}

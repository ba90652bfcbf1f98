"""Which statements a rule means."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, select
from sqlalchemy.orm import aliased

from core.db import db
from lrs.consumers.models import ConsumerCursor
from lrs.consumers.registry import registered as consumers
from lrs.projections.models import Cursor
from lrs.projections.registry import registered as projections
from lrs.retention import rules
from lrs.retention.models import RetentionRule
from lrs.statements import terms
from lrs.statements.models import Reference, Statement
from lrs.statements.terms import ACTIVITY, VERB

SAMPLE = 5


class Preview(NamedTuple):
    """What a rule would delete now: how many statements, when the first and last were stored (seq), and a few ids."""

    count: int
    first: int | None
    last: int | None
    sample: list[str]


def listing() -> list[RetentionRule]:
    return list(db.session.scalars(select(RetentionRule).order_by(RetentionRule.id)))


def due(rule: RetentionRule, *, keeping: Sequence[RetentionRule], at: datetime) -> list[ColumnElement[bool]]:
    """The condition of statements that a rule of kind ``delete`` takes away at a moment.

    Not among them: what a rule keeps; what some projection or consumer has not read yet; a voiding statement whose target is still there,
    for without it the target would count again after a rebuild.
    """
    target = aliased(Statement)
    voids = exists(select(Reference.seq).join(target, target.id == Reference.target).where(Reference.seq == Statement.seq, Reference.voids))
    kept = [not_(and_(*_conditions(other, at))) for other in keeping]
    return [*_conditions(rule, at), Statement.seq <= read_by_all(), not_(voids), *kept]


def preview(rule: RetentionRule, *, at: datetime) -> Preview:
    """What would go now."""
    conditions = due(rule, keeping=keeping(), at=at)
    count, first, last = db.session.execute(select(func.count(), func.min(Statement.seq), func.max(Statement.seq)).where(*conditions)).one()
    ids: list[UUID] = list(db.session.scalars(select(Statement.id).where(*conditions).order_by(Statement.seq).limit(SAMPLE)))
    return Preview(count, first, last, [str(uuid) for uuid in ids])


def keeping() -> list[RetentionRule]:
    return [rule for rule in listing() if rule.kind == rules.KEEP]


def chunk(conditions: Sequence[ColumnElement[bool]], *, beyond: int, limit: int) -> Select:
    """Seq, id and payload of the next statements that go."""
    query = select(Statement.seq, Statement.id, Statement.payload).where(*conditions, Statement.seq > beyond)
    return query.order_by(Statement.seq).limit(limit)


def read_by_all() -> int:
    """The seq up to which every projection and consumer has read."""
    places = [_place(Cursor, name) for name in projections()] + [_place(ConsumerCursor, name) for name in consumers()]
    return min(places, default=0) if places else db.session.scalar(select(func.max(Statement.seq))) or 0


def _place(table, name: str) -> int:
    return db.session.scalar(select(table.position).where(table.name == name)) or 0


def _conditions(rule: RetentionRule, at: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if rule.days is not None:
        found.append(Statement.seq <= rules.cutoff(rule.days, at))
    for column, kind, text in ((Statement.verb_id, VERB, rule.verb), (Statement.activity_id, ACTIVITY, rule.activity)):
        if text is not None:
            number = terms.find(db.session.connection(), [(kind, text)]).get((kind, text))
            # A column without a value is no match, which NOT must not turn into "unknown".
            found.append(and_(column.is_not(None), column == number) if number is not None else false())
    return found

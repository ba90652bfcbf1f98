"""Which attempts count for an item: choosing, and everybody's standing following the choice."""

import time

from sqlalchemy import select

from catalogue.progress.grading import HIGHEST
from catalogue.progress.models import ProgressAttempt, ProgressGrading
from catalogue.progress.projection import NAME, grade_again
from core.db import db, write
from lrs.projections.models import Cursor

EVERY = 2.0
_PEOPLE = 200


def grade_by(*, item_id: int, rule: str) -> None:
    """Let ``rule`` (one of ``grading.GRADINGS``) decide for an item from now on; :func:`catch_up` makes what is there follow it."""
    row = db.session.get(ProgressGrading, item_id, with_for_update=True)
    if row is None and rule == HIGHEST:
        return
    if row is None:
        db.session.add(ProgressGrading(item_id=item_id, rule=rule, graded_to=0))
    elif row.rule != rule:
        row.rule, row.graded_to = rule, 0
    db.session.flush()


def catch_up(limit_ms: int = 1_000) -> bool:
    """Grade again where a rule was changed, for about so many milliseconds; answers whether everything follows its rule now."""
    deadline = time.monotonic() + limit_ms / 1000
    while _waiting():
        if time.monotonic() >= deadline:
            return False
        with write():
            _step()
    return True


def _waiting() -> int | None:
    return db.session.scalar(select(ProgressGrading.item_id).where(ProgressGrading.graded_to.is_not(None)).limit(1))


def _step() -> None:
    """The next people of one item. The projection's cursor is held, so that nothing is folded meanwhile by the old rule."""
    db.session.execute(select(Cursor.position).where(Cursor.name == NAME).with_for_update())
    waiting = select(ProgressGrading).where(ProgressGrading.graded_to.is_not(None)).order_by(ProgressGrading.item_id).limit(1)
    row = db.session.scalar(waiting.with_for_update().execution_options(populate_existing=True))
    if row is None:
        return
    mine = select(ProgressAttempt.person_id).where(ProgressAttempt.item_id == row.item_id, ProgressAttempt.person_id > row.graded_to)
    people = list(db.session.scalars(mine.distinct().order_by(ProgressAttempt.person_id).limit(_PEOPLE)))
    if people:
        grade_again([(person, row.item_id) for person in people])
    row.graded_to = people[-1] if len(people) == _PEOPLE else None

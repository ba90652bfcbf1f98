"""Counts by period follow a term that gets another number: what two identifiers did is then one person's."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select, update

from core.db import db
from lrs.projections.models import Cursor
from lrs.rollups.models import Rollup, RollupTotal
from lrs.statements.terms import ACTIVITY, AGENT

_COLUMNS = {AGENT: RollupTotal.people, ACTIVITY: RollupTotal.activities}


def move(numbers: Mapping[int, int | None]) -> None:
    """Add the counts of each old number to its new one, and drop the old rows; None drops them only.

    The readers of the log are held off meanwhile: one that had read an old number would write it after us.
    """
    db.session.execute(select(Cursor.name).order_by(Cursor.name).with_for_update()).all()
    rows = db.session.execute(select(Rollup.__table__).where(Rollup.term_id.in_(numbers)).order_by(Rollup.term_id)).all()
    for row in rows:
        new = numbers[row.term_id]
        if new is not None:
            _add(row, new)
    db.session.execute(delete(Rollup).where(Rollup.term_id.in_(numbers)))


def _add(row, new: int) -> None:
    place = Rollup.term_id == new, Rollup.grain == row.grain, Rollup.start == row.start
    if db.session.execute(update(Rollup).where(*place).values(statements=Rollup.statements + row.statements)).rowcount:
        column = _COLUMNS.get(row.kind)
        if column is not None:  # two that were counted are one
            period = RollupTotal.grain == row.grain, RollupTotal.start == row.start
            db.session.execute(update(RollupTotal).where(*period).values({column: column - 1}))
        return
    values = {"term_id": new, "grain": row.grain, "start": row.start, "kind": row.kind, "statements": row.statements}
    db.session.execute(insert(Rollup).values(**values))

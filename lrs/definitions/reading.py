"""Read what was just said: bring the dictionary up to the end of the log before a look at it."""

import time

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from core.db import db
from core.errors import Unavailable
from lrs import projections
from lrs.projections.models import Cursor
from lrs.statements.entries import last_seq

NAME = "definitions"
PATIENCE = 0.5
_PAUSE = 0.02


def catch_up(patience: float = PATIENCE) -> None:
    """Fold what the dictionary has not seen, for at most so many seconds; somebody else who folds is waited for.

    When the database cannot be written just now, or the log is too far ahead, the look is at what is there.
    """
    deadline = time.monotonic() + patience
    try:
        while _behind() and (left := deadline - time.monotonic()) > 0:
            projections.catch_up(limit_ms=int(left * 1000))
            if _behind():
                time.sleep(min(_PAUSE, left))
    except (Unavailable, OperationalError):
        db.session.rollback()


def _behind() -> bool:
    db.session.rollback()  # a new look, not the snapshot of the last one
    return (db.session.scalar(select(Cursor.position).where(Cursor.name == NAME)) or 0) < last_seq()

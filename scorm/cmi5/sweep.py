"""Sessions that were left without a word are abandoned when their time is over (section 9.3.6)."""

from sqlalchemy import select

from core.clock import now
from core.db import db, write
from scorm.cmi5 import service
from scorm.cmi5.models import UnitSession

EVERY = 60.0
_AT_ONCE = 100


def sweep() -> int:
    """Abandon them, one unit of work each; answers how many."""
    query = select(UnitSession.id).where(UnitSession.ended == "", UnitSession.expires_at <= now()).order_by(UnitSession.id).limit(_AT_ONCE)
    due = list(db.session.scalars(query))
    count = 0
    for session_id in due:
        with write():
            session = db.session.get(UnitSession, session_id)
            count += session is not None and service.abandon(session=session, at=now())
    return count

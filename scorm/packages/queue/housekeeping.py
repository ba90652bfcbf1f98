"""What is finished leaves the pages after a month, and with it the file of what failed."""

from sqlalchemy import delete, select

from core.clock import now
from core.db import db, write
from core.storage import discard
from scorm.packages.queue import rules
from scorm.packages.queue.models import Upload

EVERY = 3_600
_CHUNK = 500


def tidy() -> int:
    """Forget what was finished long ago; answers how many."""
    gone = 0
    while True:
        with write():
            old = select(Upload.id, Upload.key).where(Upload.finished_at < now() - rules.KEPT).limit(_CHUNK)
            rows = db.session.execute(old).all()
            db.session.execute(delete(Upload).where(Upload.id.in_([row.id for row in rows])))
        discard(row.key for row in rows if row.key)
        gone += len(rows)
        if len(rows) < _CHUNK:
            return gone

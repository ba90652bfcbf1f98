"""Up to which moment is everything visible? The promise behind ``X-Experience-API-Consistent-Through``.

Appending happens under one lock and ``seq`` is taken under it. So when the lock was free at some moment t, everything with a ``seq``
up to t is committed, and later statements get a greater one. When somebody holds it, only what is already committed is certain.
Ask before reading: what is read afterwards then holds everything up to the answer.
"""

import fcntl

from flask import current_app

from core.clock import now
from core.db import db
from lrs.statements.entries import last_seq
from lrs.statements.formats import utc_text
from lrs.statements.log_postgresql import LOCK


def through() -> str:
    """The moment as RFC 3339 in UTC."""
    moment = now()
    if _log_is_free():
        return utc_text(int(moment.timestamp()) * 1_000_000 + moment.microsecond)
    return utc_text(last_seq())


def _log_is_free() -> bool:
    if db.engine.dialect.name == "postgresql":
        return (
            db.session.connection()
            .exec_driver_sql(f"SELECT CASE WHEN pg_try_advisory_lock_shared({LOCK}) THEN pg_advisory_unlock_shared({LOCK}) ELSE false END")
            .scalar()
        )
    return _lock_file_is_free()


def _lock_file_is_free() -> bool:
    """On SQLite every unit of work holds a lock on this file (``core.db``). The reader's snapshot must begin after the look."""
    db.session.rollback()
    try:
        with open(current_app.config["SETTINGS"].data_dir / "write.lock") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
            fcntl.flock(stream, fcntl.LOCK_UN)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True

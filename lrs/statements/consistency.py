"""Up to which moment is everything visible? The promise behind ``X-Experience-API-Consistent-Through``.

Appending happens under one lock and ``seq`` is taken under it. So when the lock was free at some moment t, everything with a ``seq``
up to t is committed, and later statements get a greater one. When somebody holds it, only what is already committed is certain.
Ask before reading: what is read afterwards then holds everything up to the answer.
"""

from core.clock import now
from core.db import db, nobody_writes
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
    db.session.rollback()  # the reader's snapshot must begin after the look
    return nobody_writes()

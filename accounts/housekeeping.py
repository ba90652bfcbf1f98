"""Dropping what is over: sessions, links, counters."""

from datetime import timedelta

from sqlalchemy import delete

from accounts.links import service as links
from accounts.links.models import Link
from accounts.sessions import service as sessions
from accounts.sessions.models import Session
from accounts.throttle import service as throttle
from core.clock import now
from core.db import db, write

LINKS_KEPT = timedelta(days=30)
COUNTERS_KEPT = timedelta(days=1)  # longer than the longest window that is counted


def sweep() -> None:
    """Drop the rows that no longer mean anything; safe to repeat."""
    at = now()
    with write():
        sessions.purge(at)
        links.purge(at - LINKS_KEPT)
        throttle.purge(at - COUNTERS_KEPT)


def after_restore() -> None:
    """A session that was ended, or a link that was used, since the backup must not come back to life: everybody signs in again."""
    db.session.execute(delete(Session))
    db.session.execute(delete(Link).where(Link.purpose == "reset"))

"""Dropping what is over: sessions, links, counters."""

from datetime import timedelta

from accounts.links import service as links
from accounts.sessions import service as sessions
from accounts.throttle import service as throttle
from core.clock import now
from core.db import write

LINKS_KEPT = timedelta(days=30)
COUNTERS_KEPT = timedelta(days=1)  # longer than the longest window that is counted


def sweep() -> None:
    """Drop the rows that no longer mean anything; safe to repeat."""
    at = now()
    with write():
        sessions.purge(at)
        links.purge(at - LINKS_KEPT)
        throttle.purge(at - COUNTERS_KEPT)

"""Data that no statement names: what a crash between keeping and committing left."""

import time
from datetime import timedelta
from itertools import islice

from core.db import db
from core.storage import storage
from lrs.attachments import queries, service
from lrs.attachments.rules import PREFIX

AGE = timedelta(hours=24)
EVERY = 3_600
_AT_ONCE = 500


def sweep(older_than: timedelta = AGE) -> list[str]:
    """Delete orphans that old, and files that never came whole; answers the hashes of the orphans."""
    before = time.time() - older_than.total_seconds()
    storage().forget_unfinished(before)
    old = (key.removeprefix(PREFIX) for key in storage().written_before(PREFIX.rstrip("/"), before))
    gone: list[str] = []
    while some := list(islice(old, _AT_ONCE)):
        orphans = set(some) - queries.needed(some)
        db.session.rollback()
        gone += service.release(orphans)
    return gone

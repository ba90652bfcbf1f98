"""Files that no document names: what a crash between keeping and committing left."""

import time
from datetime import timedelta

from core.db import db
from core.storage import discard, storage
from lrs.documents import queries
from lrs.documents.receiving import PREFIX

AGE = timedelta(hours=24)
EVERY = 3_600


def sweep(older_than: timedelta = AGE) -> list[str]:
    """Delete orphans older than that (a younger one may belong to a request that still runs); answers their keys."""
    before = time.time() - older_than.total_seconds()
    old = [key for key, written in storage().keys(PREFIX) if written <= before]
    return release(old)


def release(files: list[str]) -> list[str]:
    """Delete those of the files that no document names (any more); call it after the unit of work. Answers their keys."""
    if not files:
        return []
    needed = queries.named(files)
    db.session.rollback()
    orphans = [key for key in files if key not in needed]
    discard(orphans)
    return orphans

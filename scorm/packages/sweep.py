"""Files that no version names: what a crash between storing and committing left, or an item's deletion."""

import time
from datetime import timedelta

from core.db import db
from core.storage import storage
from scorm.packages import queries
from scorm.packages.importing import PREFIX

AGE = timedelta(hours=24)
EVERY = 3_600


def sweep(older_than: timedelta = AGE) -> list[str]:
    """Delete orphans older than that (a younger one may belong to an import that is still running); answers their keys."""
    before = time.time() - older_than.total_seconds()
    old = [key for key, written in storage().keys(PREFIX) if written <= before]
    needed = queries.storage_keys() if old else set()
    db.session.rollback()
    orphans = [key for key in old if key not in needed]
    for key in orphans:
        storage().delete(key)
    return orphans

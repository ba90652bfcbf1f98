"""Files that neither a version nor the queue names: what a crash between storing and committing left, or an item's deletion."""

import time
from datetime import timedelta

from sqlalchemy import select, union_all

from core.db import db
from core.storage import storage
from scorm.packages.importing import PREFIX
from scorm.packages.models import PackageVersion
from scorm.packages.queue.models import Upload

AGE = timedelta(hours=24)
EVERY = 3_600


def sweep(older_than: timedelta = AGE) -> list[str]:
    """Delete orphans older than that (a younger one may belong to an import that is still running); answers their keys."""
    before = time.time() - older_than.total_seconds()
    old = [key for key, written in storage().keys(PREFIX) if written <= before]
    needed = storage_keys() if old else set()
    db.session.rollback()
    orphans = [key for key in old if key not in needed]
    for key in orphans:
        storage().delete(key)
    return orphans


def storage_keys() -> set[str]:
    """Every storage key that a version or a waiting upload needs; in one statement, for a file goes from the one to the other."""
    of_versions = (select(PackageVersion.original_key), select(PackageVersion.serving_key))
    return set(db.session.scalars(union_all(*of_versions, select(Upload.key).where(Upload.key.is_not(None)))))

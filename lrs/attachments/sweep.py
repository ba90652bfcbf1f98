"""Data that no statement names: what a crash between keeping and committing left."""

import time
from datetime import timedelta

from core.storage import storage
from lrs.attachments import queries, service
from lrs.attachments.rules import PREFIX

AGE = timedelta(hours=24)
EVERY = 3_600


def sweep(older_than: timedelta = AGE) -> list[str]:
    """Delete orphans that old, and files that never came whole; answers the hashes of the orphans."""
    before = time.time() - older_than.total_seconds()
    storage().forget_unfinished(before)
    old = [key.removeprefix(PREFIX) for key, written in storage().keys(PREFIX) if written <= before]
    return service.release(set(old) - queries.needed(old))

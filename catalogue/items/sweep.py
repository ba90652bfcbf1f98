"""Pictures that no item shows: what a crash between storing and committing left, or a storage that was away when they had to go."""

import time
from datetime import timedelta

from sqlalchemy import select

from catalogue.items.images import PREFIX
from catalogue.items.models import Item
from core.db import db
from core.storage import discard, storage

AGE = timedelta(hours=24)
EVERY = 3_600


def sweep(older_than: timedelta = AGE) -> list[str]:
    """Delete orphans older than that (a younger one may belong to a request that still runs); answers their keys."""
    before = time.time() - older_than.total_seconds()
    old = [key for key, written in storage().keys(PREFIX) if written <= before]
    shown = set(db.session.scalars(select(Item.image_key).where(Item.image_key.is_not(None)))) if old else set()
    db.session.rollback()
    orphans = [key for key in old if key not in shown]
    discard(orphans)
    return orphans

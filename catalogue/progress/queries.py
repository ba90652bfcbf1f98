"""Reading progress."""

from collections.abc import Iterable

from sqlalchemy import select

from catalogue.items.access import visible
from catalogue.items.models import Item
from catalogue.progress.models import Progress
from core.db import db


def of(person_id: int | None, item_id: int) -> Progress | None:
    """One person's progress with one item; None when not started, or when nobody is signed in."""
    return db.session.get(Progress, (person_id, item_id)) if person_id else None


def by_item(person_id: int | None, item_ids: Iterable[int]) -> dict[int, Progress]:
    """``{item id: progress}`` of one person, in one query."""
    if person_id is None:
        return {}
    rows = db.session.scalars(select(Progress).where(Progress.person_id == person_id, Progress.item_id.in_(list(item_ids))))
    return {row.item_id: row for row in rows}


def to_continue(principal, *, limit: int = 3) -> list[tuple[Item, Progress]]:
    """What a person began and did not finish, the latest touched first; a failed item is there to be tried again."""
    query = (
        select(Item, Progress)
        .join(Progress, Progress.item_id == Item.id)
        .where(Progress.person_id == principal.person_id, Progress.status.in_(("started", "failed")), visible(principal))
        .order_by(Progress.last_at.desc(), Item.id)
        .limit(limit)
    )
    return [(item, progress) for item, progress in db.session.execute(query)]

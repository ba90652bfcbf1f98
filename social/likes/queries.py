"""Reading likes."""

from collections.abc import Sequence
from math import ceil

from sqlalchemy import func, select

from accounts.people.models import Person
from core.db import db
from social.likes.models import Like


def count(*, item_id: int | None = None, comment_id: int | None = None) -> int:
    """How many people like one thing."""
    target = Like.item_id == item_id if item_id is not None else Like.comment_id == comment_id
    return db.session.scalar(select(func.count()).select_from(Like).where(target, Like.liked))


def likes_item(item_id: int, *, by: int | None) -> bool:
    """True when a person (None: nobody) likes an item."""
    return by is not None and bool(db.session.scalar(select(Like.liked).where(Like.item_id == item_id, Like.person_id == by)))


def counts_of_comments(ids: Sequence[int]) -> dict[int, int]:
    """``{comment id: people who like it}``; those without any are left out."""
    query = select(Like.comment_id, func.count()).where(Like.comment_id.in_(ids), Like.liked).group_by(Like.comment_id)
    return dict(db.session.execute(query).all())


def liked_comments(ids: Sequence[int], *, by: int | None) -> set[int]:
    """Those of the comments that a person likes."""
    return set(db.session.scalars(select(Like.comment_id).where(Like.comment_id.in_(ids), Like.liked, Like.person_id == by)))


def people(*, item_id: int | None = None, comment_id: int | None = None, page: int, per_page: int) -> dict:
    """A page of who likes one thing and since when, the latest first."""
    target = Like.item_id == item_id if item_id is not None else Like.comment_id == comment_id
    total = count(item_id=item_id, comment_id=comment_id)
    query = select(Person, Like.changed_at).join(Like, Like.person_id == Person.id).where(target, Like.liked)
    rows = db.session.execute(query.order_by(Like.changed_at.desc(), Like.id.desc()).limit(per_page).offset((page - 1) * per_page))
    entries = [{"person": person, "since": since} for person, since in rows]
    return {"items": entries, "total": total, "page": page, "pages": max(1, ceil(total / per_page))}

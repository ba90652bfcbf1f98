"""Reads of machine credentials."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select

from core.db import db
from lrs.credentials.models import Credential


@dataclass(frozen=True)
class Page:
    """Some keys of all, which page that is, and how many there are."""

    items: list[Credential]
    total: int
    number: int
    pages: int


def listing() -> Select:
    """All credentials, those in force first, newest first."""
    return select(Credential).order_by(Credential.revoked_at.is_not(None), Credential.created_at.desc(), Credential.id.desc())


def page(number: int, *, per_page: int = 50) -> Page:
    """Page ``number`` (from 1) of the listing; a number beyond the end is the last page."""
    total = db.session.scalar(select(func.count()).select_from(Credential))
    pages = max(1, -(-total // per_page))
    number = min(max(1, number), pages)
    return Page(list(db.session.scalars(listing().limit(per_page).offset((number - 1) * per_page))), total, number, pages)

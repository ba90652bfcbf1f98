"""A page of a list of rows."""

from dataclasses import dataclass
from math import ceil

from sqlalchemy import Select, func, select

from core.db import db

PER_PAGE = 50


@dataclass(frozen=True)
class Page:
    """Some rows of a longer list."""

    items: list
    total: int
    number: int
    pages: int


def page_of(rows: Select, *, number: int) -> Page:
    """Page ``number`` (from 1) of what a select finds; a number beyond the end is the last page."""
    total = db.session.scalar(select(func.count()).select_from(rows.order_by(None).subquery()))
    pages = max(1, ceil(total / PER_PAGE))
    number = min(max(1, number), pages)
    return Page(list(db.session.scalars(rows.limit(PER_PAGE).offset((number - 1) * PER_PAGE))), total, number, pages)

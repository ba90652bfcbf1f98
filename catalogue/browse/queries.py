"""Reading the catalogue: one page of items and the counts beside the filters, both through ``items.access.visible``."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select

from catalogue import search
from catalogue.browse import rules
from catalogue.browse.rules import Cell, Counts, Filters
from catalogue.items.access import visible
from catalogue.items.models import Item
from catalogue.themes import queries as themes
from catalogue.themes.rules import Branch, tree
from core.access import Principal
from core.db import db

_ORDERS = {
    "popular": (Item.rank_popular.desc(), Item.id.desc()),
    "trending": (Item.rank_trending.desc(), Item.id.desc()),
    "new": (Item.published_at.desc().nulls_last(), Item.id.desc()),
    "title": (Item.title_key, Item.id),
}


@dataclass(frozen=True)
class Page:
    """One page of the catalogue."""

    items: list[Item]
    counts: Counts
    themes: list[Branch]
    theme: Branch | None
    pages: int


def page(filters: Filters, principal: Principal, *, per_page: int = rules.PER_PAGE) -> Page:
    """The items of one page and all counts, in three queries however large the catalogue is."""
    rows = themes.everything()
    chosen = next((row for row in rows if row.uuid == filters.theme), None)
    theme_ids = _with_descendants(rows, chosen.id if chosen else None) if filters.theme else None
    counts = rules.count(_cells(filters, principal), filters, theme_ids)
    roots = tree(rows, counts.themes)
    found = db.session.scalars(_items(filters, principal, theme_ids).limit(per_page).offset((filters.page - 1) * per_page))
    branch = next((b for root in roots for b in root.walk() if chosen and b.id == chosen.id), None)
    return Page(list(found), counts, roots, branch, max(1, -(-counts.total // per_page)))


def first(principal: Principal, *, sort: str, limit: int, except_ids: set[int] = frozenset()) -> list[Item]:
    """The first few of one order: for the home page."""
    found = db.session.scalars(
        select(Item).where(visible(principal), Item.visibility != "draft", Item.id.not_in(except_ids)).order_by(*_ORDERS[sort]).limit(limit)
    )
    return list(found)


def _with_descendants(rows, root_id: int | None) -> frozenset[int]:
    """A theme and everything under it; empty for a theme that is not there."""
    if root_id is None:
        return frozenset()
    found, size = {root_id}, 0
    while len(found) > size:
        size = len(found)
        found |= {row.id for row in rows if row.parent_id in found}
    return frozenset(found)


def _base(query: Select, filters: Filters, principal: Principal) -> Select:
    query = query.where(visible(principal))
    found = search.matching(filters.q, Item.id)
    return query if found is None else query.where(found)


def _cells(filters: Filters, principal: Principal) -> list[Cell]:
    """The whole visible catalogue as a small cube: from it every count is made without asking again."""
    properties = (Item.kind, Item.theme_id, Item.language, Item.duration_band)
    query = _base(select(*properties, func.count()), filters, principal)
    return [Cell(*row) for row in db.session.execute(query.group_by(*properties))]


def _items(filters: Filters, principal: Principal, theme_ids: frozenset[int] | None) -> Select:
    query = _base(select(Item), filters, principal)
    if theme_ids is not None:
        query = query.where(Item.theme_id.in_(theme_ids))
    if filters.kinds:
        query = query.where(Item.kind.in_(filters.kinds))
    if filters.languages:
        query = query.where(Item.language.in_(filters.languages))
    if filters.durations:
        query = query.where(Item.duration_band.in_(filters.durations))
    return query.order_by(*_ORDERS[filters.sort])

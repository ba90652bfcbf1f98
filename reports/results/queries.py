"""Reading results: only of people whose results the reader may see, only on items the reader may see."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, literal, or_, select

from accounts.groups import queries as groups
from accounts.groups.access import visible_people
from accounts.groups.models import Group, Membership
from accounts.people.models import Person
from catalogue.items.access import visible
from catalogue.items.models import Item
from catalogue.progress.models import Progress
from core.access import Principal
from core.db import db
from reports.results.rules import PER_PAGE, Filters

EXPORT_ROWS = 50_000


@dataclass(frozen=True)
class Result:
    """One person's standing with one item."""

    person_id: int
    person_uuid: str
    person: str
    item_uuid: str
    item: str
    status: str
    score_scaled: float | None
    progress: float | None
    duration_seconds: float | None
    first_at: datetime | None
    last_at: datetime | None
    completed_at: datetime | None
    kind: str


@dataclass(frozen=True)
class Page:
    """A page of results with the names of each person's groups."""

    results: list[Result]
    groups: dict[int, list[str]]
    total: int
    pages: int


def page(filters: Filters, principal: Principal) -> Page:
    """The people the reader may see, other than the reader, and what they did."""
    query = _filtered(filters, principal).where(Person.id != (principal.person_id or 0))
    return _page(query, filters)


def own(filters: Filters, principal: Principal) -> Page:
    """What the reader did."""
    query = _filtered(filters, principal).where(Person.id == principal.person_id)
    return _page(query, filters)


def export(filters: Filters, principal: Principal) -> Iterator[tuple[Result, list[str]]]:
    """All results of these filters, at most 50,000, read in pieces."""
    query = _filtered(filters, principal).where(Person.id != (principal.person_id or 0))
    rows = [Result(*row) for row in db.session.execute(query.order_by(*_order(filters)).limit(EXPORT_ROWS))]
    names = groups.names_of({row.person_id for row in rows})
    return ((row, names.get(row.person_id, [])) for row in rows)


def groups_to_choose(principal: Principal) -> list[Group]:
    """All groups for administrators, for others those they train."""
    query = select(Group).order_by(Group.name_key)
    if not principal.is_admin:
        trained = select(Membership.group_id).where(Membership.person_id == principal.person_id, Membership.is_trainer)
        query = query.where(Group.id.in_(trained))
    return list(db.session.scalars(query))


def item_named(uuid: str, principal: Principal) -> Item | None:
    """The item that is filtered by, when the reader may see it."""
    return db.session.scalar(select(Item).where(Item.uuid == uuid, visible(principal))) if uuid else None


def _filtered(filters: Filters, principal: Principal) -> Select:
    """With one item chosen, those who have not started it are listed too: that is what a trainer looks for."""
    query = _joined(bool(filters.item)).where(visible_people(principal), visible(principal), Person.active)
    if filters.item:
        query = query.where(Item.uuid == filters.item)
    if filters.group:
        members = select(Membership.person_id).join(Group, Group.id == Membership.group_id)
        chosen = [group.id for group in groups_to_choose(principal) if group.uuid == filters.group]
        query = query.where(Person.id.in_(members.where(Group.id.in_(chosen), ~Membership.is_trainer)))
    if filters.status == "not_started":
        query = query.where(Progress.status.is_(None))
    elif filters.status:
        query = query.where(Progress.status == filters.status)
    for word in filters.q.split():
        query = query.where(or_(Person.name.icontains(word, autoescape=True), Item.title.icontains(word, autoescape=True)))
    return query


def _joined(with_those_who_have_not_started: bool) -> Select:
    columns = select(
        Person.id,
        Person.uuid,
        Person.name,
        Item.uuid,
        Item.title,
        func.coalesce(Progress.status, "not_started"),
        Progress.score_scaled,
        Progress.progress,
        Progress.duration_seconds,
        Progress.first_at,
        Progress.last_at,
        Progress.completed_at,
        Item.kind,
    )
    together = and_(Progress.person_id == Person.id, Progress.item_id == Item.id)
    if with_those_who_have_not_started:
        return columns.select_from(Person).join(Item, literal(True)).outerjoin(Progress, together)
    return columns.select_from(Progress).join(Person, Person.id == Progress.person_id).join(Item, Item.id == Progress.item_id)


def _order(filters: Filters) -> tuple:
    orders = {
        "last": (Progress.last_at.desc().nulls_last(), func.lower(Person.name)),
        "person": (func.lower(Person.name), Item.title_key),
        "item": (Item.title_key, func.lower(Person.name)),
    }
    return (*orders[filters.sort], Person.id, Item.id)


def _page(query: Select, filters: Filters) -> Page:
    total = db.session.scalar(select(func.count()).select_from(query.with_only_columns(Person.id).subquery()))
    shown = query.order_by(*_order(filters)).limit(PER_PAGE).offset((filters.page - 1) * PER_PAGE)
    rows = [Result(*row) for row in db.session.execute(shown)]
    return Page(rows, groups.names_of({row.person_id for row in rows}), total, max(1, -(-total // PER_PAGE)))

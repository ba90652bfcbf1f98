"""Statements as somebody may see them on the pages of reports.

Two rules meet here, both decided elsewhere: whose statements (``accounts.groups.access``, by way of the agents of people) and about
which items (``catalogue.items.access``). Administrators see all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from catalogue.items.access import visible
from catalogue.items.models import Item
from core.access import Principal
from core.db import db
from core.identity import activity_iri
from lrs.browser import queries as log
from lrs.browser import sentences, times
from lrs.browser.queries import Row, Wanted
from lrs.statements.errors import Broken
from lrs.statements.parse import parse
from lrs.statements.terms import AGENT
from reports import sight
from reports.timeline.rules import item_iri, mentioned

PER_PAGE = 25


@dataclass(frozen=True)
class Seen:
    """A statement that the reader may see, read once; ``item`` is the item of ours that it belongs to."""

    row: Row
    statement: dict | None
    item: Item | None = None


class Told(NamedTuple):
    """A statement in words, the item of ours that it belongs to, and what it is about by its IRI."""

    line: sentences.Line
    item: Item | None
    iri: str | None


@dataclass(frozen=True)
class Timeline:
    """A page of statements, newest first: (day in words, what was told of it). ``older`` is the cursor of the next page, or None."""

    days: list[tuple[str, list[Told]]]
    older: int | None = None


def numbers_in_sight(principal: Principal) -> log.Numbers | None:
    """The actors whose statements a principal may see, as numbers of the log's dictionary; None for everybody's."""
    keys = sight.in_sight(principal)
    return None if keys is None else log.numbers(AGENT, keys)


def visible_items(iris: Iterable[str], principal: Principal) -> dict[str, Item]:
    """IRI → item, of those that the principal may see."""
    if not iris:
        return {}
    query = select(Item).where(Item.activity_iri.in_(list(iris)), visible(principal))
    return {item.activity_iri: item for item in db.session.scalars(query)}


def seen(rows: Sequence[Row], principal: Principal) -> list[Seen]:
    """Those of the rows that name no item which the reader may not see; one query. A statement too large to be read here is for
    administrators only."""
    items = activity_iri("item", "")
    read = [(row, _read(row)) for row in rows]
    named = {row.seq: _items(statement, items) for row, statement in read if statement is not None}
    known = visible_items({iri for iris in named.values() for iri in iris}, principal)
    found = []
    for row, statement in read:
        iris = named.get(row.seq, [])
        if principal.is_admin or (statement is not None and all(iri in known for iri in iris)):
            found.append(Seen(row, statement, next((known[iri] for iri in iris if iri in known), None)))
    return found


def about_visible_items(rows: Sequence[Row], principal: Principal) -> list[Row]:
    """For the browser of statements: the same rule as on these pages."""
    return [one.row for one in seen(rows, principal)]


def timeline(wanted: Wanted, principal: Principal, *, before: int | None) -> Timeline:
    """The page of statements below a place in the log."""
    rows = log.page(wanted, limit=PER_PAGE + 1, beyond=before)
    older = rows[PER_PAGE - 1].seq if len(rows) > PER_PAGE else None
    return told(seen(rows[:PER_PAGE], principal), older=older)


def told(some: Sequence[Seen], *, older: int | None) -> Timeline:
    """These statements in words, by day."""
    behind = {one.row.seq: (one.item, _object(one.statement)) for one in some}
    lines = sentences.lines([one.row for one in some])
    return Timeline([(day, [Told(line, *behind[line.seq]) for line in of_day]) for day, of_day in times.by_day(lines)], older)


def moment(row: Row, statement: dict | None) -> datetime:
    """When a statement happened, as its sender says, else when it was stored."""
    stored = sentences.stored_at(row.seq)
    happened = sentences.happened_at(statement) if statement is not None else None
    return min(happened, stored) if happened is not None else stored


def _object(statement: dict | None) -> str | None:
    target = statement["object"] if statement is not None else {"objectType": ""}
    return target["id"] if target.get("objectType", "Activity") == "Activity" else None


def _read(row: Row) -> dict | None:
    try:
        return None if row.payload is None else parse(bytes(row.payload))
    except Broken:
        return None


def _items(statement: dict, items: str) -> list[str]:
    return [found for iri in mentioned(statement) if (found := item_iri(iri, items))]

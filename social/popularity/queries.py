"""Reading popularity: for cards, and in full for one item."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from catalogue.items.models import Item
from core.access import Principal
from core.db import db
from social.popularity import rules
from social.popularity.models import PulseStep, PulseTotal
from social.popularity.words import head_count, level_words


@dataclass(frozen=True)
class Popularity:
    """What a card shows: the step 0 to 5, the same in words, and the honest head-counts."""

    level: int
    words: str
    people: list[str]
    counts: dict[str, int | None]


def popularity_of(items: Sequence[Item], _principal: Principal | None) -> dict[int, Popularity]:
    """``{item id: popularity}`` of some items, in two queries."""
    columns = select(PulseTotal.item_id, PulseTotal.kind, PulseTotal.people).where(PulseTotal.item_id.in_([item.id for item in items]))
    heads = {(item, kind): people for item, kind, people in db.session.execute(columns)}
    steps = list(db.session.scalars(select(PulseStep.key)))
    return {item.id: _popularity(item, {kind: heads.get((item.id, kind), 0) for kind in rules.KINDS}, steps) for item in items}


def of(item: Item) -> Popularity:
    """The popularity of one item."""
    return popularity_of([item], None)[item.id]


def _popularity(item: Item, heads: dict[str, int], steps: list[float]) -> Popularity:
    level = rules.level(item.rank_popular, steps, people=max(heads.values()))
    counts = {kind: rules.shown(heads[kind], restricted=item.visibility == "groups") for kind in ("launch", "complete", "comment", "like")}
    people = [head_count(kind, count) for kind, count in counts.items() if count != 0]
    return Popularity(level, level_words(level), people or [_("Be the first")], counts)

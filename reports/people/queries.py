"""Reading what one person did, under whatever identifiers the log knows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts.groups.access import may_see_results
from accounts.people import queries as people
from accounts.people.models import Person
from catalogue.items.access import visible
from catalogue.items.models import Item
from catalogue.progress.models import Progress, ProgressFact
from core.access import Principal
from core.db import db
from core.errors import NotFound
from core.identity import identity_base
from lrs.browser import queries as log
from lrs.browser.queries import Wanted
from lrs.identities.queries import identifiers_of
from lrs.statements.terms import AGENT
from reports.sight import key_of
from reports.timeline import queries as timelines
from reports.timeline.queries import Timeline

RESULTS = 12


@dataclass(frozen=True)
class Result:
    """How somebody stands with an item; scores from -1 to 1, the last one by when it happened."""

    item: Item
    progress: Progress
    last_score: float | None

    @property
    def status(self) -> str:
        return self.progress.status


@dataclass(frozen=True)
class Results:
    """The latest twelve, and whether there are more."""

    shown: list[Result]
    more: bool


def in_sight(uuid: str, principal: Principal) -> Person:
    """The person, if the principal may see what they did; somebody else is as unknown as nobody: :class:`NotFound`."""
    person = people.by_uuid(str(uuid))
    if not may_see_results(principal, person.id):
        raise NotFound()
    return person


def person_of(keys: Sequence[str]) -> Person | None:
    """The person with an account here whom one of these agent keys names."""
    prefix = f"account {identity_base()} "
    uuids = [key.removeprefix(prefix) for key in keys if key.startswith(prefix)]
    return next(iter(people.by_uuids(uuids).values()), None)


def identifiers(person: Person) -> list[str]:
    """The keys of all agents that are this person, that of the account first."""
    return identifiers_of(key_of(person.uuid))


def results(person: Person, principal: Principal) -> Results:
    """Standing by item, the latest first, on items that the reader may see. Two queries."""
    query = (
        select(Item, Progress)
        .join(Progress, Progress.item_id == Item.id)
        .where(Progress.person_id == person.id, visible(principal))
        .order_by(Progress.last_at.desc(), Item.id)
        .limit(RESULTS + 1)
    )
    rows = db.session.execute(query).all()
    last = _last_scores(person.id, [item.id for item, _progress in rows])
    return Results([Result(item, progress, last.get(item.id)) for item, progress in rows[:RESULTS]], len(rows) > RESULTS)


def did(keys: Sequence[str], principal: Principal, *, before: int | None) -> Timeline:
    """What an agent did as the actor, under all its identifiers, as far as the reader may see it."""
    return timelines.timeline(Wanted(allowed=log.numbers(AGENT, keys)), principal, before=before)


def _last_scores(person_id: int, item_ids: Sequence[int]) -> dict[int, float]:
    fact = ProgressFact
    query = select(fact.item_id, fact.at, fact.score_scaled).where(
        fact.person_id == person_id, fact.item_id.in_(item_ids), fact.score_scaled.is_not(None)
    )
    latest: dict[int, tuple[datetime, float]] = {}
    for item_id, at, score in db.session.execute(query):
        if item_id not in latest or at >= latest[item_id][0]:
            latest[item_id] = (at, score)
    return {item_id: score for item_id, (_at, score) in latest.items()}

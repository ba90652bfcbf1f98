"""Reading what happened with one activity.

The figures are those of the latest thousand statements that the reader may see, and the page says so: counting all of them would cost
more with every year, and what counts over the whole log is in the results of an item and in the counts of the store.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.people import queries as people
from accounts.people.models import Person
from catalogue.items.models import Item
from core.access import Principal
from core.errors import NotFound
from core.identity import activity_iri
from lrs.browser import names
from lrs.browser import queries as log
from lrs.browser.names import Names
from lrs.browser.queries import Wanted
from lrs.definitions.queries import definitions
from lrs.identities.queries import people_of
from lrs.statements.terms import ACTIVITY, AGENT, VERB
from reports.activities import rules
from reports.pages import own_uuid
from reports.timeline import queries as timelines
from reports.timeline.queries import PER_PAGE, Seen, Timeline
from reports.timeline.rules import item_iri

LATEST = 1000
PEOPLE = 25


@dataclass(frozen=True)
class Doer:
    """Somebody who did something with the activity; ``uuid`` when they have an account here."""

    name: str
    uuid: str | None
    standing: rules.Standing


@dataclass(frozen=True)
class Figures:
    """``people`` are the 25 who did something last; ``cut`` when older statements were not counted."""

    summary: rules.Summary
    verbs: list[tuple[str, int]]
    people: list[Doer]
    cut: bool


@dataclass(frozen=True)
class Activity:
    """An activity as the reader may know it. ``item`` is the item of ours that it is or belongs to, when the reader may see it."""

    iri: str
    name: str
    description: str
    type: str
    item: Item | None
    figures: Figures | None
    timeline: Timeline


def about(iri: str, principal: Principal, *, before: int | None) -> Activity:
    """What is known of an activity. :class:`NotFound` for one that the log does not know, for an item that the reader may not see, and
    for anything else that no statement in their sight is about."""
    numbers = log.numbers(ACTIVITY, [iri])
    own = item_iri(iri, activity_iri("item", ""))
    item = timelines.visible_items([own], principal).get(own) if own else None
    if not numbers or (own and item is None and not principal.is_admin):
        raise NotFound()
    wanted = Wanted(activities=numbers, allowed=timelines.numbers_in_sight(principal))
    first = before is None
    rows = log.page(wanted, limit=(LATEST if first else PER_PAGE) + 1, beyond=before)
    some = timelines.seen(rows[:LATEST], principal)
    if not some and item is None and not principal.is_admin:
        raise NotFound()
    older = rows[PER_PAGE - 1].seq if len(rows) > PER_PAGE else None
    page = [one for one in some if older is None or one.row.seq >= older]
    return Activity(
        iri,
        **_called(iri, item),
        item=item,
        figures=_figures(some, cut=len(rows) > LATEST) if first and some else None,
        timeline=timelines.told(page, older=older),
    )


def _called(iri: str, item: Item | None) -> dict[str, str]:
    """Name, description and type, in the reader's language."""
    called = names.of([], also=[(ACTIVITY, iri)])
    known = definitions([iri]).get(iri, {})
    kind = known.get("type", "")
    name = item.title if item is not None and item.activity_iri == iri else called.activity({"id": iri}, 300)
    return {"name": name, "description": called.text(known.get("description", {})), "type": kind}


def _figures(some: Sequence[Seen], *, cut: bool) -> Figures:
    people_of_actors = _people({one.row.actor_id for one in some} - {None})
    summary = rules.summary(
        (people_of_actors.get(one.row.actor_id), one.row.verb_id, timelines.moment(one.row, one.statement), _result(one)) for one in some
    )
    latest = summary.people[:PEOPLE]
    iris = log.texts(summary.verbs)
    called = names.of([], also=[*((VERB, iri) for iri in iris.values()), *((AGENT, standing.actor) for standing in latest)])
    verbs = [(called.verb({"id": iris[verb]}), count) for verb, count in summary.verbs.most_common()]
    accounts = people.by_uuids(filter(None, (own_uuid(standing.actor) for standing in latest)))
    return Figures(summary, verbs, [_doer(standing, accounts, called) for standing in latest], cut)


def _people(actors: Iterable[int]) -> dict[int, str]:
    """Number of an actor → one agent key for all identifiers of the same person, that of an account here if there is one."""
    texts = log.texts(actors)
    together = people_of(texts.values())
    return {number: min(together[key], key=lambda other: (own_uuid(other) is None, other)) for number, key in texts.items()}


def _doer(standing: rules.Standing, accounts: dict[str, Person], called: Names) -> Doer:
    account = accounts.get(own_uuid(standing.actor) or "")
    if account is not None:
        return Doer(account.name, account.uuid, standing)
    return Doer(called.of_key(standing.actor), None, standing)


def _result(one: Seen) -> dict | None:
    return one.statement.get("result") if one.statement is not None else None

"""What a filter means: whom somebody typed, which activities, as numbers of the dictionary."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select

from core.db import db
from lrs.browser import people, queries
from lrs.browser.models import Seen
from lrs.browser.queries import Wanted
from lrs.browser.rules import Filters, folded, like
from lrs.identities.queries import people_of
from lrs.statements import formats
from lrs.statements.models import Term
from lrs.statements.terms import ACTIVITY, AGENT, VERB

MOST = 20


class Named(NamedTuple):
    """A term of the dictionary: its number, its key or IRI, and the name that statements gave it (may be empty)."""

    number: int
    text: str
    name: str


@dataclass(frozen=True)
class Meaning:
    """``wanted`` for the queries, and what stands behind it for the page: who and what was found by what was typed (``person`` or
    ``agent``; ``activity``, for those who see everything only), whether there were more than twenty, and what found nothing (``unknown``:
    names of filters)."""

    wanted: Wanted
    people: list[Named] = field(default_factory=list)
    activities: list[Named] = field(default_factory=list)
    too_many: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


def of(filters: Filters, allowed: Iterable[str] | None) -> Meaning:
    """Look everything up that the filter names; ``allowed`` are the keys of the agents that the reader may see, None for all."""
    may_see = None if allowed is None else queries.numbers(AGENT, allowed)
    who, more_people = _people(filters, may_see)
    what, more_activities = _activities(filters.activity) if filters.activity else ([], False)
    verb = queries.numbers(VERB, [filters.verb]) if filters.verb else None
    authority = queries.numbers(AGENT, [filters.authority]) if filters.authority else None
    by_person = bool(filters.person or filters.agent)
    asked = {"person": by_person and not who, "verb": verb == frozenset(), "authority": authority == frozenset()}
    asked["activity"] = bool(filters.activity) and not what
    wanted = Wanted(
        agents=frozenset(one.number for one in who) if by_person else None,
        verb=verb,
        activities=frozenset(one.number for one in what) if filters.activity else None,
        authority=authority,
        registration=filters.registration,
        since=filters.since,
        until=filters.until,
        mentioned=bool(filters.mentioned),
        related=bool(filters.related),
        voided=bool(filters.voided),
        allowed=may_see,
    )
    many = frozenset(name for name, more in (("person", more_people), ("activity", more_activities)) if more)
    if may_see is not None:  # what things are called that only others have met is not for this reader
        what, many, asked["activity"] = [], many - {"activity"}, False
    return Meaning(wanted, who, what, many, frozenset(name for name, missing in asked.items() if missing))


def _people(filters: Filters, may_see: queries.Numbers | None) -> tuple[list[Named], bool]:
    if filters.agent:
        found, more = _named(AGENT, [filters.agent]), False
    elif filters.person:
        exact = _named(AGENT, [*identifiers(filters.person), *people.meant_by(filters.person)])
        found, more = (exact, False) if exact else _by_words(AGENT, filters.person, may_see)
    else:
        return [], False
    together = {key for keys in people_of([one.text for one in found]).values() for key in keys} - {one.text for one in found}
    if together:
        found = [*found, *_named(AGENT, together)]
    return [one for one in found if may_see is None or one.number in may_see], more


def _activities(typed: str) -> tuple[list[Named], bool]:
    exact = _named(ACTIVITY, [typed]) if formats.is_iri(typed) else []
    return (exact, False) if exact else _by_words(ACTIVITY, typed, None)


def identifiers(typed: str) -> list[str]:
    """The agent keys that a typed identifier can mean: an e-mail address (also where only its SHA-1 was sent), a SHA-1, an OpenID, or a
    key as it is. An account is found by its name, as words."""
    bare = typed.removeprefix("mailto:")
    if formats.is_mailto(f"mailto:{bare}"):
        spellings = dict.fromkeys((bare, bare.lower()))
        keys = [f"mbox mailto:{address}" for address in spellings]
        return [*keys, *(f"mbox_sha1sum {hashlib.sha1(f'mailto:{a}'.encode(), usedforsecurity=False).hexdigest()}" for a in spellings)]
    if formats.is_sha1(typed):
        return [f"mbox_sha1sum {typed.lower()}"]
    if formats.is_iri(typed):
        return [f"openid {typed}"]
    return [typed] if typed.partition(" ")[0] in ("account", "mbox", "mbox_sha1sum", "openid") else []


def _named(kind: str, texts: Iterable[str]) -> list[Named]:
    found = queries.numbers(kind, dict.fromkeys(texts))
    if not found:
        return []
    query = select(Term.id, Term.text, Seen.name).outerjoin(Seen, Seen.term_id == Term.id).where(Term.id.in_(found))
    return [Named(number, text, name or "") for number, text, name in db.session.execute(query.order_by(Term.id))]


def _by_words(kind: str, typed: str, may_see: queries.Numbers | None) -> tuple[list[Named], bool]:
    words = folded(typed).split()[:12]
    if not words:
        return [], False
    query = select(Term.id, Term.text, Seen.name).join(Seen, Seen.term_id == Term.id).where(Seen.kind == kind)
    query = query.where(*(Seen.words.like(like(word), escape="\\") for word in words))
    if may_see is not None:
        query = query.where(Seen.term_id.in_(may_see))
    found = [Named(*row) for row in db.session.execute(query.order_by(Seen.name, Term.id).limit(MOST + 1))]
    return found[:MOST], len(found) > MOST


def names_of_agents(numbers: Iterable[int]) -> dict[int, Named]:
    """Number → agent with the name that statements gave it."""
    wanted = set(numbers)
    query = select(Term.id, Term.text, Seen.name).outerjoin(Seen, Seen.term_id == Term.id).where(Term.id.in_(wanted))
    return {row[0]: Named(row[0], row[1], row[2] or "") for row in db.session.execute(query)} if wanted else {}

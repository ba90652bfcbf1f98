"""Reading identities."""

from collections.abc import Iterable

from sqlalchemy import Row, or_, select

from core.db import db
from lrs.identities.models import SamePerson
from lrs.statements.terms import AGENT, digest


def identifiers_of(agent_key: str) -> list[str]:
    """Every agent key of the same person, this one first; only itself when it was never merged."""
    return [agent_key, *sorted(people_of([agent_key])[agent_key] - {agent_key})]


def people_of(agent_keys: Iterable[str]) -> dict[str, frozenset[str]]:
    """Each agent key with all keys of its person, itself included; as many queries as the longest chain has links, usually two."""
    asked = list(dict.fromkeys(agent_keys))
    neighbours: dict[str, set[str]] = {key: set() for key in asked}
    read: set[str] = set()
    while unread := neighbours.keys() - read:
        read |= unread
        for one, other in _links(unread):
            neighbours.setdefault(one, set()).add(other)
            neighbours.setdefault(other, set()).add(one)
    return {key: _reach(key, neighbours) for key in asked}


def links_of(agent_keys: Iterable[str]) -> list[SamePerson]:
    """The declarations between these keys, oldest first."""
    digests = [digest((AGENT, key)) for key in agent_keys]
    return list(db.session.scalars(select(SamePerson).where(SamePerson.one_digest.in_(digests)).order_by(SamePerson.id)))


def _links(agent_keys: Iterable[str]) -> list[Row]:
    digests = [digest((AGENT, key)) for key in agent_keys]
    query = select(SamePerson.one, SamePerson.other)
    return list(db.session.execute(query.where(or_(SamePerson.one_digest.in_(digests), SamePerson.other_digest.in_(digests)))))


def _reach(start: str, neighbours: dict[str, set[str]]) -> frozenset[str]:
    found, waiting = {start}, [start]
    while waiting:
        new = neighbours[waiting.pop()] - found
        found |= new
        waiting += new
    return frozenset(found)

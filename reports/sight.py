"""Whom trainers see in the browser of statements, and whom an e-mail address means there: the record store knows no accounts."""

from collections.abc import Iterable

from sqlalchemy import select

from accounts.groups.access import visible_people
from accounts.people.models import Person
from core.access import Principal
from core.db import db
from core.identity import person_agent
from lrs.identities.queries import people_of
from lrs.statements.keys import agent_key


def agents_of_people(principal: Principal) -> Iterable[str] | None:
    """For the browser of statements: the agents of those whose results a trainer may see; others have no business there."""
    return in_sight(principal) if principal.person_id is not None and principal.may("trainer") else None


def in_sight(principal: Principal) -> frozenset[str] | None:
    """The agents of all whose results a principal may see, under every identifier that was declared to be the same person; None for
    everybody's."""
    if principal.is_admin:
        return None
    own = [key_of(uuid) for uuid in db.session.scalars(select(Person.uuid).where(visible_people(principal)))]
    return frozenset(key for keys in people_of(own).values() for key in keys)


def agents_by_address(text: str) -> list[str]:
    """The agent of the account with this e-mail address, which no statement names."""
    if "@" not in text:
        return []
    return [key_of(uuid) for uuid in db.session.scalars(select(Person.uuid).where(Person.email == text.strip().lower()))]


def key_of(uuid: str) -> str:
    """The agent key of a person with an account here."""
    return agent_key(person_agent(uuid=uuid, name=""))

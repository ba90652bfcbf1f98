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
    """The agents of those whose results a trainer may see, under every identifier that was declared to be the same person."""
    if principal.person_id is None or not principal.may("trainer"):
        return None
    own = [_key(uuid) for uuid in db.session.scalars(select(Person.uuid).where(visible_people(principal)))]
    return {key for keys in people_of(own).values() for key in keys}


def agents_by_address(text: str) -> list[str]:
    """The agent of the account with this e-mail address, which no statement names."""
    if "@" not in text:
        return []
    return [_key(uuid) for uuid in db.session.scalars(select(Person.uuid).where(Person.email == text.strip().lower()))]


def _key(uuid: str) -> str:
    return agent_key(person_agent(uuid=uuid, name=""))

"""Reading people."""

from collections.abc import Iterable

from sqlalchemy import Select, or_, select

from accounts.groups.models import Group, Membership
from accounts.people.models import Person
from accounts.people.rules import folded
from core.db import db
from core.errors import NotFound


def get(person_id: int) -> Person:
    """The person with a row id; :class:`NotFound` otherwise."""
    return db.session.get(Person, person_id) or _nobody()


def by_uuid(uuid: str) -> Person:
    """The person with a uuid; :class:`NotFound` otherwise."""
    return db.session.scalar(select(Person).where(Person.uuid == uuid)) or _nobody()


def _nobody():
    raise NotFound()


def by_email(email: str) -> Person | None:
    """The person with an address, whatever the case it is written in."""
    return db.session.scalar(select(Person).where(Person.email == email.strip().lower()))


def by_uuids(uuids: Iterable[str]) -> dict[str, Person]:
    """Those of the uuids that are people."""
    return {person.uuid: person for person in db.session.scalars(select(Person).where(Person.uuid.in_(list(uuids))))}


def by_ids(ids: Iterable[int]) -> dict[int, Person]:
    """Those of the row ids that are people."""
    return {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(list(ids))))}


def names(ids: Iterable[int]) -> dict[int, str]:
    """What people are called, by row id."""
    return dict(db.session.execute(select(Person.id, Person.name).where(Person.id.in_(list(ids)))).all())


def administrator_exists() -> bool:
    """True when somebody can administer this installation."""
    return db.session.scalar(select(Person.id).where(Person.role == "admin", Person.active).limit(1)) is not None


def search(*, text: str = "", role: str | None = None, state: str | None = None, group_uuid: str | None = None) -> Select:
    """People by part of a name or address, role, state and group, in the order of their names."""
    people = select(Person).order_by(Person.name_key, Person.id)
    for word in text.split():
        in_name = Person.name_key.contains(folded(word), autoescape=True)
        people = people.where(or_(in_name, Person.email.contains(word.lower(), autoescape=True)))
    if group_uuid:
        members = select(Membership.person_id).join(Group, Group.id == Membership.group_id).where(Group.uuid == group_uuid)
        people = people.where(Person.id.in_(members))
    if role:
        people = people.where(Person.role == role)
    if state == "disabled":
        people = people.where(~Person.active)
    elif state == "invited":
        people = people.where(Person.active, Person.password_hash.is_(None))
    elif state == "active":
        people = people.where(Person.active, Person.password_hash.is_not(None))
    return people

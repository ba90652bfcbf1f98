"""Reading groups."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from accounts.groups.models import Group, Membership
from accounts.groups.rules import name_key
from accounts.people.models import Person
from core.db import db
from core.errors import NotFound


@dataclass(frozen=True)
class Counted:
    """A group with the number of its members and the names of its trainers."""

    group: Group
    members: int
    trainers: tuple[str, ...]


@dataclass(frozen=True)
class Member:
    """A person in a group."""

    person: Person
    is_trainer: bool


def by_uuid(uuid: str) -> Group:
    """The group with a uuid; :class:`NotFound` otherwise."""
    group = db.session.scalar(select(Group).where(Group.uuid == uuid))
    if group is None:
        raise NotFound()
    return group


def by_name(name: str) -> Group | None:
    """The group with a name, whatever its case."""
    return db.session.scalar(select(Group).where(Group.name_key == name_key(name)))


def every() -> list[Group]:
    """All groups in the order of their names."""
    return list(db.session.scalars(select(Group).order_by(Group.name_key)))


def choices() -> list[tuple[str, str]]:
    """Uuid and name of every group, to choose from."""
    return [(group.uuid, group.name) for group in every()]


def group_ids_of(person_id: int) -> list[int]:
    """The row ids of the groups a person belongs to."""
    return list(db.session.scalars(select(Membership.group_id).where(Membership.person_id == person_id).order_by(Membership.group_id)))


def of_person(person_id: int) -> list[tuple[Group, bool]]:
    """The groups of a person in the order of their names, and whether they train each."""
    rows = select(Group, Membership.is_trainer).join(Membership).where(Membership.person_id == person_id).order_by(Group.name_key)
    return [tuple(row) for row in db.session.execute(rows)]


def names_of(person_ids: Iterable[int]) -> dict[int, list[str]]:
    """The names of the groups of several people, by row id of the person."""
    rows = (
        select(Membership.person_id, Group.name)
        .join(Group, Group.id == Membership.group_id)
        .where(Membership.person_id.in_(list(person_ids)))
        .order_by(Group.name_key)
    )
    found: dict[int, list[str]] = {}
    for person_id, name in db.session.execute(rows):
        found.setdefault(person_id, []).append(name)
    return found


def members_of(group_id: int) -> list[Member]:
    """Who belongs to a group: trainers first, then by name."""
    rows = (
        select(Person, Membership.is_trainer)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.group_id == group_id)
        .order_by(Membership.is_trainer.desc(), Person.name_key, Person.id)
    )
    return [Member(person, is_trainer) for person, is_trainer in db.session.execute(rows)]


def member_ids(group_ids: Iterable[int]) -> Select:
    """The row ids of the people who belong to any of the groups."""
    return select(Membership.person_id).where(Membership.group_id.in_(list(group_ids)))


def counted() -> list[Counted]:
    """All groups in the order of their names, with what a list of them shows; two queries however many there are."""
    sizes = (
        select(Group, func.count(Membership.person_id))
        .outerjoin(Membership, Membership.group_id == Group.id)
        .group_by(Group.id)
        .order_by(Group.name_key)
    )
    training = (
        select(Membership.group_id, Person.name)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.is_trainer)
        .order_by(Person.name_key)
    )
    trainers: dict[int, list[str]] = {}
    for group_id, name in db.session.execute(training):
        trainers.setdefault(group_id, []).append(name)
    return [Counted(group, members, tuple(trainers.get(group.id, ()))) for group, members in db.session.execute(sizes)]


def trained_person_ids(person_id: int) -> Select:
    """The row ids of the people in the groups that a person trains (the trainer among them)."""
    theirs, mine = aliased(Membership), aliased(Membership)
    return (
        select(theirs.person_id).join(mine, mine.group_id == theirs.group_id).where(mine.person_id == person_id, mine.is_trainer).distinct()
    )

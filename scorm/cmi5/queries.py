"""Reads of registrations, units and sessions."""

from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalogue.items.models import Item
from core.db import db
from core.errors import NotFound
from core.identity import person_agent
from scorm.cmi5.models import Enrolment, UnitSession, UnitState
from scorm.packages.cmi5.structure import Structure
from scorm.packages.models import Package, PackageVersion
from scorm.play.models import Attempt, Launch


@lru_cache(maxsize=64)
def structure_of(version_uuid: str) -> Structure:
    """The course structure of a version; versions never change."""
    version = db.session.scalar(select(PackageVersion).where(PackageVersion.uuid == version_uuid))
    return Structure.from_json(version.tree_json["organizations"][0]["cmi5"])


@lru_cache(maxsize=64)
def numbers_of(version_uuid: str) -> dict[str, int]:
    """``{identifier: number}`` of the parts of a version."""
    return {part.identifier: number for number, part in enumerate(structure_of(version_uuid).parts)}


def item_of(enrolment: Enrolment) -> Item:
    """The catalogue item that a registration is for."""
    return db.session.scalars(select(Item).join(Package).join(PackageVersion).where(PackageVersion.id == enrolment.version_id)).one()


def actor_of(enrolment: Enrolment) -> dict:
    """The agent of a registration: the learner's account here, or what another system gave."""
    person = enrolment.person
    return enrolment.actor if person is None else person_agent(uuid=person.uuid, name=person.name)


def enrolment_of_attempt(attempt_id: int) -> Enrolment | None:
    return db.session.scalar(select(Enrolment).where(Enrolment.attempt_id == attempt_id))


def by_uuid(uuid: str | UUID) -> Enrolment | None:
    return db.session.scalar(select(Enrolment).where(Enrolment.uuid == str(uuid)))


def is_taken(uuid: str | UUID) -> bool:
    """Whether a learner's attempt, or an author's launch, will have this registration."""
    return any(db.session.scalar(select(table.id).where(table.uuid == str(uuid))) for table in (Attempt, Launch))


def locked(enrolment_id: int) -> Enrolment:
    """A registration that nobody else changes until the unit of work ends, as it is now."""
    query = select(Enrolment).where(Enrolment.id == enrolment_id).options(joinedload(Enrolment.version))
    return db.session.scalars(query.with_for_update(of=Enrolment).execution_options(populate_existing=True)).one()


def session_of(uuid: str | UUID) -> UnitSession:
    """The session of that id, else NotFound."""
    found = db.session.scalar(select(UnitSession).where(UnitSession.uuid == str(uuid)))
    if found is None:
        raise NotFound()
    return found


def session_by_key(key: str) -> UnitSession | None:
    """The session that a credential was issued for."""
    return db.session.scalar(select(UnitSession).where(UnitSession.key == key).options(joinedload(UnitSession.registration)))


def live_sessions(enrolment_id: int) -> list[UnitSession]:
    """Sessions of a registration that have not ended, as they are now."""
    query = select(UnitSession).where(UnitSession.registration_id == enrolment_id, UnitSession.ended == "")
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def last_launched(enrolment_id: int) -> UnitSession | None:
    """The last session of a registration that our player opened."""
    query = select(UnitSession).where(UnitSession.registration_id == enrolment_id, UnitSession.launch_id.is_not(None))
    return db.session.scalar(query.order_by(UnitSession.id.desc()).limit(1))


def states_of(enrolment: Enrolment) -> dict[int, UnitState]:
    """``{number: state}`` of the units about which something was said, by their numbers in the version that is played."""
    numbers = numbers_of(enrolment.version.uuid)
    rows = db.session.scalars(select(UnitState).where(UnitState.registration_id == enrolment.id))
    return {numbers[state.part]: state for state in rows if state.part in numbers}

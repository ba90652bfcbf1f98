"""cmi5 in our player: a unit is a part with an address of its own (``scorm.play.launched``)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from accounts.people.models import Person
from core.db import db
from scorm.cmi5 import outcomes, queries, service
from scorm.cmi5.models import Enrolment, UnitSession
from scorm.packages.cmi5.structure import Structure
from scorm.play.cmi.outcome import Outcome
from scorm.play.course import Entry
from scorm.play.launched import Opened
from scorm.play.models import Launch

MODES = {"normal": "Normal", "review": "Review", "browse": "Browse"}


class Cmi5Way:
    """The registration is the attempt's; an author's look around has one of its own, named like the launch."""

    def open(self, *, launch: Launch, person: Person, entry: Entry, at: datetime) -> Opened:
        number, part = _unit(queries.structure_of(launch.version.uuid), entry.identifier)
        opened = service.launch(
            enrolment=enrolment_of(launch, person, at),
            number=number,
            mode=MODES[launch.mode],
            reader=person.uuid,
            at=at,
            launch_id=launch.id,
        )
        return Opened(opened.url, own_window=part.own_window)

    def standings(self, launch: Launch) -> Mapping[str, Outcome]:
        enrolment = _known(launch)
        states = queries.states_of(enrolment) if enrolment else {}
        units = queries.structure_of((enrolment or launch).version.uuid).units
        return {part.identifier: outcomes.of_unit(part.move_on, states.get(number)) for number, part in units if number in states}

    def close(self, *, launch: Launch, person: Person, at: datetime) -> None:
        query = select(UnitSession).where(UnitSession.launch_id == launch.id, UnitSession.ended == "")
        for session in list(db.session.scalars(query)):
            service.abandon(session=session, at=at)


def enrolment_of(launch: Launch, person: Person, at: datetime) -> Enrolment:
    """The registration of a launch, made when it is the first; it plays the version of the launch from now on."""
    if found := _known(launch):
        if found.version_id != launch.version_id:
            service.follow_version(found, launch.version, at)
        return found
    attempt = launch.attempt
    if attempt is None:
        db.session.execute(select(Launch.id).where(Launch.id == launch.id).with_for_update())
        if found := _known(launch):
            return found
    uuid, attempt_id = (attempt.uuid, attempt.id) if attempt else (launch.uuid, None)
    return service.register(version=launch.version, uuid=uuid, attempt_id=attempt_id, person_id=person.id, at=at)


def _known(launch: Launch) -> Enrolment | None:
    return queries.enrolment_of_attempt(launch.attempt_id) if launch.attempt_id else queries.by_uuid(launch.uuid)


def _unit(structure: Structure, identifier: str):
    return next((number, part) for number, part in structure.units if part.identifier == identifier)

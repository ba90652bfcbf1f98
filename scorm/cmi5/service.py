"""The verbs of cmi5: register, launch a unit, fetch its credential, take its statements in, abandon, waive. Inside ``write()``.

Locks are taken in one order everywhere: the attempt, the registration, the log.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

import orjson
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from catalogue.items.models import Item
from core.db import db
from core.errors import Conflict, NotFound
from core.storage import storage
from lrs.credentials.launches import end_launches, issue_launch
from lrs.documents import service as documents
from lrs.documents.receiving import content_of
from lrs.documents.rules import Condition, Place
from lrs.statements import service as log
from lrs.statements.keys import agent_key
from scorm.cmi5 import outcomes, queries, rules, statements
from scorm.cmi5 import vocabulary as v
from scorm.cmi5.models import Enrolment, UnitSession, UnitState
from scorm.cmi5.satisfaction import Satisfied, satisfied
from scorm.cmi5.statements import About
from scorm.packages.cmi5.structure import Part
from scorm.packages.models import Package, PackageVersion
from scorm.play import queries as play
from scorm.play import tokens
from scorm.play.models import Launch

GUARD = "cmi5"
FETCH, RETURN = "cmi5-fetch", "cmi5-return"
HOURS = 24
SCOPES = ("statements/write", "statements/read", "state", "profile")


@dataclass(frozen=True)
class Launched:
    """A unit that may be opened now, at this address and once."""

    session: UnitSession
    url: str


def about(enrolment: Enrolment, at: datetime) -> About:
    """What statements about a registration need to know."""
    course = queries.item_of(enrolment).activity_iri
    return About(queries.actor_of(enrolment), enrolment.uuid, course, queries.structure_of(enrolment.version.uuid), at)


def register(
    *,
    version: PackageVersion,
    uuid: str,
    at: datetime,
    attempt_id: int | None = None,
    person_id: int | None = None,
    actor: dict | None = None,
) -> Enrolment:
    """A registration for a course, by a person of ours or an actor of another system.

    What no unit need do for is satisfied at once, before anything is launched (section 9.6.1.1).
    """
    key = agent_key(actor) if actor else None
    enrolment = Enrolment(
        uuid=uuid, version_id=version.id, attempt_id=attempt_id, person_id=person_id, actor=actor, actor_key=key, created_at=at
    )
    db.session.add(enrolment)
    db.session.flush()
    enrolled = about(enrolment, at)
    log.record(*told_of(enrolled, satisfied_by(enrolled, {}), str(uuid4())))
    return enrolment


def follow_version(enrolment: Enrolment, version: PackageVersion, at: datetime) -> None:
    """Let a registration go on with the version that its attempt has moved to; what was open of the old one is abandoned.

    What the new version asks for may be done already.
    """
    enrolment = locked(enrolment)
    for session in queries.live_sessions(enrolment.id):
        abandon(session=session, at=at)
    before = _names(about(enrolment, at), queries.states_of(enrolment))
    enrolment.version = version
    db.session.flush()
    told = about(enrolment, at)
    after = satisfied_by(told, queries.states_of(enrolment))
    blocks = tuple(number for number in after.blocks if told.iri(number) not in before)
    log.record(*told_of(told, Satisfied(blocks, after.course and told.course not in before), str(uuid4())))


def _names(told: About, states: dict[int, UnitState]) -> set[str]:
    """Our ids of what is satisfied."""
    found = satisfied_by(told, states)
    return {told.iri(number) for number in (*found.blocks, *([None] if found.course else []))}


def launch(*, enrolment: Enrolment, number: int, mode: str, reader: str, at: datetime, launch_id: int | None = None) -> Launched:
    """A new session of a unit; the one before it is abandoned. Everything that the unit will ask for is there when this is committed.

    ``reader`` names who reads the files; it makes their address, nothing else.
    """
    enrolment = locked(enrolment)
    for former in queries.live_sessions(enrolment.id):
        abandon(session=former, at=at)
    session = UnitSession(
        registration_id=enrolment.id, launch_id=launch_id, number=number, mode=mode, launched_at=at, expires_at=at + timedelta(hours=HOURS)
    )
    db.session.add(session)
    db.session.flush()
    told = about(enrolment, at)
    part = told.structure.parts[number]
    where = _where(enrolment.version, part, reader, at)
    data = statements.launch_data(told, number, session=session.uuid, mode=mode, return_url=_own_address("return", RETURN, session))
    _keep_launch_data(told, number, data)
    log.record(statements.launched(told, number, session=session.uuid, mode=mode, address=where))
    outcomes.opened(enrolment, session, at=at)
    return Launched(session, _with_parameters(where, told, number, session))


def _where(version: PackageVersion, part: Part, reader: str, at: datetime) -> str:
    if part.external:
        return part.address
    settings = current_app.config["SETTINGS"]
    token = tokens.read_token(version_uuid=version.uuid, person_uuid=reader, at=at.timestamp(), secret=settings.secret_key)
    return f"{settings.content_origin}/c/{token}/{part.address}"


def _with_parameters(where: str, told: About, number: int, session: UnitSession) -> str:
    """The launch URL (section 8.1); the unit's own query stays, in front."""
    parameters = {
        "endpoint": f"{current_app.config['SETTINGS'].content_origin}/xapi/",
        "fetch": _own_address("fetch", FETCH, session),
        "actor": orjson.dumps(told.actor).decode(),
        "registration": told.registration,
        "activityId": told.iri(number),
    }
    before, hash_, fragment = where.partition("#")
    return f"{before}{'&' if '?' in before else '?'}{urlencode(parameters, quote_via=quote, safe='')}{hash_}{fragment}"


def _own_address(what: str, purpose: str, session: UnitSession) -> str:
    settings = current_app.config["SETTINGS"]
    return f"{settings.content_origin}/cmi5/{what}/{tokens.token_for(purpose, session.uuid, secret=settings.secret_key)}"


def _keep_launch_data(told: About, number: int, data: dict) -> None:
    place = Place("state", activity=told.iri(number), agent=agent_key(told.actor), registration=UUID(told.registration))
    documents.put(
        place=place,
        name=v.LAUNCH_DATA,
        content=content_of(orjson.dumps(data), storage=storage()),
        content_type="application/json",
        condition=Condition(),
        version="1.0.3",
    )


def fetch(*, session: UnitSession, at: datetime) -> str | None:
    """The one credential of a session, as the value of a Basic header; None when it was fetched before or the session is over."""
    enrolment = queries.locked(session.registration_id)
    db.session.refresh(session)
    if session.key is not None or session.ended or session.expires_at <= at:
        return None
    told = about(enrolment, at)
    part = told.structure.parts[session.number]
    issued = issue_launch(
        actor=told.actor,
        registration=UUID(enrolment.uuid),
        activity=told.iri(session.number),
        scopes=SCOPES,
        expires_at=session.expires_at,
        # The page that an address elsewhere leads to may lie elsewhere again.
        origins=("*",) if part.external else (),
        guard=GUARD,
        launch=db.session.get_one(Launch, session.launch_id).uuid if session.launch_id else None,
    )
    session.key = issued.key
    db.session.flush()
    return issued.as_basic()


def abandon(*, session: UnitSession, at: datetime) -> bool:
    """End a session that did not end by itself; answers whether there was something to end (section 9.3.6)."""
    enrolment = lock(session)
    if session.ended:
        return False
    lasted = int(((session.last_at or session.launched_at) - session.launched_at).total_seconds() * 100)
    end(session, "abandoned")
    log.record(statements.abandoned(about(enrolment, at), session.number, session=session.uuid, centis=max(lasted, 0)))
    outcomes.ended(enrolment, session, centis=max(lasted, 0), at=at)
    return True


def lock(session: UnitSession) -> Enrolment:
    """Attempt and registration of a session, locked; the session as it is now."""
    enrolment = locked(session.registration)
    db.session.refresh(session)
    return enrolment


def locked(enrolment: Enrolment) -> Enrolment:
    """A registration and its attempt, which nobody else changes until the unit of work ends; as it is now."""
    if enrolment.attempt_id is not None:
        play.locked_attempt(enrolment.attempt_id)
    return queries.locked(enrolment.id)


def end(session: UnitSession, how: str) -> None:
    session.ended = how
    if session.key is not None:
        end_launches(key=session.key)
    db.session.flush()


def waive(*, enrolment: Enrolment, number: int, reason: str, at: datetime) -> None:
    """Take a unit as done without it being taken (section 9.3.7). Conflict where it was waived before or its criteria are met."""
    enrolment = locked(enrolment)
    told, states = about(enrolment, at), queries.states_of(enrolment)
    if rules.is_met(told.structure.parts[number].move_on, rules.unit_of(states.get(number))):
        raise Conflict(_("This part is done already, so there is nothing to waive."), code="nothing_to_waive")
    before = satisfied_by(told, states)
    state = state_of(enrolment, states, number, at)
    state.waived = True
    db.session.flush()
    session = str(uuid4())
    log.record(statements.waived(told, number, session=session, reason=reason))
    log.record(*told_of(told, satisfied_by(told, states).since(before), session))
    outcomes.follow(enrolment, told.structure, states, at=at)


def end_course(item: Item) -> None:
    """Refuse the credentials of every session of an item that is about to go."""
    query = select(UnitSession.key).join(Enrolment).join(PackageVersion).join(Package)
    for key in db.session.scalars(query.where(Package.item_id == item.id, UnitSession.ended == "", UnitSession.key.is_not(None))):
        end_launches(key=key)


def unit_number(structure, index: int) -> int:
    """The number of the part that is the unit at ``index`` (from 0, in reading order); NotFound beyond the last."""
    units = structure.units
    if not 0 <= index < len(units):
        raise NotFound(_("This course has no such part."))
    return units[index][0]


def state_of(enrolment: Enrolment, states: dict[int, UnitState], number: int, at: datetime) -> UnitState:
    """The state of a unit among those of a registration, made when nothing was said about it before."""
    if number not in states:
        part = queries.structure_of(enrolment.version.uuid).parts[number].identifier
        states[number] = UnitState(
            registration_id=enrolment.id, part=part, completed=False, passed=False, failed=False, waived=False, last_at=at
        )
        db.session.add(states[number])
    return states[number]


def satisfied_by(told: About, states: dict[int, UnitState]) -> Satisfied:
    met = {n for n, part in told.structure.units if rules.is_met(part.move_on, rules.unit_of(states.get(n)))}
    return satisfied(told.structure.parts, met)


def told_of(told: About, new: Satisfied, session: str) -> list[dict]:
    """The statements about what is newly satisfied: inner blocks, outer blocks, the course."""
    numbers = [*new.blocks, *([None] if new.course else [])]
    return [statements.satisfied(told, number, session=session) for number in numbers]

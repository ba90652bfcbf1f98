"""Reads of attempts and launches."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import defer, joinedload

from accounts.people.models import Person
from catalogue.progress.grading import HIGHEST
from catalogue.progress.models import ProgressGrading
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, NotFound
from scorm.packages.models import Package, PackageVersion
from scorm.play.cmi.outcome import Outcome
from scorm.play.grading import graded
from scorm.play.models import Attempt, CommitEntry, Launch, Registration, ScoState, SequencingState

# What every commit reads, built once: putting a query together costs as much as running it.
_VERSION = joinedload(Launch.version, innerjoin=True).load_only(PackageVersion.uuid, PackageVersion.package_id, PackageVersion.format)
_LIVE = (
    select(Launch, Person)
    .join(Person, Person.id == Launch.person_id)
    .where(Launch.uuid == bindparam("uuid"))
    .options(joinedload(Launch.item, innerjoin=True), _VERSION.joinedload(PackageVersion.package, innerjoin=True))
)
_LOCKED = (
    select(Attempt)
    .where(Attempt.id == bindparam("id"))
    .options(joinedload(Attempt.registration, innerjoin=True))
    .with_for_update(of=Attempt)
    .execution_options(populate_existing=True)
)
_STATE = select(ScoState).where(ScoState.attempt_id == bindparam("attempt_id"), ScoState.sco == bindparam("sco"))


def registration_of(person_id: int, item_id: int) -> Registration | None:
    return db.session.scalar(select(Registration).where(Registration.person_id == person_id, Registration.item_id == item_id))


def latest_attempt(registration_id: int) -> Attempt | None:
    return db.session.scalar(select(Attempt).where(Attempt.registration_id == registration_id).order_by(Attempt.n.desc()).limit(1))


def latest_of(person_id: int, item_id: int) -> tuple[Attempt, Package] | None:
    """A learner's latest attempt at an item with the package that the item plays; None where nothing was attempted."""
    query = select(Attempt, Package).join(Registration, Registration.id == Attempt.registration_id)
    query = query.join(Package, Package.item_id == Registration.item_id)
    mine = query.where(Registration.person_id == person_id, Registration.item_id == item_id)
    row = db.session.execute(mine.order_by(Attempt.n.desc()).limit(1)).first()
    return None if row is None else (row.Attempt, row.Package)


def number_of_attempts(registration_id: int) -> int:
    """How many attempts a registration has."""
    return db.session.scalar(select(func.count()).select_from(Attempt).where(Attempt.registration_id == registration_id))


def any_passed(registration_id: int) -> bool:
    """Whether one of the attempts of a registration was passed."""
    passed = select(Attempt.id).where(Attempt.registration_id == registration_id, Attempt.success == "passed")
    return db.session.scalar(passed.limit(1)) is not None


def attempts_of(person_id: int, item_id: int) -> list[Attempt]:
    """A learner's attempts at an item, the latest first."""
    query = select(Attempt).join(Registration).where(Registration.person_id == person_id, Registration.item_id == item_id)
    return list(db.session.scalars(query.order_by(Attempt.n.desc())))


def graded_of(item_id: int, people: Collection[int]) -> dict[int, Outcome]:
    """``{person id: what their attempts at an item come to}`` by the item's rule, in two queries; who has none is missing."""
    rule = db.session.scalar(select(ProgressGrading.rule).where(ProgressGrading.item_id == item_id)) or HIGHEST
    query = select(Registration.person_id, Attempt).join(Registration, Registration.id == Attempt.registration_id)
    attempts: dict[int, list[Attempt]] = {}
    for person_id, attempt in db.session.execute(query.where(Registration.item_id == item_id, Registration.person_id.in_(people))):
        attempts.setdefault(person_id, []).append(attempt)
    return {person_id: graded(found, rule) for person_id, found in attempts.items()}


def launch_of(uuid: str, *, person_id: int) -> Launch:
    """A person's own launch; NotFound for anybody else's."""
    found = db.session.scalar(select(Launch).where(Launch.uuid == str(uuid), Launch.person_id == person_id))
    if found is None:
        raise NotFound()
    return found


def live_launch(uuid: str, *, at: datetime) -> tuple[Launch, Person]:
    """The launch of a genuine token and its learner.

    Forbidden, code ``launch_expired``, once it is over or its person disabled; Conflict, code ``superseded``, where it was ended
    because the attempt was taken back.
    """
    row = db.session.execute(_LIVE, {"uuid": uuid}).first()
    if row is None or (row.Launch.revoked_at is not None and row.Person.active):
        raise _taken_back()
    if row.Launch.expires_at <= at or not row.Person.active:
        raise Forbidden(_("This launch has expired. Open the course again from its page."), code="launch_expired")
    return row.Launch, row.Person


def is_open(uuid: str) -> bool:
    """Whether a launch still holds, and what it plays is still the attempt that goes on: credentials that were given out depend on it."""
    goes_on = (Attempt.state == "open") & (Attempt.version_id == Launch.version_id)
    query = (
        select(Launch.id)
        .join(Person, Person.id == Launch.person_id)
        .outerjoin(Attempt, Attempt.id == Launch.attempt_id)
        .where(Launch.uuid == uuid, Launch.revoked_at.is_(None), Launch.expires_at > now(), Person.active)
        .where(or_(Launch.mode != "normal", goes_on))
    )
    return db.session.scalar(query) is not None


def locked_attempt(attempt_id: int) -> Attempt:
    """An attempt with its registration; nobody else commits to it until the unit of work ends.

    Conflict (``superseded``) when it was taken back.
    """
    found = db.session.scalars(_LOCKED, {"id": attempt_id}).one_or_none()
    if found is None:
        raise _taken_back()
    return found


def _taken_back() -> Conflict:
    return Conflict(_("This attempt was taken back. Open the course again from its page."), code="superseded")


def states_of(attempt_id: int) -> dict[str, ScoState]:
    """``{SCO identifier: state}`` of an attempt; the stored elements are read when asked for, as they may be megabytes."""
    query = select(ScoState).where(ScoState.attempt_id == attempt_id).options(defer(ScoState.cmi))
    return {state.sco: state for state in db.session.scalars(query)}


def state_of(attempt_id: int, sco: str) -> ScoState | None:
    """The state of one SCO with its stored elements, or None before it was entered."""
    return db.session.scalar(_STATE, {"attempt_id": attempt_id, "sco": sco})


def last_sequencing(launch: Launch) -> SequencingState | None:
    """Where the learner stood in this version of the course: in this attempt, else in the last one before it."""
    if launch.mode != "normal":
        return None
    before = select(SequencingState).join(Attempt).where(Attempt.registration_id == launch.attempt.registration_id)
    same = before.where(Attempt.version_id == launch.version_id)
    return db.session.scalar(same.order_by(Attempt.n.desc()).limit(1))


def journal_of(attempt_id: int) -> Iterable[CommitEntry]:
    """Every commit of an attempt in the order in which it came."""
    return db.session.scalars(select(CommitEntry).where(CommitEntry.attempt_id == attempt_id).order_by(CommitEntry.id))


@dataclass(frozen=True)
class SavedState:
    """What the launch page shows: when something was last saved, and how it stands."""

    saved_at: datetime | None
    completion: str
    success: str


def saved_state(launch: Launch) -> SavedState:
    """How a launch stands now."""
    if launch.attempt is None:
        return SavedState(None, "not attempted", "unknown")
    saved_at = db.session.scalar(select(func.max(ScoState.last_at)).where(ScoState.launch_id == launch.id))
    return SavedState(saved_at, launch.attempt.completion, launch.attempt.success)

"""Reads of attempts and launches."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from accounts.people.models import Person
from core.db import db
from core.errors import Forbidden, NotFound
from scorm.play.models import Attempt, CommitEntry, Launch, Registration, ScoState


def registration_of(person_id: int, item_id: int) -> Registration | None:
    return db.session.scalar(select(Registration).where(Registration.person_id == person_id, Registration.item_id == item_id))


def latest_attempt(registration_id: int) -> Attempt | None:
    return db.session.scalar(select(Attempt).where(Attempt.registration_id == registration_id).order_by(Attempt.n.desc()).limit(1))


def attempts_of(person_id: int, item_id: int) -> list[Attempt]:
    """A learner's attempts at an item, the latest first."""
    query = select(Attempt).join(Registration).where(Registration.person_id == person_id, Registration.item_id == item_id)
    return list(db.session.scalars(query.order_by(Attempt.n.desc())))


def launch_of(uuid: str, *, person_id: int) -> Launch:
    """A person's own launch; NotFound for anybody else's."""
    found = db.session.scalar(select(Launch).where(Launch.uuid == str(uuid), Launch.person_id == person_id))
    if found is None:
        raise NotFound()
    return found


def live_launch(uuid: str, *, at: datetime) -> tuple[Launch, Person]:
    """The launch of a genuine token and its learner. Forbidden, code ``launch_expired``, once it is over or its person disabled."""
    row = db.session.execute(select(Launch, Person).join(Person, Person.id == Launch.person_id).where(Launch.uuid == uuid)).first()
    if row is None or row.Launch.revoked_at is not None or row.Launch.expires_at <= at or not row.Person.active:
        raise Forbidden(_("This launch has expired. Open the course again from its page."), code="launch_expired")
    return row.Launch, row.Person


def states_of(attempt_id: int) -> dict[str, ScoState]:
    """``{SCO identifier: state}`` of an attempt."""
    return {state.sco: state for state in db.session.scalars(select(ScoState).where(ScoState.attempt_id == attempt_id))}


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
    return SavedState(launch.last_seen_at, launch.attempt.completion, launch.attempt.success)

"""Forget what packages stored for a person: their state, and the journal of what was sent. Outcomes stay, for they are counted."""

import json
import re
from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update

from accounts.people.erasing import people_of
from core.clock import now
from core.db import db
from core.erasure import ERASE, Eraser, Step, Subject
from scorm.play.answers.models import Answer
from scorm.play.models import Attempt, CommitEntry, Launch, Registration, ScoState

CHUNK = 200
_WHO = re.compile(r"(student|learner)_(id|name)$")
_OPAQUE = ("cmi.suspend_data", "cmi.core.lesson_location", "cmi.location")
_STATES, _ENTRIES = 0, 1 << 40


class PlayEraser(Eraser):
    """Attempts: what a SCO stored, every commit, launches."""

    names = {
        "attempts": _l("Attempts"),
        "states": _l("Stored states of packages"),
        "commits": _l("Saved changes in the journal of play"),
        "launches": _l("Launches"),
    }

    def describe(self, subject: Subject) -> dict[str, int]:
        attempts = _attempts(subject)
        counts = {"attempts": db.session.scalar(select(func.count()).select_from(attempts.subquery()))}
        for what, table in (("states", ScoState), ("commits", CommitEntry)):
            counts[what] = db.session.scalar(select(func.count()).select_from(table).where(table.attempt_id.in_(attempts)))
        ids = [person.id for person in people_of(subject)]
        counts["launches"] = db.session.scalar(select(func.count()).select_from(Launch).where(Launch.person_id.in_(ids)))
        return counts

    def export(self, subject: Subject) -> Iterator[dict]:
        query = select(ScoState, Attempt, Registration).join(Attempt, Attempt.id == ScoState.attempt_id)
        query = query.join(Registration, Registration.id == Attempt.registration_id).where(ScoState.attempt_id.in_(_attempts(subject)))
        for state, attempt, registration in db.session.execute(query.order_by(ScoState.id).execution_options(yield_per=CHUNK)):
            yield {
                "part": "package state",
                "registration": registration.uuid,
                "attempt": attempt.uuid,
                "started": attempt.started_at.isoformat(),
                "sco": state.sco,
                "elements": json.loads(state.cmi),
            }

    def begin(self, subject: Subject, *, mode: str) -> None:
        """What is open can save no more."""
        ids = [person.id for person in people_of(subject)]
        db.session.execute(update(Launch).where(Launch.person_id.in_(ids), Launch.revoked_at.is_(None)).values(revoked_at=now()))

    def erase(self, subject: Subject, *, mode: str, position: int) -> Step:
        """States first, then the journal; ``position`` is the last row done."""
        if position < _ENTRIES:
            return self._states(subject, mode, position)
        return self._entries(subject, mode, position - _ENTRIES)

    def _states(self, subject: Subject, mode: str, last: int) -> Step:
        mine = ScoState.attempt_id.in_(_attempts(subject))
        rows = db.session.execute(
            select(ScoState.id, ScoState.attempt_id, ScoState.cmi).where(mine, ScoState.id > last).order_by(ScoState.id).limit(CHUNK)
        ).all()
        for row in rows:
            db.session.execute(update(ScoState).where(ScoState.id == row.id).values(cmi=_left(row.cmi, subject, mode), listed=False))
        # What may stay of the answers is listed again from what may stay of the states.
        db.session.execute(delete(Answer).where(Answer.attempt_id.in_({row.attempt_id for row in rows})))
        return Step({"states": len(rows)}, rows[-1].id if rows else _ENTRIES)

    def _entries(self, subject: Subject, mode: str, last: int) -> Step:
        mine = CommitEntry.attempt_id.in_(_attempts(subject))
        query = select(CommitEntry.id, CommitEntry.changes).where(mine, CommitEntry.id > last)
        rows = db.session.execute(query.order_by(CommitEntry.id).limit(CHUNK)).all()
        for row in rows:
            values = {"changes": _left(row.changes, subject, mode), "rejected": {}}
            db.session.execute(update(CommitEntry).where(CommitEntry.id == row.id).values(**values))
        return Step({"commits": len(rows)}, _ENTRIES + rows[-1].id if rows else None)


def _attempts(subject: Subject):
    ids = [person.id for person in people_of(subject)]
    return select(Attempt.id).join(Registration, Registration.id == Attempt.registration_id).where(Registration.person_id.in_(ids))


def _left(elements: str, subject: Subject, mode: str) -> str:
    """What may stay of stored elements: nothing when erased; else all but who it was and what only the package can read."""
    if mode == ERASE:
        return "{}"
    secrets = subject.secrets()
    kept = {}
    for name, value in json.loads(elements).items():
        if _WHO.search(name) or name in _OPAQUE:
            continue
        kept[name] = secrets.sub(subject.pseudonym, value) if secrets is not None and isinstance(value, str) else value
    return json.dumps(kept, separators=(",", ":"))

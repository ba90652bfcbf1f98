"""What the record store asks before it takes anything from a unit's credential (``lrs.xapi.guards``): the rules of cmi5, held to rows."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

import orjson

from core.clock import now
from core.db import db, write
from core.errors import Forbidden
from lrs.documents.rules import Place, is_json
from lrs.statements import queries as log
from lrs.statements.prepare import Prepared, prepare
from lrs.statements.service import enqueue, own_authority
from scorm.cmi5 import outcomes, queries, rules, service, statements
from scorm.cmi5 import vocabulary as v
from scorm.cmi5.models import Enrolment, UnitSession, UnitState
from scorm.cmi5.satisfaction import Satisfied
from scorm.cmi5.statements import About
from scorm.play.cmi.times import centis
from scorm.play.rules import session_time


class Cmi5Guard:
    """The guard of launches of cmi5 units."""

    def admit(self, key: str, statements: Sequence[tuple[Prepared, dict, bool]]) -> bool:
        """Store the statements, each with what follows from it right behind it. One that came before is not judged again."""
        session, enrolment = _locked(key)
        at = now()
        repeated = log.stored([prepared.id for prepared, _statement, _named in statements])
        intake = _Intake(session, enrolment, at)
        for index, (prepared, statement, named) in enumerate(statements):
            if prepared.id in repeated:
                intake.complete.append(prepared)
            else:
                intake.take(prepared, statement, named, f"$[{index}]")
        enqueue(intake.complete)
        intake.keep()
        return len(intake.complete) > len(statements)

    def read(self, key: str, place: Place, name: str) -> None:
        session = queries.session_by_key(key)
        _require_live(session)
        column = _WATCHED.get((place.resource, name))
        if column is not None and not getattr(session, column):
            with write():
                fresh, _enrolment = _locked(key)
                setattr(fresh, column, True)

    def change(self, key: str, method: str, place: Place, name: str | None, content: Callable[[], bytes], content_type: str) -> None:
        if place.resource == "state" and name in (None, v.LAUNCH_DATA):
            raise _refused("10.2.1.0-5", f"a unit may read {v.LAUNCH_DATA}, but not change it", "")
        if place.resource == "agent" and name == v.PREFERENCES:
            if method == "DELETE":
                raise _refused("11.0.0.0-5", "a unit may not delete the preferences of its learner", "")
            try:
                rules.require_preferences(_object(content(), content_type))
            except rules.Refusal as refusal:
                raise _refused(refusal.requirement, refusal.why, "") from None


_WATCHED = {("state", v.LAUNCH_DATA): "launch_data_read", ("agent", v.PREFERENCES): "preferences_read"}


class _Intake:
    """The statements of one request, one after the other; what they change is written at the end, when all were allowed."""

    def __init__(self, session: UnitSession, enrolment: Enrolment, at: datetime):
        self.session, self.enrolment, self.at = session, enrolment, at
        self.told: About = service.about(enrolment, at)
        self.states = queries.states_of(enrolment)
        self.complete: list[Prepared] = []
        self.duration: str | None = None
        self.moved = False
        self.now = self._begin()

    def _begin(self) -> rules.Session:
        session = self.session
        part = self.told.structure.parts[session.number]
        return rules.Session(
            id=session.uuid,
            registration=self.enrolment.uuid,
            activity=self.told.iri(session.number),
            template=statements.template(self.told, session.number, session.uuid),
            mode=session.mode,
            mastery=part.mastery_score,
            prepared=session.launch_data_read and session.preferences_read,
            over=bool(session.ended),
            said=frozenset(v.ADL + verb for verb in session.said),
            unit=rules.unit_of(self.states.get(session.number)),
        )

    def take(self, prepared: Prepared, statement: dict, named: bool, path: str) -> None:
        try:
            after = rules.after(self.now, statement, id_given=named)
        except rules.Refusal as refusal:
            raise _refused(refusal.requirement, refusal.why, path) from None
        self.complete.append(prepared)
        if after.unit != self.now.unit:
            self._settle(after.unit, statement)
        if after.over:
            self.duration = statement["result"]["duration"]
        self.now = after

    def _settle(self, unit: rules.Unit, statement: dict) -> None:
        """What was said about the unit moves it, and perhaps the blocks around it and the course."""
        before = service.satisfied_by(self.told, self.states)
        state = service.state_of(self.enrolment, self.states, self.session.number, self.at)
        state.completed, state.passed, state.failed, state.last_at = unit.completed, unit.passed, unit.failed, self.at
        self.moved = True
        if score := statement.get("result", {}).get("score"):
            _keep_score(state, score)
        new: Satisfied = service.satisfied_by(self.told, self.states).since(before)
        raws = [orjson.dumps(told) for told in service.told_of(self.told, new, self.session.uuid)]
        self.complete += prepare(raws, authority=own_authority(), version="1.0.3", trust="system")

    def keep(self) -> None:
        """Write what the request has changed."""
        session = self.session
        session.last_at = self.at
        session.said = sorted(v.short(verb) for verb in self.now.said)
        db.session.flush()
        if self.moved:
            outcomes.said(self.enrolment, session, self.told.structure, self.states[session.number], at=self.at)
            outcomes.follow(self.enrolment, self.told.structure, self.states, at=self.at)
        if self.now.over:
            wall = int((self.at - session.launched_at).total_seconds() * 100)
            lasted, _cut = session_time(self.duration, wall=wall)
            service.end(session, "terminated")
            outcomes.ended(self.enrolment, session, centis=centis(self.duration) or 0 if lasted is None else lasted, at=self.at)


def _keep_score(state: UnitState, score: dict) -> None:
    """A score without a scaled one is scaled between its own bounds."""
    scaled, raw, low, high = (score.get(part) for part in ("scaled", "raw", "min", "max"))
    if scaled is None and None not in (raw, low, high) and high > low:
        scaled = (raw - low) / (high - low)
    if scaled is not None:
        state.score_scaled, state.score_raw, state.score_min, state.score_max = min(max(float(scaled), -1.0), 1.0), raw, low, high


def _locked(key: str) -> tuple[UnitSession, Enrolment]:
    """The session of a credential and its registration, which nobody else changes now."""
    session = queries.session_by_key(key)
    _require_live(session)
    enrolment = service.lock(session)
    _require_live(session)
    return session, enrolment


def _require_live(session: UnitSession | None) -> None:
    if session is None or session.ended:
        raise _refused("8.1.2.0-2", "the session is over", "")


def _refused(requirement: str, why: str, path: str) -> Forbidden:
    where = f"{path} " if path else ""
    return Forbidden(f"{where}{why} (cmi5 {requirement}).", code="cmi5", fields={"requirement": requirement, "path": path})


def _object(content: bytes, content_type: str) -> object:
    """The JSON of a document, or None for what is none."""
    if not is_json(content_type):
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None

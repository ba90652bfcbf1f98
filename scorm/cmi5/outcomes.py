"""What a registration means for the attempt and the item of a learner of ours. Inside ``write()``, with the attempt locked."""

from datetime import datetime
from uuid import uuid4

from core.db import db
from lrs.statements import service as log
from scorm.cmi5 import queries, rules
from scorm.cmi5 import vocabulary as v
from scorm.cmi5.models import Enrolment, UnitSession, UnitState
from scorm.cmi5.satisfaction import satisfied
from scorm.packages.cmi5.structure import Structure
from scorm.play import queries as play
from scorm.play.cmi.outcome import Outcome, Score
from scorm.play.models import Attempt, Launch, ScoState
from scorm.play.rules import roll_up
from scorm.play.statements import Snapshot, course_statements, session_ended
from scorm.play.telling import told_about

SUSPENDED = "suspend"


def of_unit(move_on: str, state: UnitState | None) -> Outcome:
    """How one unit stands, in the words of every format."""
    if state is None:
        return Outcome("completed" if move_on == "NotApplicable" else "not attempted")
    unit = rules.unit_of(state)
    score = None
    if state.score_scaled is not None:
        score = Score(state.score_scaled, state.score_raw, state.score_min, state.score_max)
    success = "passed" if unit.passed else "failed" if unit.failed else "unknown"
    return Outcome("completed" if unit.completed or rules.is_met(move_on, unit) else "incomplete", success, score)


def of_course(structure: Structure, states: dict[int, UnitState]) -> Outcome:
    """Completed when satisfied, then passed where a unit was; failed when nothing is left to do and one was not passed.

    The score is the mean of the scored units.
    """
    parts = {number: of_unit(part.move_on, states.get(number)) for number, part in structure.units}
    met = {number for number, part in structure.units if rules.is_met(part.move_on, rules.unit_of(states.get(number)))}
    done = satisfied(structure.parts, met).course
    judged = {outcome.success for outcome in parts.values()} - {"unknown"}
    over = done or all(outcome.finished for outcome in parts.values())
    success = "failed" if "failed" in judged and over else "passed" if judged and done else "unknown"
    score = roll_up([outcome for outcome in parts.values() if outcome.score]).score
    return Outcome("completed" if done else "incomplete", success, score, round(len(met) / len(parts), 4))


def opened(enrolment: Enrolment, session: UnitSession, *, at: datetime) -> None:
    """A unit is about to be opened; what is satisfied without anything being done counts from now on."""
    attempt = _attempt(enrolment, session)
    if attempt is None:
        return
    structure = queries.structure_of(enrolment.version.uuid)
    state = _sco_state(attempt, session, structure.parts[session.number].identifier, at)
    state.sessions, state.running = state.sessions + 1, True
    follow(enrolment, structure, queries.states_of(enrolment), at=at)


def follow(enrolment: Enrolment, structure: Structure, states: dict[int, UnitState], *, at: datetime) -> None:
    """Let the attempt stand as its units do, and tell it about the item."""
    session = queries.last_launched(enrolment.id)
    attempt = _attempt(enrolment, session) if session else None
    if attempt is None:
        return
    before, after = attempt.outcome, of_course(structure, states)
    touched = [states[number] for number, _part in structure.units if number in states]
    done = len(touched) == len(structure.units) and all(s.completed or s.passed or s.failed or s.waived for s in touched)
    attempt.outcome, attempt.last_at = after, at
    # A registration lasts as long as anything in it is left to do (section 8.1.4); only then does the next launch begin anew.
    attempt.last_exit = "" if after.completion == "completed" and done else SUSPENDED
    log.record(*course_statements(before, after, _told(enrolment, session, at)))


def said(enrolment: Enrolment, session: UnitSession, structure: Structure, state: UnitState, *, at: datetime) -> None:
    """What a unit said of itself, for the table of contents."""
    attempt, part = _attempt(enrolment, session), structure.parts[session.number]
    if attempt is not None:
        _sco_state(attempt, session, part.identifier, at).outcome = of_unit(part.move_on, state)


def ended(enrolment: Enrolment, session: UnitSession, *, centis: int, at: datetime) -> None:
    """A session of a unit is a session with the course: how long it took."""
    attempt = _attempt(enrolment, session)
    if attempt is None:
        return
    part = queries.structure_of(enrolment.version.uuid).parts[session.number]
    state = _sco_state(attempt, session, part.identifier, at)
    state.running, state.session_time, state.total_time = False, centis, state.total_time + centis
    attempt.total_time, attempt.last_at = attempt.total_time + centis, at
    snapshot = Snapshot(session=session.id, session_time=centis)
    log.record(session_ended(attempt.outcome, snapshot, _told(enrolment, session, at)))


def _attempt(enrolment: Enrolment, session: UnitSession) -> Attempt | None:
    """The attempt that a session counts for: none in Browse and Review, nor for actors of other systems."""
    if enrolment.attempt_id is None or session.launch_id is None or session.mode != v.NORMAL:
        return None
    return db.session.get(Attempt, enrolment.attempt_id)


def _sco_state(attempt: Attempt, session: UnitSession, identifier: str, at: datetime) -> ScoState:
    state = play.state_of(attempt.id, identifier)
    if state is None:
        state = ScoState(attempt_id=attempt.id, sco=identifier, launch_id=session.launch_id, last_at=at, cmi="{}", completion="incomplete")
        db.session.add(state)
        db.session.flush()
    state.launch_id, state.last_at = session.launch_id, at
    return state


def _told(enrolment: Enrolment, session: UnitSession, at: datetime):
    launch = db.session.get_one(Launch, session.launch_id)
    return told_about(launch, launch.attempt.registration, enrolment.person, commit=f"cmi5 {uuid4()}", at=at)

"""One commit of a SCO: check, merge, decide, tell. Everything inside one unit of work, or nothing.

The order of commits is ``(launch, sequence)``. A commit that is not newer than the last one merged is stale and changes nothing; one
from an older launch than the last is refused, so that a forgotten tab cannot write over a newer one and knows that it does not save;
so is one from another version than the attempt goes on with.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256

from flask_babel import gettext as _

from accounts.people.models import Person
from core.db import db
from core.errors import NotFound
from lrs.statements import service as log
from scorm.play import queries, rules
from scorm.play.answers import service as answers
from scorm.play.cmi import EDITIONS, SCORM12
from scorm.play.cmi.outcome import Outcome, outcome
from scorm.play.cmi.seed import begun, carried
from scorm.play.cmi.state import Merged, merge
from scorm.play.cmi.times import centis
from scorm.play.course import Course, Entry, course_of
from scorm.play.judging import judge, own_outcome
from scorm.play.models import Attempt, CommitEntry, Launch, ScoState, SequencingState
from scorm.play.prerequisites import refuse_unless_open
from scorm.play.seeds import entry_of
from scorm.play.statements import Sco, Snapshot, course_statements, session_ended, statements_for
from scorm.play.stored import as_text, stored_cmi
from scorm.play.superseding import records, superseded
from scorm.play.telling import told_about

CONTENT, PLAYER = "content", "player"
_JOURNAL_LIMIT = 1_000
_LAST_AT_GRAIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Commit:
    """What the player posted: changed elements of one SCO.

    ``session`` is the sequence number at its Initialize. ``finish`` is ``content`` when the SCO finished by itself, ``player`` when
    the player ended the session because the page went away, else empty.
    """

    sco: str
    sequence: int
    session: int
    changes: Mapping[str, object]
    finish: str = ""


@dataclass(frozen=True)
class Receipt:
    """What became of a commit. ``state`` is saved, stale (a newer one was merged before) or ignored (nothing is kept in this mode).

    ``about_course`` is true when it said something that moves progress.
    """

    state: str
    sequence: int
    sco: Outcome = field(default_factory=Outcome)
    course: Outcome = field(default_factory=Outcome)
    rejected: Mapping[str, str] = field(default_factory=dict)
    about_course: bool = False


def commit(*, launch: Launch, person: Person, posted: Commit, at: datetime) -> Receipt:
    """Merge a commit and tell what it means.

    Raises NotFound for a SCO that the package does not have, Conflict (``superseded``) when the course was opened again elsewhere,
    and Conflict (``not_open_yet``) for a part that is begun before those that come first.
    """
    course = course_of(launch.version.uuid)
    entry = course.find(posted.sco)
    if entry is None or course.edition not in EDITIONS:
        raise NotFound(_("This package has no such part."))
    if launch.mode != "normal":
        return Receipt("ignored", posted.sequence)
    attempt = queries.locked_attempt(launch.attempt_id)
    state = queries.state_of(attempt.id, entry.identifier)
    states = queries.states_of(attempt.id) if len(course.launchable) > 1 else {}
    if state is not None:
        states[state.sco] = state
    _refuse_superseded(launch, attempt, states)
    if state is not None and state.launch_id == launch.id and posted.sequence <= state.sequence:
        return Receipt("stale", state.sequence, state.outcome, attempt.outcome)
    if state is None:
        refuse_unless_open(entry, {sco: begun.outcome for sco, begun in states.items()})
        state = states[entry.identifier] = _new_state(attempt, launch, entry, at)
    return _Merge(launch, person, course, entry, attempt, states, state, posted, at).run()


def _refuse_superseded(launch: Launch, attempt: Attempt, states: Mapping[str, ScoState]) -> None:
    newest = max((state.launch_id for state in states.values()), default=0)
    if not records(launch, attempt) or newest > launch.id:
        raise superseded()


def _new_state(attempt: Attempt, launch: Launch, entry: Entry, at: datetime) -> ScoState:
    state = ScoState(attempt_id=attempt.id, sco=entry.identifier, launch_id=launch.id, last_at=at, cmi="{}")
    db.session.add(state)
    db.session.flush()
    return state


@dataclass
class _Merge:
    """The working parts of one commit, in the order in which they run."""

    launch: Launch
    person: Person
    course: Course
    entry: Entry
    attempt: Attempt
    states: dict[str, ScoState]
    state: ScoState
    posted: Commit
    at: datetime

    def run(self) -> Receipt:
        cmi = stored_cmi(self.state)
        before, course_before = _snapshot(self.state, cmi), self.attempt.outcome
        if self.state.sessions == 0 or self.state.launch_id != self.launch.id or self.posted.session > self.state.session:
            cmi = self._begin(cmi)
        merged = merge(cmi, self.posted.changes, edition=self.course.edition, suspend_limit=self.settings["suspend_limit"])
        merged.state.update(self._decided(merged))
        self._keep(merged)
        answers.keep(
            self.state,
            merged.state,
            before=before.cmi,
            changed=merged.changed,
            item_id=self.launch.item_id,
            edition=self.course.edition,
        )
        self._roll_up()
        about_course = self._tell(before, _snapshot(self.state, merged.state), course_before)
        self._note(merged)
        return Receipt("saved", self.posted.sequence, self.state.outcome, self.attempt.outcome, merged.rejected, about_course)

    @cached_property
    def settings(self) -> dict:
        return self.launch.version.package.settings

    @property
    def switches(self) -> rules.Switches:
        chosen = self.settings
        return rules.Switches(
            lenient_resume=chosen["lenient_resume"],
            completed_on_finish=chosen["completed_on_finish"] or not self.entry.tracked,
            mastery_override=chosen["mastery_override"],
        )

    def _begin(self, cmi: dict) -> dict:
        """A new session: the last one's time joins the total, its exit is forgotten."""
        state = self.state
        entry = entry_of(self.launch, self.course, state)
        fresh = rules.starts_over(edition=self.course.edition, entry=entry, sessions=state.sessions)
        if state.running:
            self._end_session()
        if fresh:
            state.told_time = 0
        state.entry, state.sessions, state.session = entry, state.sessions + 1, self.posted.session
        state.running, state.session_time, state.session_started_at, state.last_exit = True, 0, self.at, ""
        state.told_session = 0
        return begun({} if fresh else carried(cmi), terms=self.entry.terms)

    def _end_session(self) -> None:
        self.state.running = False
        self.state.total_time += self.state.session_time
        self.state.told_time += self.state.told_session
        self.attempt.total_time += self.state.session_time

    def _decided(self, merged: Merged) -> dict:
        finished, by_content = bool(self.posted.finish), self.posted.finish == CONTENT
        if self.course.edition != SCORM12:
            return rules.settle_2004(merged.state, terms=self.entry.terms, finished=finished, by_content=by_content, switches=self.switches)
        return rules.finish_12(merged.state, terms=self.entry.terms, switches=self.switches, by_content=by_content) if finished else {}

    def _keep(self, merged: Merged) -> None:
        state, edition = self.state, self.course.edition
        wall = int((self.at - state.session_started_at).total_seconds() * 100)
        reported = merged.state.get("cmi.core.session_time" if edition == SCORM12 else "cmi.session_time")
        seconds, cut = rules.session_time(reported, wall=wall)
        if cut:
            self._flag("session_time")
        state.session_time = wall if seconds is None else seconds
        state.told_session = min(centis(reported) or 0, rules.LONGEST_TOLD)
        state.last_exit = rules.exit_of(merged.state, edition=edition)
        if self.posted.finish and state.running:
            self._end_session()
        state.cmi = as_text(merged.state)
        found = _started(outcome(merged.state, edition=edition))
        if rules.passed_at_once(before=state.outcome, after=found, sessions=state.sessions, wall=wall):
            self._flag("passed_at_once")
        state.outcome = found
        state.launch_id, state.sequence, state.last_at = self.launch.id, self.posted.sequence, self.at

    def _flag(self, name: str) -> None:
        if name not in self.attempt.flags:
            self.attempt.flags = [*self.attempt.flags, name]

    def _roll_up(self) -> None:
        """The course from its SCOs; in a sequenced course the engine rolls up and says so itself, from its beginning (``sequences``)."""
        if self.course.sequencing is None or db.session.get(SequencingState, self.attempt.id) is None:
            own = rules.roll_up(self._parts())
        else:
            own = own_outcome(self.attempt)
            if own.completion == "not attempted":
                own = replace(own, completion="incomplete")
        judge(self.attempt, own, self.settings, parts=self._parts)
        self.attempt.last_sco, self.attempt.last_exit = self.entry.identifier, self.state.last_exit
        # A minute is exact enough here, and most commits then write one row less.
        if self.posted.finish or self.at - self.attempt.last_at >= _LAST_AT_GRAIN:
            self.attempt.last_at = self.at

    def _parts(self) -> list[Outcome]:
        entered = [self.states.get(entry.identifier) for entry in self.course.launchable]
        return [state.outcome if state else Outcome("not attempted") for state in entered]

    def _tell(self, before: Snapshot, after: Snapshot, course_before: Outcome) -> bool:
        """Store what happened; answers whether anything was said about the course itself."""
        commit_name = f"{self.launch.uuid}/{self.entry.identifier}/{self.posted.sequence}"
        attempt = told_about(self.launch, self.attempt.registration, self.person, commit=commit_name, at=self.at)
        course_after = self.attempt.outcome
        told = statements_for(before, after, attempt, Sco(self.entry.identifier, self.entry.title))
        if before.running and after.session > before.session:
            told.append(session_ended(course_before, before, attempt, unfinished=True))
        told += course_statements(course_before, course_after, attempt)
        if not after.running and (before.running or after.session > before.session):
            told.append(session_ended(course_after, after, attempt))
        if told:
            raws = [json.dumps(statement, ensure_ascii=False).encode() for statement in told]
            log.store(raws, authority=log.own_authority(), version="1.0.3", trust="launch")
        return any(statement["object"]["id"] == attempt.course_iri for statement in told)

    def _note(self, merged: Merged) -> None:
        changes = json.dumps({element: _noted(value) for element, value in merged.changed.items()})
        posted = self.posted
        db.session.add(
            CommitEntry(
                attempt_id=self.attempt.id,
                launch_id=self.launch.id,
                sco=self.entry.identifier,
                sequence=posted.sequence,
                finish=posted.finish,
                changes=changes,
                rejected=merged.rejected,
                at=self.at,
            )
        )
        db.session.flush()


def _started(found: Outcome) -> Outcome:
    """A SCO that was entered is at least incomplete."""
    return replace(found, completion="incomplete") if found.completion in ("not attempted", "unknown", "") else found


def _snapshot(state: ScoState, cmi: Mapping[str, str]) -> Snapshot:
    return Snapshot(
        cmi=cmi,
        outcome=state.outcome,
        session=state.sessions,
        running=state.running,
        entry=state.entry,
        exit=state.last_exit,
        session_time=state.session_time,
        seen=state.last_at,
    )


def _noted(value: str) -> object:
    """A value as the journal keeps it."""
    if len(value) <= _JOURNAL_LIMIT:
        return value
    return {"length": len(value), "sha256": sha256(value.encode(errors="surrogatepass")).hexdigest()}

"""Where a sequenced course stands: the engine runs in the player, its state is kept here and given back at the next launch.

The state is opaque. What it means for the course (completion, success, score of the root activity, SN 4.6) the player says beside it,
and is taken like a commit: in order, from the newest launch only, with its statements in the same unit of work.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from accounts.people.models import Person
from core.db import db
from core.errors import TooLarge
from lrs.statements import service as log
from scorm.play import queries
from scorm.play.cmi.outcome import Outcome, Score
from scorm.play.course import course_of
from scorm.play.judging import judge, parts_of
from scorm.play.models import GlobalObjectives, Launch, SequencingState
from scorm.play.statements import course_statements
from scorm.play.superseding import records, superseded
from scorm.play.telling import told_about

MOST_OBJECTIVES = 20_000


@dataclass(frozen=True)
class Standing:
    """What the player posted: the engine's state, the global objectives of this course, and how the root activity stands."""

    sequence: int
    state: Mapping[str, object]
    globals: Mapping[str, Mapping[str, object]]
    completion: str
    success: str
    score: float | None = None
    progress: float | None = None


@dataclass(frozen=True)
class Kept:
    """What became of it: ``saved``, ``stale`` or ``ignored``."""

    state: str
    course: Outcome
    about_course: bool = False


def of_launch(launch: Launch) -> dict:
    """``{"state", "sequence", "goesOn", "globals"}``: what was kept, of this attempt or (``goesOn`` is then false) of the last one.

    ``state`` is None before anything was; of another version nothing is given, for its tree may be another.
    """
    row = queries.last_sequencing(launch)
    known = db.session.get(GlobalObjectives, launch.person_id)
    return {
        "state": json.loads(gzip.decompress(row.state)) if row else None,
        "sequence": row.sequence if row else 0,
        "goesOn": row is not None and row.attempt_id == launch.attempt_id,
        "globals": known.known if known else {},
    }


def keep(*, launch: Launch, person: Person, posted: Standing, at: datetime) -> Kept:
    """Keep where the course stands and tell what that means. Conflict (``superseded``) when it was opened again elsewhere."""
    if launch.mode != "normal":
        return Kept("ignored", Outcome())
    attempt = queries.locked_attempt(launch.attempt_id)
    row = db.session.get(SequencingState, attempt.id, with_for_update=True)
    if not records(launch, attempt) or (row and row.launch_id > launch.id):
        raise superseded()
    if row and row.launch_id == launch.id and posted.sequence <= row.sequence:
        return Kept("stale", attempt.outcome)
    if row is None:
        row = SequencingState(attempt_id=attempt.id)
        db.session.add(row)
    row.launch_id, row.sequence, row.saved_at = launch.id, posted.sequence, at
    row.state = gzip.compress(json.dumps(posted.state, separators=(",", ":")).encode(), 5, mtime=0)
    _share(person, posted.globals)
    before, own = attempt.outcome, _outcome(posted)
    course, settings = course_of(launch.version.uuid), launch.version.package.settings
    after = judge(attempt, own, settings, parts=lambda: parts_of(attempt, course))
    attempt.last_at = at
    told = told_about(launch, attempt.registration, person, commit=f"{launch.uuid}/sequencing/{posted.sequence}", at=at)
    statements = course_statements(before, after, told)
    if statements:
        raws = [json.dumps(statement, ensure_ascii=False).encode() for statement in statements]
        log.store(raws, authority=log.own_authority(), version="1.0.3", trust="launch")
    db.session.flush()
    return Kept("saved", after, bool(statements))


def _share(person: Person, known: Mapping[str, Mapping[str, object]]) -> None:
    """What this course says of global objectives takes the place of what was known of them; the others stay."""
    if not known:
        return
    row = db.session.get(GlobalObjectives, person.id, with_for_update=True)
    if row is None:
        row = GlobalObjectives(person_id=person.id, known={})
        db.session.add(row)
    row.known = {**row.known, **known}
    if len(row.known) > MOST_OBJECTIVES:
        raise TooLarge(_("This learner's courses share too many objectives."))


def _outcome(posted: Standing) -> Outcome:
    score = None if posted.score is None else Score(round(posted.score, 7))
    completion = posted.completion if posted.completion == "completed" else "incomplete"
    return Outcome(completion, posted.success, score, 1.0 if completion == "completed" else posted.progress)

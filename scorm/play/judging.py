"""The outcome of an attempt by the rule of completion that its author chose, and attempts that exist following a new rule.

What the package itself says is kept beside it, so that any rule can be applied later. A new rule takes back (voids) the statements
that no longer hold and tells the new ones, so that an attempt is never said to be completed, or passed, more than once. Content that
speaks for itself (xAPI, cmi5) says itself when it is completed, and is left alone.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select

from accounts.people.models import Person
from catalogue.items.models import Item
from core.clock import now
from core.db import db, write
from lrs.browser.queries import numbers
from lrs.projections import catch_up as fold
from lrs.statements import service as log
from lrs.statements.models import Statement
from lrs.statements.terms import ACTIVITY, VERB
from scorm.packages.models import Package, PackageVersion, Rejudging
from scorm.play import queries, rules
from scorm.play.cmi import EDITIONS
from scorm.play.cmi.outcome import Outcome
from scorm.play.course import Course, course_of
from scorm.play.models import Attempt, Registration
from scorm.play.statements import course_statements
from scorm.play.statements.vocabulary import VERBS
from scorm.play.telling import told_about

EVERY = 2.0
_ATTEMPTS = 50
_LONGEST_COMMIT = timedelta(minutes=1)
_JUDGED = ("completed", "passed", "failed")


def judge(attempt: Attempt, own: Outcome, settings: Mapping, *, parts: Callable[[], Sequence[Outcome]]) -> Outcome:
    """Take in what the package says of an attempt; answers (and stores) the outcome that the author's rule makes of it.

    ``settings`` are the effective switches. ``parts`` answers the outcomes of all parts of the course, and is asked only where the
    rule needs them.
    """
    rule = settings["completion"]
    attempt.own_completion = attempt.own_success = None
    if rule != rules.BY_STATUS:
        attempt.own_completion, attempt.own_success = own.completion, own.success
        everything = parts() if rule == rules.BY_PARTS else ()
        own = rules.completed_by(own, rule=rule, at_least=settings["completion_score"], parts=everything)
    attempt.outcome = own
    return own


def own_outcome(attempt: Attempt) -> Outcome:
    """What the package itself says."""
    if attempt.own_completion is None:
        return attempt.outcome
    return replace(attempt.outcome, completion=attempt.own_completion, success=attempt.own_success)


def parts_of(attempt: Attempt, course: Course) -> list[Outcome]:
    """How each part of the course stands, untouched ones included."""
    states = queries.states_of(attempt.id)
    return [states[entry.identifier].outcome if entry.identifier in states else Outcome("not attempted") for entry in course.launchable]


def catch_up(limit_ms: int = 1_000) -> bool:
    """Judge again where a rule was changed, for about so many milliseconds; answers whether every attempt follows its rule now."""
    deadline = time.monotonic() + limit_ms / 1000
    judged = False
    while db.session.scalar(_due()) is not None:
        if time.monotonic() >= deadline:
            return False
        with write():
            _step()
        judged = True
    if judged:
        fold(limit_ms)
    return True


def _step() -> None:
    """The next attempts of one package."""
    row = db.session.scalar(_due().with_for_update())
    if row is None:
        return
    package = db.session.get_one(Package, row.package_id)
    item = db.session.get_one(Item, package.item_id)
    mine = select(Attempt.id).join(PackageVersion, PackageVersion.id == Attempt.version_id).where(PackageVersion.package_id == package.id)
    ids = list(db.session.scalars(mine.where(Attempt.id > row.judged_to).order_by(Attempt.id).limit(_ATTEMPTS)))
    for attempt_id in ids:
        _judge_again(queries.locked_attempt(attempt_id), package, item, row.change)
    if len(ids) == _ATTEMPTS:
        row.judged_to = ids[-1]
    elif row.due_at > row.changed_at:
        db.session.delete(row)
    else:
        row.judged_to, row.due_at = 0, row.changed_at + _LONGEST_COMMIT
    db.session.flush()


def _due() -> Select:
    return select(Rejudging).where(Rejudging.due_at <= now()).order_by(Rejudging.package_id).limit(1)


@dataclass(frozen=True)
class _Seen:
    """An attempt as ``told_about`` takes it, without a launch."""

    item: Item
    attempt: Attempt
    version: PackageVersion


def _judge_again(attempt: Attempt, package: Package, item: Item, change: str) -> None:
    before, own = attempt.outcome, own_outcome(attempt)
    course = course_of(attempt.version.uuid)
    if course.edition not in EDITIONS:
        return
    after = judge(attempt, own, package.settings, parts=lambda: parts_of(attempt, course))
    db.session.flush()
    if (after.completion, after.success) == (before.completion, before.success):
        return
    registration = attempt.registration
    taken_back = _standing_verdicts(attempt, registration, item)
    log.record(*(_voiding(statement["id"]) for statement in taken_back))
    at = max([attempt.last_at, *(datetime.fromisoformat(statement["timestamp"]) for statement in taken_back)])
    person = db.session.get_one(Person, registration.person_id)
    told = told_about(_Seen(item, attempt, attempt.version), registration, person, commit=f"rule {change}", at=at)
    unjudged = Outcome("incomplete", score=None if taken_back else after.score, progress=after.progress)
    log.record(*course_statements(unjudged, after, told))


def _standing_verdicts(attempt: Attempt, registration: Registration, item: Item) -> list[dict]:
    """The statements that say that this attempt at the course was completed, passed or failed, and were not taken back."""
    course, verbs = numbers(ACTIVITY, [item.activity_iri]), numbers(VERB, [VERBS + name for name in _JUDGED])
    query = select(Statement.payload).where(
        Statement.registration == UUID(registration.uuid),
        Statement.activity_id.in_(course),
        Statement.verb_id.in_(verbs),
        Statement.voided.is_(False),
    )
    found = (json.loads(payload) for payload in db.session.scalars(query.order_by(Statement.seq)))
    return [statement for statement in found if _belongs(statement, attempt)]


def _belongs(statement: dict, attempt: Attempt) -> bool:
    grouping = statement.get("context", {}).get("contextActivities", {}).get("grouping", [])
    return any(one["id"].endswith(f"/id/attempt/{attempt.uuid}") for one in grouping)


def _voiding(statement_id: str) -> dict:
    return {
        "actor": log.own_authority(),
        "verb": {"id": VERBS + "voided", "display": {"en": "voided"}},
        "object": {"objectType": "StatementRef", "id": statement_id},
    }

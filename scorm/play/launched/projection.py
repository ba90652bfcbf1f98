"""What a course says about itself moves its attempt, and is told again about the item: that is what progress and popularity listen to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import orjson
from sqlalchemy import delete, insert, select

from accounts.people.models import Person
from catalogue.items.models import Item
from core.db import db
from core.identity import activity_iri, identity_base, person_agent
from lrs.projections import Entry
from lrs.statements import service as log
from lrs.statements.formats import instant
from lrs.statements.models import Statement
from lrs.statements.rules import VOIDED
from scorm.packages.models import PackageVersion
from scorm.play.cmi.outcome import Score
from scorm.play.course import course_of
from scorm.play.launched import rules
from scorm.play.launched.models import LaunchedFact
from scorm.play.launched.rules import Fact
from scorm.play.launched.xapi import FORMAT
from scorm.play.models import Attempt, Registration
from scorm.play.statements import Attempt as Told
from scorm.play.statements import repeated

_PREFIX = "launch:"
_MOST = 2  # statements that one is told in
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Said:
    entry: Entry
    fact: Fact
    attempt: Attempt
    told: Told


class LaunchedProjection:
    """Statements of xAPI packages about their own course, in the registration that their credential vouches for.

    The attempt's outcome is what the facts add up to. Each is told again about the item, under an id that follows from the statement's,
    so a rebuild tells nothing twice; a voided one is taken back.
    """

    name = "launched"

    def fold(self, entries: Sequence[Entry]) -> None:
        """Take in a batch of the log, oldest first."""
        voided = {entry.voids.id for entry in entries if entry.voids is not None}
        said = self._fresh([e for e in entries if e.id not in voided])
        if said:
            db.session.execute(insert(LaunchedFact), [_row(s) for s in said])
        gone = self._take_out(voided)
        changed = {s.attempt.id for s in said} | {attempt_id for _id, attempt_id in gone}
        for attempt_id in sorted(changed):
            _settle(attempt_id)
        self._tell(said, [statement_id for statement_id, _attempt in gone])

    def clear(self) -> None:
        """Forget the facts, to be folded again; attempts keep their outcome until then."""
        db.session.execute(delete(LaunchedFact))

    def _fresh(self, entries: Sequence[Entry]) -> list[_Said]:
        """Those that speak about the course of the attempt that their credential belongs to, and were not folded before."""
        wanted = [(e, uuid, fact) for e in entries if (uuid := _registration(e)) and (fact := rules.fact(e.statement, at=_at(e)))]
        if not wanted:
            return []
        attempts = _attempts({uuid for _entry, uuid, _fact in wanted})
        known = set(db.session.scalars(select(LaunchedFact.statement_id).where(LaunchedFact.statement_id.in_([e.id for e, *_ in wanted]))))
        found = []
        for entry, uuid, fact in wanted:
            if uuid not in attempts or entry.id in known:
                continue
            attempt, told, course = attempts[uuid]
            if entry.statement["object"].get("id") == course:
                found.append(_Said(entry, fact, attempt, told))
        return found

    def _take_out(self, statement_ids: set[str]) -> list[tuple[str, int]]:
        if not statement_ids:
            return []
        query = delete(LaunchedFact).where(LaunchedFact.statement_id.in_(statement_ids))
        return [tuple(row) for row in db.session.execute(query.returning(LaunchedFact.statement_id, LaunchedFact.attempt_id))]

    def _tell(self, said: Sequence[_Said], gone: Sequence[str]) -> None:
        """About the item, what is not in the log yet: what was said, and the end of what was taken back."""
        told = {s["id"]: s for one in said for s in _about_item(one)}
        repeated = [_id_of(statement_id, n) for statement_id in gone for n in range(_MOST)]
        wanted = [UUID(uuid) for uuid in (*told, *repeated)]
        known = set(map(str, db.session.scalars(select(Statement.id).where(Statement.id.in_(wanted)))))
        if new := [orjson.dumps(statement) for uuid, statement in told.items() if uuid not in known]:
            log.store(new, authority=log.own_authority(), version="1.0.3", trust="launch")
        log.record(*[_taken_back(uuid) for uuid in repeated if uuid in known])


def _registration(entry: Entry) -> str | None:
    """The registration that a launch's credential vouches for; None for whatever else the log holds, without a look at the database."""
    if entry.trust != "launch" or entry.statement["object"].get("objectType", "Activity") != "Activity":
        return None
    account = entry.authority.get("account") or {}
    name = account.get("name", "")
    return name.removeprefix(_PREFIX) if name.startswith(_PREFIX) and account.get("homePage") == identity_base() else None


def _attempts(uuids: Iterable[str]) -> dict[str, tuple[Attempt, Told, str]]:
    """``{uuid: (attempt, how statements name it, its course's activity)}`` of the xAPI attempts among these."""
    query = (
        select(Attempt, Person, Item, PackageVersion.uuid)
        .join(Registration, Registration.id == Attempt.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .join(Item, Item.id == Registration.item_id)
        .join(PackageVersion, PackageVersion.id == Attempt.version_id)
        .where(Attempt.uuid.in_(list(uuids)), PackageVersion.format == FORMAT)
    )
    found = {}
    for attempt, person, item, version in db.session.execute(query):
        (entry,) = course_of(version).launchable
        found[attempt.uuid] = (attempt, _told(attempt, person, item), entry.identifier)
    return found


def _told(attempt: Attempt, person: Person, item: Item) -> Told:
    return Told(
        uuid=attempt.uuid,
        iri=activity_iri("attempt", attempt.uuid),
        actor=person_agent(uuid=person.uuid, name=person.name),
        registration=attempt.uuid,
        course_iri=item.activity_iri,
        course_title=item.title,
        language=item.language or "und",
        edition=FORMAT,
        commit="",
        at=attempt.last_at,
    )


def _row(said: _Said) -> dict:
    fact, score = said.fact, said.fact.score
    return {
        "statement_id": said.entry.id,
        "attempt_id": said.attempt.id,
        "at": fact.at,
        "completed": fact.completed,
        "passed": fact.passed,
        "failed": fact.failed,
        "scaled": score.scaled if score else None,
        "raw": score.raw if score else None,
        "low": score.min if score else None,
        "high": score.max if score else None,
        "progress": fact.progress,
        "seconds": fact.seconds,
    }


def _fact(row: LaunchedFact) -> Fact:
    score = None if row.scaled is None else Score(row.scaled, row.raw, row.low, row.high)
    return Fact(row.at, row.completed, row.passed, row.failed, score, row.progress, row.seconds)


def _settle(attempt_id: int) -> None:
    """The attempt as its facts say."""
    attempt = db.session.scalars(
        select(Attempt).where(Attempt.id == attempt_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    facts = [_fact(row) for row in db.session.scalars(select(LaunchedFact).where(LaunchedFact.attempt_id == attempt_id))]
    attempt.outcome = rules.outcome(facts)
    attempt.total_time = round(rules.seconds(facts) * 100)
    db.session.flush()


def _about_item(said: _Said) -> list[dict]:
    """What the statement says, about the item; it points at the one that it repeats."""
    found = []
    for n, (verb, result) in enumerate(rules.told(said.fact)):
        one = repeated(said.told, verb, result=result, timestamp=said.entry.statement["timestamp"])
        one["id"] = _id_of(said.entry.id, n)
        one["context"]["statement"] = {"objectType": "StatementRef", "id": said.entry.id}
        found.append(one)
    return found


def _taken_back(uuid: str) -> dict:
    return {
        "id": _id_of(uuid, "voided"),
        "actor": log.own_authority(),
        "verb": {"id": VOIDED, "display": {"en": "voided"}},
        "object": {"objectType": "StatementRef", "id": uuid},
    }


def _id_of(statement_id: str, what: object) -> str:
    """The id of what we tell about a statement: it follows from the statement's, so nothing is told twice."""
    return str(uuid5(UUID(statement_id), f"item {what}"))


def _at(entry: Entry) -> datetime:
    """When it happened: nobody can date an act later than the moment it was stored."""
    micros = instant(entry.statement["timestamp"])
    return entry.stored if micros is None else min(_EPOCH + timedelta(microseconds=micros), entry.stored)

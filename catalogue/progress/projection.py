"""Fold statements about items into progress: statements to attempts, attempts to the item."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select, tuple_

from accounts.people.models import Person
from catalogue.items.models import Item
from catalogue.progress import grading, rules
from catalogue.progress.models import Progress, ProgressAttempt, ProgressFact, ProgressGrading
from core.db import db
from core.identity import activity_iri, person_uuid
from lrs.projections import Entry
from lrs.statements.formats import instant

NAME = "progress"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PARTS = (
    *("first_at", "last_at", "completed_at", "passed_at", "failed_at", "score_at"),
    *("score_scaled", "progress", "duration_seconds", "attempt"),
)
Pair = tuple[int, int]
Read = tuple[Pair, str, rules.Fact]


class ProgressProjection:
    """Progress per person and item. Folding a statement twice changes nothing; a voided one is taken out again."""

    name = NAME

    def fold(self, entries: Sequence[Entry]) -> None:
        """Take in a batch of the log, oldest first."""
        voided = {entry.voids.id for entry in entries if entry.voids is not None}
        fresh = self._fresh([e for e in entries if e.id not in voided])
        if fresh:
            rows = [{"statement_id": sid, "person_id": p, "item_id": i, "attempt": a, **asdict(f)} for sid, ((p, i), a, f) in fresh]
            db.session.execute(insert(ProgressFact), rows)
            self._add(read for _sid, read in fresh)
        if voided:
            self._take_out(voided)

    def clear(self) -> None:
        """Forget everything, to be folded again from the beginning of the log. Who chose which grading is not in the log, and stays."""
        for table in (Progress, ProgressAttempt, ProgressFact):
            db.session.execute(delete(table))

    def _fresh(self, entries: Sequence[Entry]) -> list[tuple[str, Read]]:
        """Those that count, resolved to person, item and attempt, that were not folded before."""
        wanted = {e.id: e for e in entries if rules.counts(e.statement, trust=e.trust) and _activity(e.statement)}
        if not wanted:
            return []
        items = _ids(Item.activity_iri, Item.id, {_activity(e.statement) for e in wanted.values()})
        people = _ids(Person.uuid, Person.id, {person_uuid(e.statement["actor"]) for e in wanted.values()})
        known = set(db.session.scalars(select(ProgressFact.statement_id).where(ProgressFact.statement_id.in_(wanted))))
        base = activity_iri("attempt", "")
        found = []
        for entry in wanted.values():
            person, item = people.get(person_uuid(entry.statement["actor"])), items.get(_activity(entry.statement))
            if person and item and entry.id not in known:
                attempt = rules.attempt_of(entry.statement, base=base)
                found.append((entry.id, ((person, item), attempt, rules.fact(entry.statement, at=_at(entry), attempt=attempt))))
        return found

    def _add(self, facts: Iterable[Read]) -> None:
        by_pair: dict[Pair, list[tuple[str, rules.Fact]]] = {}
        for pair, attempt, fact in facts:
            by_pair.setdefault(pair, []).append((attempt, fact))
        attempts = _attempts(by_pair)
        for pair, new in by_pair.items():
            rows = attempts.setdefault(pair, {})
            standings: dict[str, rules.Standing] = {}
            for attempt, fact in new:
                before = standings.get(attempt) or (_standing(rows[attempt]) if attempt in rows else None)
                standings[attempt] = rules.merge(before, fact, attempt)
            for attempt, standing in standings.items():
                rows[attempt] = _keep(pair, rows.get(attempt), standing)
        db.session.flush()
        _grade(attempts)

    def _take_out(self, statement_ids: set[str]) -> None:
        gone = db.session.execute(
            delete(ProgressFact).where(ProgressFact.statement_id.in_(statement_ids)).returning(ProgressFact.person_id, ProgressFact.item_id)
        ).all()
        pairs = {(person, item) for person, item in gone}
        if not pairs:
            return
        for table in (Progress, ProgressAttempt):
            db.session.execute(delete(table).where(tuple_(table.person_id, table.item_id).in_(pairs)))
        db.session.expire_all()
        left = db.session.scalars(select(ProgressFact).where(tuple_(ProgressFact.person_id, ProgressFact.item_id).in_(pairs)))
        self._add([((row.person_id, row.item_id), row.attempt, _fact(row)) for row in left])


def grade_again(pairs: Collection[Pair]) -> None:
    """Make progress follow the grading of its items as it is now."""
    _grade(_attempts(pairs))


def _grade(attempts: dict[Pair, dict[str, ProgressAttempt]]) -> None:
    items = {item for _person, item in attempts}
    chosen = dict(db.session.execute(select(ProgressGrading.item_id, ProgressGrading.rule).where(ProgressGrading.item_id.in_(items))).all())
    rows = _rows(attempts)
    for pair, kept in attempts.items():
        row = rows.get(pair)
        if row is None:
            row = Progress(person_id=pair[0], item_id=pair[1])
            db.session.add(row)
        found = grading.graded([_standing(attempt) for attempt in kept.values()], chosen.get(pair[1], grading.HIGHEST))
        for part, value in asdict(found).items():
            setattr(row, part, value)
    db.session.flush()


def _at(entry: Entry) -> datetime:
    """When it happened: nobody can date an act later than the moment it was stored."""
    micros = instant(entry.statement["timestamp"])
    return entry.stored if micros is None else min(_EPOCH + timedelta(microseconds=micros), entry.stored)


def _activity(statement: dict) -> str | None:
    target = statement.get("object", {})
    return target.get("id") if target.get("objectType", "Activity") == "Activity" else None


def _ids(key, value, wanted: set) -> dict:
    return dict(db.session.execute(select(key, value).where(key.in_(wanted - {None}))).all())


def _rows(pairs: Iterable[Pair]) -> dict[Pair, Progress]:
    found = db.session.scalars(select(Progress).where(tuple_(Progress.person_id, Progress.item_id).in_(list(pairs))))
    return {(row.person_id, row.item_id): row for row in found}


def _attempts(pairs: Iterable[Pair]) -> dict[Pair, dict[str, ProgressAttempt]]:
    key = tuple_(ProgressAttempt.person_id, ProgressAttempt.item_id)
    found: dict[Pair, dict[str, ProgressAttempt]] = {}
    for row in db.session.scalars(select(ProgressAttempt).where(key.in_(list(pairs)))):
        found.setdefault((row.person_id, row.item_id), {})[row.attempt] = row
    return found


def _standing(row: ProgressAttempt) -> rules.Standing:
    return rules.Standing(**{part: getattr(row, part) for part in _PARTS})


def _keep(pair: Pair, row: ProgressAttempt | None, standing: rules.Standing) -> ProgressAttempt:
    if row is None:
        row = ProgressAttempt(person_id=pair[0], item_id=pair[1])
        db.session.add(row)
    for part in _PARTS:
        setattr(row, part, getattr(standing, part))
    return row


def _fact(row: ProgressFact) -> rules.Fact:
    return rules.Fact(
        at=row.at,
        completed=row.completed,
        passed=row.passed,
        failed=row.failed,
        score_scaled=row.score_scaled,
        progress=row.progress,
        duration_seconds=row.duration_seconds,
    )

"""Fold statements about items into progress."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select, tuple_

from accounts.people.models import Person
from catalogue.items.models import Item
from catalogue.progress import rules
from catalogue.progress.models import Progress, ProgressFact
from core.db import db
from core.identity import person_uuid
from lrs.projections import Entry
from lrs.statements.formats import instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Pair = tuple[int, int]
_PARTS = ("first_at", "last_at", "completed_at", "passed_at", "failed_at", "score_scaled", "progress", "duration_seconds")


class ProgressProjection:
    """Progress per person and item. Folding a statement twice changes nothing; a voided one is taken out again."""

    name = "progress"

    def fold(self, entries: Sequence[Entry]) -> None:
        """Take in a batch of the log, oldest first."""
        voided = {entry.voids.id for entry in entries if entry.voids is not None}
        fresh = self._fresh([e for e in entries if e.id not in voided])
        if fresh:
            db.session.execute(
                insert(ProgressFact), [{"statement_id": sid, "person_id": p, "item_id": i, **asdict(f)} for sid, (p, i), f in fresh]
            )
            self._add((pair, fact) for _sid, pair, fact in fresh)
        if voided:
            self._take_out(voided)

    def clear(self) -> None:
        """Forget everything, to be folded again from the beginning of the log."""
        db.session.execute(delete(Progress))
        db.session.execute(delete(ProgressFact))

    def _fresh(self, entries: Sequence[Entry]) -> list[tuple[str, Pair, rules.Fact]]:
        """Those that count, resolved to person and item, that were not folded before."""
        wanted = {e.id: e for e in entries if rules.counts(e.statement, trust=e.trust) and _activity(e.statement)}
        if not wanted:
            return []
        items = _ids(Item.activity_iri, Item.id, {_activity(e.statement) for e in wanted.values()})
        people = _ids(Person.uuid, Person.id, {person_uuid(e.statement["actor"]) for e in wanted.values()})
        known = set(db.session.scalars(select(ProgressFact.statement_id).where(ProgressFact.statement_id.in_(wanted))))
        found = []
        for entry in wanted.values():
            person, item = people.get(person_uuid(entry.statement["actor"])), items.get(_activity(entry.statement))
            if person and item and entry.id not in known:
                found.append((entry.id, (person, item), rules.fact(entry.statement, at=_at(entry))))
        return found

    def _add(self, facts: Iterable[tuple[Pair, rules.Fact]]) -> None:
        by_pair: dict[Pair, list[rules.Fact]] = {}
        for pair, fact in facts:
            by_pair.setdefault(pair, []).append(fact)
        rows = _rows(by_pair)
        for pair, new in by_pair.items():
            standing = _standing(rows[pair]) if pair in rows else None
            for fact in new:
                standing = rules.merge(standing, fact)
            _write(pair, rows.get(pair), standing)

    def _take_out(self, statement_ids: set[str]) -> None:
        gone = db.session.execute(
            delete(ProgressFact).where(ProgressFact.statement_id.in_(statement_ids)).returning(ProgressFact.person_id, ProgressFact.item_id)
        ).all()
        pairs = {(person, item) for person, item in gone}
        if not pairs:
            return
        db.session.execute(delete(Progress).where(tuple_(Progress.person_id, Progress.item_id).in_(pairs)))
        db.session.expire_all()
        left = db.session.scalars(select(ProgressFact).where(tuple_(ProgressFact.person_id, ProgressFact.item_id).in_(pairs)))
        self._add([((row.person_id, row.item_id), _fact(row)) for row in left])


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


def _standing(row: Progress) -> rules.Standing:
    return rules.Standing(**{part: getattr(row, part) for part in _PARTS})


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


def _write(pair: Pair, row: Progress | None, standing: rules.Standing) -> None:
    if row is None:
        row = Progress(person_id=pair[0], item_id=pair[1])
        db.session.add(row)
    row.status = standing.status
    for part in _PARTS:
        setattr(row, part, getattr(standing, part))
    db.session.flush()

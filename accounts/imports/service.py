"""Writing many people at once, each line by itself: a line that cannot be, is reported and changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from accounts.groups import service as groups
from accounts.groups.models import Group
from accounts.imports.rules import Row
from accounts.people import queries, rules
from accounts.people import service as people
from accounts.people.models import Person
from core.db import db
from core.errors import DomainError

STATUSES = ("created", "updated", "unchanged", "error")


@dataclass(frozen=True)
class Outcome:
    """What became of one line."""

    line: int
    email: str
    status: str
    reason: str = ""
    person_id: int | None = None


def run(rows: Iterable[Row], *, seen: dict[str, int]) -> list[Outcome]:
    """Create who is not there, update who is, line by line.

    An empty cell leaves what is there. Groups are joined, made when there is none of that name, never left. New people are invited:
    they have no password yet. For a trial, roll the unit of work back afterwards. ``seen`` holds the addresses of earlier lines.
    """
    return [_line(row, seen) for row in rows]


def _line(row: Row, seen: dict[str, int]) -> Outcome:
    if row.error:
        return Outcome(row.line, row.email, "error", row.error)
    try:
        email = rules.clean_email(row.email)
        if email in seen:
            return Outcome(row.line, email, "error", _("This address is on line %(line)s already.", line=seen[email]))
        seen[email] = row.line
        with db.session.begin_nested():
            status, person = _write(row, email)
        return Outcome(row.line, email, status, person_id=person.id)
    except DomainError as refusal:
        return Outcome(row.line, row.email, "error", str(refusal.message))


def _write(row: Row, email: str) -> tuple[str, Person]:
    joined = [groups.ensure(name=name) for name in row.groups]
    person = queries.by_email(email)
    if person is None:
        name = row.name or rules.name_from_email(email)
        person = people.create(email=email, name=name, role=row.role or "learner", language=row.language or "en")
        _join(person, joined)
        return "created", person
    before = (person.name, person.role, person.language)
    people.edit(person, name=row.name or None, language=row.language or None)
    people.set_role(person, role=row.role or person.role)
    changed = _join(person, joined) or before != (person.name, person.role, person.language)
    return ("updated" if changed else "unchanged"), person


def _join(person: Person, joined: list[Group]) -> bool:
    """Take the person into the groups; a trainer trains them. True when one of them is new."""
    trains = person.role == "trainer"
    added = [groups.add(group=group, person_id=person.id, is_trainer=trains) for group in joined]  # every one of them, so no any(…) here
    return any(added)


def counts(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many lines had which outcome."""
    found = dict.fromkeys(STATUSES, 0)
    for outcome in outcomes:
        found[outcome.status] += 1
    return found

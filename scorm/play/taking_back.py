"""Taking back what somebody did: a whole attempt, or one part of one that goes on. Inside ``write()`` (ADR 0045).

The rows go; the statements stay in the log and are voided, so that progress and everything else folded from it forget them too, and a
rebuild comes to the same. Whoever has the course open is told that they are superseded.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update

from accounts.groups.access import may_see_results
from accounts.people.models import Person
from catalogue.items.models import Item
from core.access import Principal
from core.clock import now
from core.db import db
from core.erasure import account_key
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.identity import activity_iri, person_agent
from lrs.documents.models import Document
from lrs.privacy import audit
from lrs.statements import queries as statements
from lrs.statements import service as log
from lrs.statements.keys import agent_key
from lrs.statements.queries import Filter
from lrs.statements.rules import VOIDED
from lrs.statements.terms import AGENT, digest
from scorm.packages.models import PackageVersion
from scorm.play import queries
from scorm.play.answers import service as answers
from scorm.play.cmi import EDITIONS
from scorm.play.cmi.outcome import Outcome
from scorm.play.course import Course, course_of
from scorm.play.judging import judge, parts_of
from scorm.play.models import Attempt, CommitEntry, GlobalObjectives, Launch, Registration, ScoState
from scorm.play.rules import roll_up
from scorm.play.statements import Attempt as Told
from scorm.play.statements import Sco, Snapshot, course_statements, session_ended
from scorm.play.telling import told_about

PAGE = 500
ATTEMPT, PART = "attempt taken back", "part taken back"


@dataclass(frozen=True)
class Goes:
    """What goes when an attempt, or a part of it, is taken back."""

    parts: int
    saves: int
    launches: int
    statements: int
    objectives: int

    @property
    def counts(self) -> dict[str, int]:
        named = {"parts": self.parts, "saves": self.saves, "launches": self.launches, "statements": self.statements}
        return {name: count for name, count in (named | {"shared objectives": self.objectives}).items() if count}


def may(principal: Principal, person: Person) -> bool:
    """Administrators, and trainers for the people of their groups; nobody for themselves but an administrator, and no machine."""
    if principal.person_id is None:
        return False
    if principal.is_admin:
        return True
    return principal.may("trainer") and principal.person_id != person.id and may_see_results(principal, person.id)


def whole(*, attempt_id: int, by: Principal, reason: str) -> Goes:
    """Take an attempt back. NotFound when it is gone already, Forbidden for whoever may not, Invalid without a reason."""
    taking = _Taking.of(attempt_id, by, reason)
    goes = taking.what(None)
    taking.void(None)
    taking.forget_objectives()
    taking.forget_documents()
    taking.note(ATTEMPT, "", goes)
    db.session.execute(delete(Attempt).where(Attempt.id == attempt_id))
    db.session.expire_all()
    return goes


def part(*, attempt_id: int, sco: str, by: Principal, reason: str) -> Goes:
    """Take one part of an attempt back, so that the learner begins it anew and keeps the others.

    Conflict where that cannot be: the attempt is closed, or what happens in one part decides about the others.
    """
    taking = _Taking.of(attempt_id, by, reason)
    refusal = why_not_a_part(taking.attempt, taking.course)
    if refusal:
        raise Conflict(refusal)
    state = queries.state_of(attempt_id, sco)
    if state is None:
        raise NotFound()
    goes = taking.what(sco)
    taking.void(sco)
    taking.note(PART, sco, goes)
    answers.forget(state)
    db.session.execute(delete(ScoState).where(ScoState.id == state.id))
    db.session.execute(update(Launch).where(Launch.attempt_id == attempt_id, Launch.revoked_at.is_(None)).values(revoked_at=taking.at))
    db.session.expire_all()
    taking.tell_anew()
    return goes


def what_goes(attempt: Attempt, sco: str | None = None) -> Goes:
    """What would go."""
    return _Taking.read(attempt.id).what(sco)


def why_not_a_part(attempt: Attempt, course: Course) -> str | None:
    """Why no single part of this attempt can be taken back; None where one can."""
    if course.edition not in EDITIONS:
        return _("Only parts of SCORM courses can be taken back one by one. Take the whole attempt back.")
    if course.sequencing is not None:
        return _("In this course each part decides about the others. Take the whole attempt back.")
    if attempt.state != "open":
        return _("This attempt is closed. Take the whole attempt back.")
    return None


@dataclass
class _Taking:
    """The working parts of taking back."""

    attempt: Attempt
    registration: Registration
    person: Person
    item: Item
    version: PackageVersion
    course: Course
    by: Principal | None = None
    reason: str = ""
    at: datetime | None = None

    @classmethod
    def read(cls, attempt_id: int) -> "_Taking":
        query = (
            select(Attempt, Registration, Person, Item, PackageVersion)
            .join(Registration, Registration.id == Attempt.registration_id)
            .join(Person, Person.id == Registration.person_id)
            .join(Item, Item.id == Registration.item_id)
            .join(PackageVersion, PackageVersion.id == Attempt.version_id)
            .where(Attempt.id == attempt_id)
        )
        row = db.session.execute(query).one_or_none()
        if row is None:
            raise NotFound()
        return cls(*row, course_of(row.PackageVersion.uuid))

    @classmethod
    def of(cls, attempt_id: int, by: Principal, reason: str) -> "_Taking":
        """Locked, in the order in which a launch locks: the registration, then the attempt. Nothing is committed to it meanwhile."""
        registration_id = db.session.scalar(select(Attempt.registration_id).where(Attempt.id == attempt_id))
        db.session.execute(select(Registration.id).where(Registration.id == registration_id).with_for_update())
        if registration_id is None or db.session.scalar(select(Attempt.id).where(Attempt.id == attempt_id).with_for_update()) is None:
            raise NotFound()
        db.session.expire_all()
        found = cls.read(attempt_id)
        if not may(by, found.person):
            raise Forbidden()
        if not reason.strip():
            raise Invalid(fields={"reason": [_("Say why.")]})
        found.by, found.reason, found.at = by, reason, now()
        return found

    @property
    def iri(self) -> str:
        return activity_iri("attempt", self.attempt.uuid)

    def what(self, sco: str | None) -> Goes:
        mine = ScoState.attempt_id == self.attempt.id
        commits = select(func.count()).select_from(CommitEntry).where(CommitEntry.attempt_id == self.attempt.id)
        told = sum(1 for _statement in self._statements(sco))
        if sco is not None:
            return Goes(1, 0, 0, told, 0)
        return Goes(
            parts=db.session.scalar(select(func.count()).select_from(ScoState).where(mine)),
            saves=db.session.scalar(commits),
            launches=db.session.scalar(select(func.count()).select_from(Launch).where(Launch.attempt_id == self.attempt.id)),
            statements=told,
            objectives=len(self._objectives()),
        )

    def void(self, sco: str | None) -> None:
        """Say of each statement that it no longer counts, in the name of who takes back."""
        actor = person_agent(uuid=self.by.uuid, name=self.by.name)
        for statement in self._statements(sco):
            log.record(
                {
                    "actor": actor,
                    "verb": {"id": VOIDED, "display": {"en": "voided", "fr": "a annulé"}},
                    "object": {"objectType": "StatementRef", "id": statement["id"]},
                    "timestamp": self.at.isoformat().replace("+00:00", "Z"),
                }
            )

    def _statements(self, sco: str | None) -> Iterator[dict]:
        """Those of the attempt that are not voided; with ``sco`` those about it, and those about the course but its opening."""
        for registration in (self.registration.uuid, self.attempt.uuid):
            beyond: int | None = None
            wanted = Filter(registration=UUID(registration), ascending=True)
            while page := statements.page(wanted, limit=PAGE, beyond=beyond):
                beyond = page[-1].seq
                for found in page:
                    statement = json.loads(found.payload)
                    if self._belongs(statement, registration) and (sco is None or self._is_about(statement, sco)):
                        yield statement

    def _belongs(self, statement: dict, registration: str) -> bool:
        if statement["verb"]["id"] == VOIDED or statement.get("context", {}).get("registration") != registration:
            return False
        grouping = statement["context"].get("contextActivities", {}).get("grouping", [])
        return registration == self.attempt.uuid or any(one.get("id") == self.iri for one in grouping)

    def _is_about(self, statement: dict, sco: str) -> bool:
        about, part = statement["object"].get("id", ""), Sco(sco, "").iri(self._told())
        of_course = about == self.item.activity_iri and not statement["verb"]["id"].endswith("/launched")
        return of_course or about == part or about.startswith(part + "/")

    def _told(self) -> Told:
        return told_about(self, self.registration, self.person, commit=f"taken back {uuid4()}", at=self.at or self.attempt.last_at)

    def tell_anew(self) -> None:
        """How the course stands with the parts that are left, and how long they took."""
        attempt = self.attempt
        left = list(db.session.scalars(select(ScoState).where(ScoState.attempt_id == attempt.id)))
        attempt.total_time = sum(state.total_time for state in left)
        judge(
            attempt,
            roll_up(parts_of(attempt, self.course)),
            self.version.package.settings,
            parts=lambda: parts_of(attempt, self.course),
        )
        attempt.last_at = self.at
        told = self._told()
        stands = course_statements(Outcome("not attempted"), attempt.outcome, told)
        if attempt.total_time:
            spent = Snapshot(exit="" if attempt.outcome.finished else "suspend", session_time=attempt.total_time)
            stands.append(session_ended(attempt.outcome, spent, told))
        raws = [json.dumps(statement, ensure_ascii=False).encode() for statement in stands]
        log.store(raws, authority=log.own_authority(), version="1.0.3", trust="launch")
        db.session.flush()

    def _objectives(self) -> set[str]:
        """The shared objectives that this course writes, as far as anything is known of them for this learner."""
        if self.course.sequencing is None:
            return set()
        known = db.session.get(GlobalObjectives, self.person.id)
        return set(_targets(self.course.sequencing)) & set(known.known if known else {})

    def forget_objectives(self) -> None:
        """What the course said of shared objectives: else a new attempt would find them reached."""
        gone = self._objectives()
        if gone:
            row = db.session.get(GlobalObjectives, self.person.id, with_for_update=True)
            row.known = {name: value for name, value in row.known.items() if name not in gone}

    def forget_documents(self) -> None:
        """What content that speaks for itself kept in the record store: it is kept by attempt, and no other would find it."""
        agent = agent_key(person_agent(uuid=self.person.uuid, name=self.person.name))
        mine = Document.agent_digest == digest((AGENT, agent)), Document.registration == UUID(self.attempt.uuid)
        db.session.execute(delete(Document).where(*mine))

    def note(self, verb: str, sco: str, goes: Goes) -> None:
        what = f"{self.item.title}, attempt {self.attempt.n}{f', part {sco}' if sco else ''}"
        audit.note(verb, target=f"{self.person.name} ({account_key(self.person.uuid)}): {what}", counts=goes.counts, reason=self.reason)


def _targets(tree: object) -> Iterator[str]:
    """The names of the shared objectives that an activity tree writes."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if "targetObjectiveID" in node and any(value for name, value in node.items() if name.startswith("write")):
                yield node["targetObjectiveID"]
            stack.extend(node.values())
        elif isinstance(node, list | tuple):
            stack.extend(node)

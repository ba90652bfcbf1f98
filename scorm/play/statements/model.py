"""What statements are made from: the attempt they belong to and two pictures of a SCO, before and after one commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote
from uuid import UUID, uuid5

from scorm.play.cmi import EDITIONS
from scorm.play.cmi.outcome import Outcome
from scorm.play.statements.vocabulary import LAUNCH_MODE, PROFILE, TYPES, verb


@dataclass(frozen=True)
class Attempt:
    """One learner's run through one item, and the commit that is being told.

    ``commit`` makes the statement ids unique and repeatable: the same commit always tells the same statements.
    """

    uuid: str
    iri: str
    actor: Mapping
    registration: str
    course_iri: str
    course_title: str
    language: str
    edition: str
    commit: str
    at: datetime

    def extension(self, name: str) -> str:
        """An extension of ours, named under the identity base of the installation like everything else that we name."""
        return f"{self.iri.partition('/id/')[0]}/id/extension/{name}"


@dataclass(frozen=True)
class Sco:
    """One SCO of the package."""

    identifier: str
    title: str

    def iri(self, attempt: Attempt) -> str:
        return f"{attempt.course_iri}/sco/{quote(self.identifier, safe='')}"


@dataclass(frozen=True)
class Snapshot:
    """A SCO at one moment. ``session`` counts its Initialize calls; times are hundredths of a second."""

    cmi: Mapping[str, str] = field(default_factory=dict)
    outcome: Outcome = field(default_factory=Outcome)
    session: int = 0
    running: bool = False
    entry: str = ""
    exit: str = ""
    session_time: int = 0
    seen: datetime | None = None


def activity(iri: str, kind: str, name: str | None = None, language: str = "und", **definition) -> dict:
    """An activity with its type and, where known, its name."""
    named = {"name": {language: clean(name)}} if name else {}
    return {"objectType": "Activity", "id": iri, "definition": {"type": kind if ":" in kind else TYPES + kind} | named | definition}


def course_activity(attempt: Attempt) -> dict:
    return activity(attempt.course_iri, "course", attempt.course_title, attempt.language)


def sco_activity(attempt: Attempt, sco: Sco) -> dict:
    return activity(sco.iri(attempt), "lesson", sco.title, attempt.language)


def statement(
    attempt: Attempt, name: str, target: Mapping, *, key: str, parent: Mapping | None = None, result: Mapping | None = None, at=None
) -> dict:
    """One statement of the profile; ``key`` tells apart those of one commit that share verb and object.

    ``parent`` is the SCO of what lies in it; a SCO's own is the course.
    """
    grouping = [{"id": attempt.iri, "definition": {"type": TYPES + "attempt"}}]
    activities: dict = ({"category": [PROFILE]} if attempt.edition in EDITIONS else {}) | {"grouping": grouping}
    if target["id"] != attempt.course_iri:
        course = course_activity(attempt)
        grouping.insert(0, course)
        activities["parent"] = [parent or course]
    context = {
        "registration": attempt.registration,
        "platform": "Colloquium",
        "contextActivities": activities,
        "extensions": {LAUNCH_MODE: "Normal"},
    }
    if attempt.language != "und":
        context["language"] = attempt.language
    found = {
        "id": str(uuid5(UUID(attempt.uuid), f"{attempt.commit}|{name}|{target['id']}|{key}")),
        "actor": attempt.actor,
        "verb": verb(name),
        "object": target,
        "context": context,
        "timestamp": (at or attempt.at).isoformat().replace("+00:00", "Z"),
    }
    return found | ({"result": result} if result else {})


def standing(outcome: Outcome, *, duration: str | None = None) -> dict:
    """A result that says all that is known: completion, success, score, duration."""
    found: dict = {"completion": outcome.completion == "completed"}
    if outcome.success != "unknown":
        found["success"] = outcome.success == "passed"
    if outcome.score:
        found["score"] = outcome.score.as_xapi()
    if duration:
        found["duration"] = duration
    return found


def clean(text: str) -> str:
    """Text as a statement can carry it: NUL and halves of characters (a cut emoji) become the replacement character."""
    return "".join("\ufffd" if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in text)

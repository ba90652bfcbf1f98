"""What a statement means for popularity: which act, on which item, about which comment, from when. No database."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from catalogue.items.acts import PUBLISHED
from catalogue.progress.rules import LAUNCH_MODE
from core.identity import activity_iri, person_uuid
from lrs.statements.entries import Entry
from lrs.statements.formats import instant
from social import vocabulary as words

ADL = "http://adlnet.gov/expapi/verbs/"
PLAY = {
    ADL + "launched": "launch",
    ADL + "initialized": "launch",
    ADL + "experienced": "launch",
    ADL + "completed": "complete",
    ADL + "passed": "complete",
}
TALK = {words.POSTED: "comment", words.COMMENTED: "comment", words.REPLIED: "comment"}
CARE = {words.DELETED: "delete"}
LIKES = {words.LIKED: "like", words.UNLIKED: "unlike"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Reading:
    """One act as read: ``items`` are the activities that may be the item, ``comment`` the key of the comment it is about."""

    act: str
    person: str
    items: tuple[str, ...]
    comment: str | None
    at: datetime


def read(entry: Entry) -> Reading | None:
    """The act that an entry tells, or None when it tells none that counts.

    Playing counts when this installation saw it or a launch of its own said it, except in browse and review mode. Talk and likes
    count when this installation took them in: a key to the log is no ballot. Nothing counts from later than it was stored.
    """
    statement = entry.statement
    verb = words.same_word(statement["verb"]["id"])
    person = person_uuid(statement["actor"])
    target = _activity(statement)
    if person is None or target is None:
        return None
    if verb in PLAY:
        if entry.trust not in ("system", "launch") or _only_looking(statement):
            return None
        return Reading(PLAY[verb], person, (target,), None, _at(entry))
    if entry.trust != "system":
        return None
    if verb in LIKES:
        return Reading(LIKES[verb], person, (target,), None, _at(entry))
    act = TALK.get(verb) or CARE.get(verb) or _own_verbs().get(verb)
    if act is None:
        return None
    return Reading(act, person, (target, *_context(statement, "grouping")), _comment(statement, target) or entry.id, _at(entry))


def published(entry: Entry) -> str | None:
    """The activity of an item that an entry says was published."""
    return _activity(entry.statement) if entry.statement["verb"]["id"] == PUBLISHED else None


def _own_verbs() -> dict[str, str]:
    return {words.own_verb(name): act for name, act in (("restored", "restore"), ("hidden", "hide"), ("shown", "show"))}


def _activity(statement: dict) -> str | None:
    target = statement["object"]
    return target.get("id") if target.get("objectType", "Activity") == "Activity" else None


def _context(statement: dict, kind: str) -> list[str]:
    """The activities in one place of the context; a single one may stand without its list (1.0.3 Data 2.4.6.2)."""
    found = statement.get("context", {}).get("contextActivities", {}).get(kind, [])
    return [activity["id"] for activity in (found if isinstance(found, list) else [found])]


def _comment(statement: dict, target: str) -> str | None:
    base = activity_iri("comment", "")
    return next((iri.removeprefix(base) for iri in (target, *_context(statement, "other")) if iri.startswith(base)), None)


def _only_looking(statement: dict) -> bool:
    mode = statement.get("context", {}).get("extensions", {}).get(LAUNCH_MODE)
    return isinstance(mode, str) and mode.lower() in ("browse", "review")


def _at(entry: Entry) -> datetime:
    """The timestamp, but never later than stored."""
    told = instant(entry.statement.get("timestamp", ""))
    return entry.stored if told is None else min(_EPOCH + timedelta(microseconds=told), entry.stored)

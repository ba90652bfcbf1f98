"""What a unit may say in a session, and when a unit is done (cmi5 Quartz, sections 9 to 11). Pure.

A refusal names the requirement by its id in the catalogue of requirements (``@cmi5/requirements``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lrs.statements.formats import is_language
from scorm.cmi5 import vocabulary as v

_UTC = re.compile(r".*(?:[Zz]|[+-]00(?::?00)?)")
_WITH_DURATION = frozenset({v.COMPLETED, v.PASSED, v.FAILED, v.TERMINATED})
_JUDGED = frozenset({v.PASSED, v.FAILED})
_MOVING = frozenset({v.COMPLETED, v.PASSED, v.FAILED})


class Refusal(Exception):
    """A statement or document that cmi5 does not allow here; ``requirement`` is what it breaks."""

    def __init__(self, requirement: str, why: str):
        super().__init__(why)
        self.requirement = requirement
        self.why = why


@dataclass(frozen=True)
class Unit:
    """How a unit stands in a registration. ``completed`` and ``passed`` stay; ``failed`` is what the last judgement said."""

    completed: bool = False
    passed: bool = False
    failed: bool = False
    waived: bool = False


def unit_of(row) -> Unit:
    """The same of a row (or None) that has these as columns."""
    return Unit() if row is None else Unit(row.completed, row.passed, row.failed, row.waived)


@dataclass(frozen=True)
class Session:
    """One launch of a unit as far as it has come, and what its statements must agree with.

    ``actor`` is the agent's key of the launch, ``activity`` the unit's id of ours, ``template`` the context that each statement takes over.
    """

    id: str
    registration: str
    activity: str
    template: Mapping
    mode: str = v.NORMAL
    mastery: float | None = None
    prepared: bool = False  # launch data and preferences were read
    over: bool = False
    said: frozenset[str] = frozenset()  # the verbs of its cmi5-defined statements
    unit: Unit = Unit()


def after(session: Session, statement: Mapping, *, id_given: bool) -> Session:
    """The session after a valid xAPI statement of the launch's actor; :class:`Refusal` (403) for one that cmi5 does not allow there."""
    _require_order(session, statement)
    _require_frame(session, statement, id_given)
    if not is_defined(statement):
        _forbid(_has_category(statement, v.MOVE_ON), "9.6.2.2-2", "only cmi5-defined statements may have the category moveon")
        return session
    _require_defined(session, statement)
    verb = statement["verb"]["id"]
    unit = session.unit
    if verb == v.COMPLETED:
        unit = replace(unit, completed=True)
    elif verb in _JUDGED:
        unit = replace(unit, passed=verb == v.PASSED, failed=verb == v.FAILED)
    return replace(session, said=session.said | {verb}, over=verb == v.TERMINATED, unit=unit)


def is_defined(statement: Mapping) -> bool:
    """Whether a statement is one of cmi5's own ("cmi5 defined"), by its category."""
    return _has_category(statement, v.CMI5)


def _has_category(statement: Mapping, iri: str) -> bool:
    return any(activity["id"] == iri for activity in _activities(statement, "category"))


def _activities(statement: Mapping, kind: str) -> list[Mapping]:
    found = statement.get("context", {}).get("contextActivities", {}).get(kind, [])
    return [found] if isinstance(found, Mapping) else found


def _require_order(session: Session, statement: Mapping) -> None:
    verb = statement["verb"]["id"]
    _forbid(session.over, "9.3.0.0-5", "the session is over")
    _forbid(verb == v.VOIDED, "6.3.0.0-1", "a unit may void nothing")
    _forbid(not session.prepared, "11.0.0.0-3", f"read {v.LAUNCH_DATA} and {v.PREFERENCES} before the first statement")
    begins = verb == v.INITIALIZED and is_defined(statement)
    _forbid(v.INITIALIZED not in session.said and not begins, "9.3.0.0-4", "the first statement must be initialized")


def _require_frame(session: Session, statement: Mapping, id_given: bool) -> None:
    """What every statement of a session has: id, time in UTC, actor, registration, and the context template untouched."""
    _forbid(not id_given, "9.1.0.0-1", "has no id")
    _forbid(not _UTC.fullmatch(statement.get("timestamp", "")), "9.7.0.0-2", "has no timestamp in UTC")
    actor, context = statement["actor"], statement.get("context", {})
    _forbid(actor.get("objectType", "Agent") != "Agent", "9.2.0.0-2", "has an actor that is not an Agent")
    _forbid("account" not in actor, "9.2.0.0-3", "has an actor without an account")
    _forbid(context.get("registration", "").lower() != session.registration, "9.6.1.0-1", "has not the registration of the launch")
    for name, value in session.template["extensions"].items():
        said = context.get("extensions", {}).get(name)
        _forbid(said != value, "9.6.3.1-4", f"has not {name} as the context template has it")
    for kind, wanted in session.template["contextActivities"].items():
        there = {activity["id"] for activity in _activities(statement, kind)}
        _forbid(not {activity["id"] for activity in wanted} <= there, "9.6.2.0-1", f"leaves out {kind} of the context template")


def _require_defined(session: Session, statement: Mapping) -> None:
    verb, target, result = statement["verb"]["id"], statement["object"], statement.get("result", {})
    _forbid(verb not in v.DEFINED_FOR_UNITS, "9.3.0.0-1", "has the category cmi5, but a verb that no unit uses with it")
    is_unit = target.get("objectType", "Activity") == "Activity" and target.get("id") == session.activity
    _forbid(not is_unit, "8.1.5.0-6", "has another object than the activity of the launch")
    _forbid(verb in session.said, "9.3.0.0-2", f"says {v.short(verb)} a second time in the session")
    if verb in _MOVING:
        _require_turn(session, verb)
    _require_result(session, verb, result)
    judges = "success" in result or "completion" in result
    says_so = _has_category(statement, v.MOVE_ON)
    _forbid(judges and not says_so, "9.6.2.2-1", "has success or completion, but not the category moveon")
    _forbid(says_so and not judges, "9.6.2.2-2", "has the category moveon, but neither success nor completion")
    if verb in _JUDGED:
        _require_mastery(session, verb, result, statement["context"].get("extensions", {}))


def _require_turn(session: Session, verb: str) -> None:
    """Whether completed, passed or failed may be said now."""
    _forbid(session.mode != v.NORMAL, "10.2.2.0-5", f"says {v.short(verb)} in mode {session.mode}")
    if verb == v.COMPLETED:
        _forbid(session.unit.completed, "9.3.0.0-6", "says completed a second time in the registration")
        return
    _forbid(bool(session.said & _JUDGED), "9.3.0.0-3", "judges a second time in the session")
    _forbid(session.unit.passed, "9.3.0.0-7" if verb == v.PASSED else "9.3.0.0-8", "judges after passed in the registration")


def _require_result(session: Session, verb: str, result: Mapping) -> None:
    name = v.short(verb)
    _forbid(verb in _WITH_DURATION and "duration" not in result, "9.5.4.1-1", f"says {name} without a duration")
    expected = {v.PASSED: True, v.FAILED: False}.get(verb)
    _forbid(result.get("success") is not expected, "9.5.2.0-1", f"has the wrong success for {name}")
    _forbid(result.get("completion") is not (True if verb == v.COMPLETED else None), "9.5.3.0-1", f"has the wrong completion for {name}")
    score = result.get("score")
    _forbid(score is not None and verb not in _JUDGED, "9.5.1.0-2", f"has a score, which {name} may not")
    if score is not None and "raw" in score:
        _forbid("min" not in score or "max" not in score, "9.5.1.0-3", "has a raw score without min and max")


def _require_mastery(session: Session, verb: str, result: Mapping, extensions: Mapping) -> None:
    if session.mastery is None:
        return
    score = result.get("score")
    said = extensions.get(v.MASTERY)
    _forbid(score is not None and said is None, "9.6.3.2-2", "has a score, but not the mastery score of the launch")
    wrong = said is not None and (isinstance(said, bool) or not isinstance(said, int | float) or said != session.mastery)
    _forbid(wrong, "9.6.3.2-2", "has another mastery score than the launch")
    scaled = (score or {}).get("scaled")
    if scaled is not None:
        _forbid(verb == v.PASSED and scaled < session.mastery, "9.3.4.0-2", "says passed with a score below the mastery score")
        _forbid(verb == v.FAILED and scaled >= session.mastery, "9.3.5.0-2", "says failed with a score that reaches the mastery score")


def require_preferences(document: object) -> None:
    """Refuse a document of learner preferences that is not what section 11 says."""
    _forbid(not isinstance(document, Mapping), "11.0.0.0-5", "must be a JSON object")
    for name in ("languagePreference", "audioPreference"):
        _forbid(not isinstance(document.get(name), str), "11.0.0.0-5", f"lacks {name}")
    tags = document["languagePreference"].split(",")
    _forbid(not all(is_language(tag.strip()) for tag in tags), "11.1.0.0-1", "languagePreference must list language tags")
    _forbid(document["audioPreference"] not in ("on", "off"), "11.2.0.0-1", "audioPreference must be on or off")


def is_met(move_on: str, unit: Unit) -> bool:
    """Whether a unit's moveOn criteria are met (section 10.2.5); a waived unit's are."""
    if unit.waived:
        return True
    return {
        "Passed": unit.passed,
        "Completed": unit.completed,
        "CompletedAndPassed": unit.completed and unit.passed,
        "CompletedOrPassed": unit.completed or unit.passed,
        "NotApplicable": True,
    }[move_on]


def _forbid(broken: bool, requirement: str, why: str) -> None:
    if broken:
        raise Refusal(requirement, why)

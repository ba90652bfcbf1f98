"""What a SCO finds when it initializes: the values that the LMS owns, over what was stored before."""

from collections.abc import Mapping
from dataclasses import dataclass

from scorm.play.cmi import SCORM12
from scorm.play.cmi.state import State
from scorm.play.cmi.times import as_12, as_iso

SESSION_ONLY = frozenset({"cmi.core.session_time", "cmi.core.exit", "cmi.session_time", "cmi.exit"})


@dataclass(frozen=True)
class Learner:
    """Who plays, as content sees it."""

    id: str
    name: str
    language: str = ""


@dataclass(frozen=True)
class Terms:
    """What the manifest says about one SCO (see ``scorm.packages.tree.Node``).

    ``objectives`` are those that it finds when it begins; a sequenced course's engine says them itself.
    """

    launch_data: str = ""
    mastery_score: float | None = None
    max_time_allowed: str = ""
    time_limit_action: str = ""
    completion_threshold: float | None = None
    scaled_passing_score: float | None = None
    objectives: tuple[str, ...] = ()


def begun(state: Mapping[str, str], *, terms: Terms) -> State:
    """What a SCO has when it begins: what it stored, else the objectives that the manifest names (2004 RTE 4.2.17)."""
    if any(element.startswith("cmi.objectives.") for element in state):
        return dict(state)
    return {f"cmi.objectives.{place}.id": identifier for place, identifier in enumerate(terms.objectives)} | dict(state)


def carried(state: Mapping[str, str]) -> State:
    """What is kept from one session to the next: everything but the exit and the session's time."""
    return {element: value for element, value in state.items() if element not in SESSION_ONLY}


def seed(*, edition: str, state: Mapping[str, str], learner: Learner, terms: Terms, mode: str, entry: str, total: int) -> State:
    """The elements to load before Initialize. ``mode`` is normal, review or browse; ``total`` in hundredths of a second."""
    credit = "credit" if mode == "normal" else "no-credit"
    if edition == SCORM12:
        owned = {
            "cmi.core.student_id": learner.id,
            "cmi.core.student_name": learner.name,
            "cmi.core.credit": credit,
            "cmi.core.lesson_mode": mode,
            "cmi.core.entry": entry,
            "cmi.core.total_time": as_12(total),
            "cmi.launch_data": terms.launch_data,
            "cmi.student_data.mastery_score": _number(terms.mastery_score),
            "cmi.student_data.max_time_allowed": terms.max_time_allowed,
            "cmi.student_data.time_limit_action": terms.time_limit_action,
        }
        fresh = {"cmi.core.lesson_status": "not attempted"}
    else:
        owned = {
            "cmi.learner_id": learner.id,
            "cmi.learner_name": learner.name,
            "cmi.credit": credit,
            "cmi.mode": mode,
            "cmi.entry": entry,
            "cmi.total_time": as_iso(total),
            "cmi.launch_data": terms.launch_data,
            "cmi.completion_threshold": _number(terms.completion_threshold),
            "cmi.scaled_passing_score": _number(terms.scaled_passing_score),
            "cmi.max_time_allowed": terms.max_time_allowed,
            "cmi.time_limit_action": terms.time_limit_action,
        }
        fresh = {}
    return {element: value for element, value in (fresh | begun(carried(state), terms=terms) | owned).items() if value != ""}


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"

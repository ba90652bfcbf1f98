"""A statement as one flat row, with names that stay: pure, without a database.

The columns are those of docs/api.md. A cell is text, a number, a truth value or None.
"""

import re
from collections.abc import Callable, Mapping

import orjson

from lrs.statements.formats import instant, utc_text
from lrs.statements.keys import agent_key

TYPES = "http://adlnet.gov/expapi/activities/"
SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
COLUMNS = (
    *("statement_id", "stored", "timestamp", "actor_key", "actor_name", "verb", "object_id", "object_name", "object_type"),
    *("course_id", "module_id", "attempt_id", "registration", "session_id", "success", "completion"),
    *("score_scaled", "score_raw", "score_min", "score_max", "duration_s", "response", "interaction_type", "correct_pattern"),
    *("authority", "platform"),
)
NUMBERS = frozenset({"score_scaled", "score_raw", "score_min", "score_max", "duration_s"})
TRUTHS = frozenset({"success", "completion"})
_DURATION = re.compile(
    r"P(?:(?P<w>[\d.,]+)W)?(?:(?P<y>[\d.,]+)Y)?(?:(?P<mo>[\d.,]+)M)?(?:(?P<d>[\d.,]+)D)?"
    r"(?:T(?:(?P<h>[\d.,]+)H)?(?:(?P<m>[\d.,]+)M)?(?:(?P<s>[\d.,]+)S)?)?",
    re.ASCII,
).fullmatch
_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_NO_RESULT: Mapping = {}


def row(statement: dict, name_of: Callable[[Mapping], str]) -> dict:
    """The cells of one stored statement; ``name_of`` chooses from a language map, and answers an empty text for an empty one."""
    target, result, context = statement["object"], statement.get("result", _NO_RESULT), statement.get("context", _NO_RESULT)
    score, definition = result.get("score", _NO_RESULT), target.get("definition", _NO_RESULT)
    pattern = definition.get("correctResponsesPattern")
    kind = target.get("objectType", "Activity")
    return {
        "statement_id": statement["id"],
        "stored": _utc(statement["stored"]),
        "timestamp": _utc(statement["timestamp"]),
        "actor_key": agent_key(statement["actor"]),
        "actor_name": statement["actor"].get("name"),
        "verb": statement["verb"]["id"],
        "object_id": target.get("id") or agent_key(target),
        "object_name": name_of(definition["name"]) or None if "name" in definition else target.get("name"),
        "object_type": definition.get("type") if kind == "Activity" else kind,
        "course_id": _of_type(statement, "course"),
        "module_id": _of_type(statement, "module") or _of_type(statement, "lesson"),
        "attempt_id": _of_type(statement, "attempt"),
        "registration": context.get("registration"),
        "session_id": _text(context.get("extensions", _NO_RESULT).get(SESSION)),
        "success": result.get("success"),
        "completion": result.get("completion"),
        "score_scaled": _number(score.get("scaled")),
        "score_raw": _number(score.get("raw")),
        "score_min": _number(score.get("min")),
        "score_max": _number(score.get("max")),
        "duration_s": seconds(result["duration"]) if "duration" in result else None,
        "response": result.get("response"),
        "interaction_type": definition.get("interactionType"),
        "correct_pattern": orjson.dumps(pattern).decode() if pattern is not None else None,
        "authority": agent_key(statement["authority"]) if "authority" in statement else None,
        "platform": context.get("platform"),
    }


def seconds(duration: str) -> float | None:
    """An ISO 8601 duration in seconds; None when it counts years or months, which have no fixed length, or is none at all."""
    match = _DURATION(duration) if len(duration) <= 64 else None
    if match is None or match["y"] or match["mo"]:
        return None
    try:
        return sum(float(match[part].replace(",", ".")) * size for part, size in _SECONDS.items() if match[part])
    except ValueError:
        return None


def _of_type(statement: dict, kind: str) -> str | None:
    """The activity of a type: the object itself, or the nearest that its context names (parent before grouping)."""
    groups = statement.get("context", _NO_RESULT).get("contextActivities", _NO_RESULT)
    own = statement["object"] if statement["object"].get("objectType", "Activity") == "Activity" else _NO_RESULT
    for activity in (own, *groups.get("parent", ()), *groups.get("grouping", ())):
        if activity.get("definition", _NO_RESULT).get("type") == TYPES + kind:
            return activity["id"]
    return None


def _utc(timestamp: str) -> str:
    """One spelling for every instant, so that texts sort like times; what is none (an offset of years) stays as it is."""
    moment = instant(timestamp.upper())
    return timestamp if moment is None else utc_text(moment)


def _number(value) -> float | None:
    try:
        return None if value is None else float(value)
    except OverflowError:
        return None


def _text(value) -> str | None:
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()

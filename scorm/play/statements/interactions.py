"""Interactions: answers as SCORM writes them, in xAPI's spelling (xAPI 1.0.3 Data 2.4.4.1, Appendix C).

SCORM 2004 and xAPI share their delimiters ``[,]`` ``[.]`` ``[:]``; SCORM 1.2 separates with bare commas and points and may wrap
lists in braces (RTE 3.4.3.2.12).
"""

import re
from urllib.parse import quote

from scorm.play.cmi import SCORM12
from scorm.play.cmi.state import State, indexes, news
from scorm.play.cmi.times import as_iso, centis
from scorm.play.cmi.values import number_of
from scorm.play.statements.model import Attempt, Sco, Snapshot, activity, clean, sco_activity, statement
from scorm.play.statements.vocabulary import INTERACTION

_TRUE, _FALSE = {"t", "true", "1", "y", "yes"}, {"f", "false", "0", "n", "no"}
_LANGUAGE = re.compile(r"\{lang=([A-Za-z0-9-]{1,35})\}")
_ANSWER = ("student_response", "learner_response")
_SUCCESS = {"correct": True, "incorrect": False, "wrong": False}


def responded(before: Snapshot, after: Snapshot, attempt: Attempt, sco: Sco) -> list[dict]:
    """A statement for each interaction that was answered, or of which something else is known, since the last commit."""
    told = []
    for index, old, entry in news(before.cmi, after.cmi, "cmi.interactions"):
        if _is_answered(entry) and _said(index, entry, attempt) != _said(index, old, attempt):
            told.append(_statement(attempt, sco, index, entry))
    return told


def _is_answered(entry: State) -> bool:
    return bool(entry.get("id")) and any(entry.get(part) for part in ("result", *_ANSWER))


def _said(index: int, entry: State, attempt: Attempt) -> tuple | None:
    return (entry["id"], _definition(entry, attempt), _result(index, entry, attempt)) if _is_answered(entry) else None


def _statement(attempt: Attempt, sco: Sco, index: int, entry: State) -> dict:
    definition = _definition(entry, attempt)
    target = activity(f"{sco.iri(attempt)}/interactions/{quote(clean(entry['id']), safe='')}", INTERACTION, **definition)
    result = _result(index, entry, attempt)
    return statement(attempt, "responded", target, key=str(index), parent=sco_activity(attempt, sco), result=result)


def _definition(entry: State, attempt: Attempt) -> dict:
    kind = entry.get("type") or "other"
    patterns = [
        answer(value["pattern"], kind, attempt.edition, pattern=True)
        for value in indexes(entry, "correct_responses").values()
        if value.get("pattern")
    ]
    found: dict = {"interactionType": kind} | ({"correctResponsesPattern": patterns} if patterns else {})
    if description := entry.get("description"):
        found["description"] = language_map(description, attempt.language)
    return found


def _result(index: int, entry: State, attempt: Attempt) -> dict:
    """``extensions`` say what xAPI has no word for: the SCO's entry (each try may have one), a result that is no verdict, the weight."""
    found: dict = {}
    given = entry.get(_ANSWER[0]) or entry.get(_ANSWER[1])
    if given:
        found["response"] = answer(given, entry.get("type") or "other", attempt.edition)
    verdict, extensions = entry.get("result", ""), {"cmi-entry": index}
    if verdict in _SUCCESS:
        found["success"] = _SUCCESS[verdict]
    elif (points := number_of(verdict)) is not None:
        found["score"] = {"raw": points}
    elif verdict:
        extensions["cmi-result"] = verdict
    if (latency := centis(entry.get("latency"))) is not None:
        found["duration"] = as_iso(latency)
    if (weight := number_of(entry.get("weighting"))) is not None:
        extensions["cmi-weighting"] = weight
    return found | {"extensions": {attempt.extension(name): value for name, value in extensions.items()}}


def answer(value: str, kind: str, edition: str, *, pattern: bool = False) -> str:
    """One response or correct-response pattern in xAPI's spelling."""
    value = clean(value)
    if kind == "true-false":
        word = value.strip().lower()
        return "true" if word in _TRUE else "false" if word in _FALSE else value
    if edition != SCORM12 or "[,]" in value or "[.]" in value or "[:]" in value:
        return value
    if kind in ("choice", "sequencing"):
        return "[,]".join(_parts(value))
    if kind == "matching":
        return "[,]".join(part.replace(".", "[.]", 1) for part in _parts(value))
    if kind == "numeric" and pattern and number_of(value) is not None:
        return f"{value.strip()}[:]{value.strip()}"
    return value


def _parts(value: str) -> list[str]:
    """The members of a list of SCORM 1.2: ``a,b`` or ``{a,b}``, any spacing."""
    inside = value.strip()
    if inside.startswith("{") and inside.endswith("}"):
        inside = inside[1:-1]
    return [part.strip() for part in inside.split(",") if part.strip()]


def described(text: str) -> str:
    """A text of SCORM 2004 without the language that may stand in front (RTE 4.1.1.6)."""
    match = _LANGUAGE.match(text)
    return clean(text[match.end() :] if match else text)


def language_map(text: str, language: str) -> dict:
    """The same text as xAPI writes it, in its own language or in the course's."""
    match = _LANGUAGE.match(text)
    return {match.group(1) if match else language: described(text)}

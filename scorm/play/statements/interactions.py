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
    """A statement for each interaction that was answered, or answered anew, since the last commit."""
    changed = news(before.cmi, after.cmi, "cmi.interactions")
    return [_statement(attempt, sco, index, entry) for index, old, entry in changed if _is_news(old, entry)]


def _is_news(old: State, new: State) -> bool:
    def told(entry: State) -> tuple:
        return tuple(entry.get(part, "") for part in ("id", "result", *_ANSWER))

    return bool(new.get("id")) and any(told(new)[1:]) and told(old) != told(new)


def _statement(attempt: Attempt, sco: Sco, index: int, entry: State) -> dict:
    kind = entry.get("type") or "other"
    target = activity(f"{sco.iri(attempt)}/interactions/{quote(clean(entry['id']), safe='')}", INTERACTION, interactionType=kind)
    patterns = [
        answer(value["pattern"], kind, attempt.edition, pattern=True)
        for value in indexes(entry, "correct_responses").values()
        if value.get("pattern")
    ]
    if patterns:
        target["definition"]["correctResponsesPattern"] = patterns
    if description := entry.get("description"):
        target["definition"]["description"] = _language_map(description, attempt.language)
    return statement(
        attempt, "responded", target, key=str(index), parent=sco_activity(attempt, sco), result=_result(entry, kind, attempt.edition)
    )


def _result(entry: State, kind: str, edition: str) -> dict:
    found: dict = {}
    given = entry.get(_ANSWER[0]) or entry.get(_ANSWER[1])
    if given:
        found["response"] = answer(given, kind, edition)
    verdict = entry.get("result", "")
    if verdict in _SUCCESS:
        found["success"] = _SUCCESS[verdict]
    elif (points := number_of(verdict)) is not None:
        found["score"] = {"raw": points}
    if (latency := centis(entry.get("latency"))) is not None:
        found["duration"] = as_iso(latency)
    return found


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


def _language_map(text: str, language: str) -> dict:
    match = _LANGUAGE.match(text)
    return {match.group(1) if match else language: described(text)}

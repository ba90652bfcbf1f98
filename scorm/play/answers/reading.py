"""What a SCO stored, in one shape for both editions: questions, objectives, comments, preferences. Pure; every text is a package's.

1.2 and 2004 name things differently (RTE 3.4.3 and 4.2); here a wrong answer is ``incorrect``, durations are hundredths of a second and
responses are in xAPI's spelling (``[,]`` ``[.]`` ``[:]``).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scorm.play.cmi import SCORM12
from scorm.play.cmi.outcome import Score, score_of
from scorm.play.cmi.state import State, indexes
from scorm.play.cmi.times import centis
from scorm.play.cmi.values import number_of
from scorm.play.statements.interactions import answer, described
from scorm.play.statements.model import clean

VERDICTS = ("correct", "incorrect", "unanticipated", "neutral")
KINDS = ("true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert", "numeric", "other")
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Interaction:
    """One entry of ``cmi.interactions``. ``moment`` and ``weighting`` are as the SCO wrote them."""

    n: int
    identifier: str
    kind: str
    description: str
    response: str
    patterns: tuple[str, ...]
    verdict: str
    points: float | None
    latency: int | None
    weighting: str
    moment: str
    objectives: tuple[str, ...]


@dataclass(frozen=True)
class Objective:
    """One entry of ``cmi.objectives``."""

    n: int
    identifier: str
    description: str
    completion: str
    success: str
    score: Score | None
    progress: float | None


@dataclass(frozen=True)
class Comment:
    """What a learner wrote to a SCO, and where and when as the SCO says."""

    text: str
    location: str = ""
    moment: str = ""


def interactions(state: Mapping[str, str], *, edition: str, only: frozenset[str] | None = None) -> list[Interaction]:
    """The entries that have an identifier, in order; ``only`` names the indexes that are wanted."""
    found = indexes(state, "cmi.interactions", only)
    return [_interaction(n, entry, edition) for n, entry in found.items() if entry.get("id")]


def _interaction(n: int, entry: State, edition: str) -> Interaction:
    kind = entry.get("type") or "other"
    verdict = entry.get("result", "")
    given = entry.get("student_response") or entry.get("learner_response") or ""
    patterns = [value["pattern"] for value in indexes(entry, "correct_responses").values() if value.get("pattern")]
    return Interaction(
        n=n,
        identifier=clean(entry["id"]),
        kind=kind,
        description=described(entry.get("description", "")),
        response=answer(given, kind, edition),
        patterns=tuple(answer(pattern, kind, edition, pattern=True) for pattern in patterns),
        verdict={"wrong": "incorrect"}.get(verdict, verdict) if number_of(verdict) is None else "",
        points=number_of(verdict),
        latency=centis(entry.get("latency")),
        weighting=entry.get("weighting", ""),
        moment=clean(entry.get("time") or entry.get("timestamp") or ""),
        objectives=tuple(clean(value["id"]) for value in indexes(entry, "objectives").values() if value.get("id")),
    )


def objectives(state: Mapping[str, str], *, edition: str) -> list[Objective]:
    """The objectives that a SCO keeps by itself, in order."""
    completion, success = ("status", "status") if edition == SCORM12 else ("completion_status", "success_status")
    return [
        Objective(
            n=n,
            identifier=clean(entry["id"]),
            description=described(entry.get("description", "")),
            completion=entry.get(completion, "") if entry.get(completion) not in ("passed", "failed") else "",
            success=entry.get(success, "") if entry.get(success) in ("passed", "failed") else "",
            score=score_of({f"o.{part}": value for part, value in entry.items()}, "o.score"),
            progress=number_of(entry.get("progress_measure")),
        )
        for n, entry in indexes(state, "cmi.objectives").items()
        if entry.get("id")
    ]


def comments(state: Mapping[str, str], *, edition: str) -> list[Comment]:
    """What the learner wrote: one running text in 1.2, entries in 2004."""
    if edition == SCORM12:
        text = state.get("cmi.comments", "")
        return [Comment(clean(text))] if text else []
    return [
        Comment(described(entry["comment"]), clean(entry.get("location", "")), clean(entry.get("timestamp", "")))
        for entry in indexes(state, "cmi.comments_from_learner").values()
        if entry.get("comment")
    ]


def preferences(state: Mapping[str, str]) -> dict[str, str]:
    """``{name: value}`` of what the learner prefers."""
    starts = ("cmi.student_preference.", "cmi.learner_preference.")
    return {element.rpartition(".")[2]: clean(value) for element, value in state.items() if element.startswith(starts) and value != ""}


def alike(response: str, kind: str) -> str:
    """The answer by which equal ones are counted: the members of a choice stand in no order."""
    return "[,]".join(sorted(response.split("[,]"))) if kind == "choice" else response


def in_order(elements: Iterable[str]) -> list[str]:
    """Names of elements as people count: ``interactions.2`` before ``interactions.10``."""
    return sorted(elements, key=lambda name: [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _DIGITS.split(name)])

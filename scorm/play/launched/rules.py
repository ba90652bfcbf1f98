"""What statements about a course add up to. Pure, and the same in whatever order they arrive."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from catalogue.progress import rules as progress
from scorm.play.cmi.outcome import Outcome, Score
from scorm.play.cmi.times import as_iso

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Fact:
    """What one statement says of the course; ``seconds`` are those of a session that ended."""

    at: datetime
    completed: bool = False
    passed: bool = False
    failed: bool = False
    score: Score | None = None
    progress: float | None = None
    seconds: float = 0.0


def fact(statement: dict, *, at: datetime) -> Fact | None:
    """Read a trusted statement about the course, made at ``at``; None where it says nothing about how the learner stands.

    Completion, success and progress are read as everywhere else (``catalogue.progress``). A raw score without ``scaled`` counts where its
    maximum is known. Time comes from ``terminated`` alone: content sends ``suspended`` beside it, with the time of the whole attempt.
    """
    if not progress.counts(statement, trust="launch"):
        return None
    read = progress.fact(statement, at=at)
    verb = statement["verb"]["id"].removeprefix(progress.ADL)
    found = Fact(
        at=at,
        completed=read.completed,
        passed=read.passed,
        failed=read.failed,
        score=None if verb == "progressed" else _score((statement.get("result") or {}).get("score") or {}),
        progress=read.progress,
        seconds=read.duration_seconds if verb == "terminated" else 0.0,
    )
    return found if found != Fact(at) else None


def _score(said: dict) -> Score | None:
    scaled, raw, low, high = (_number(said.get(name)) for name in ("scaled", "raw", "min", "max"))
    if scaled is None and raw is not None and high is not None and high > (low or 0.0):
        scaled = (raw - (low or 0.0)) / (high - (low or 0.0))
    return None if scaled is None else Score(min(max(round(scaled, 7), -1.0), 1.0), raw, low, high)


def _number(value) -> float | None:
    """A float; None for what is no number, or beyond what a float can be."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def outcome(facts: Iterable[Fact]) -> Outcome:
    """How an attempt stands that was opened and of which these facts are known: verdict and score are those said last."""
    facts = list(facts)
    completed = any(fact.completed for fact in facts)
    passed, failed = (max((f.at for f in facts if getattr(f, verdict)), default=_EVER) for verdict in ("passed", "failed"))
    success = "unknown" if passed == failed == _EVER else "failed" if failed > passed else "passed"
    last = max((fact for fact in facts if fact.score), key=lambda f: (f.at, _order(f.score)), default=None)
    reached = max((fact.progress for fact in facts if fact.progress is not None), default=None)
    return Outcome("completed" if completed else "incomplete", success, last.score if last else None, 1.0 if completed else reached)


def _order(score: Score) -> tuple:
    """Among scores of the same moment, so that it does not matter which was read first."""
    return tuple(float("-inf") if part is None else part for part in (score.scaled, score.raw, score.min, score.max))


def seconds(facts: Iterable[Fact]) -> float:
    """Time spent, of all sessions that ended."""
    return round(sum(sorted(fact.seconds for fact in facts)), 2)


def told(found: Fact) -> list[tuple[str, dict]]:
    """What we say about the item: ``[(verb, result)]``, how it stands and how long a session took each by itself."""
    said = []
    if replace(found, seconds=0.0) != Fact(found.at):
        said.append((_verb(found), _result(found)))
    if found.seconds:
        said.append(("terminated", {"duration": as_iso(round(found.seconds * 100))}))
    return said


def _verb(found: Fact) -> str:
    for verb in ("passed", "failed", "completed"):
        if getattr(found, verb):
            return verb
    return "scored" if found.score else "progressed"


def _result(found: Fact) -> dict:
    result: dict = {}
    if found.completed:
        result["completion"] = True
    if found.passed or found.failed:
        result["success"] = found.passed
    if found.score:
        result["score"] = found.score.as_xapi()
    if found.progress is not None:
        result["extensions"] = {progress.PROGRESS_EXTENSION: int(found.progress * 100)}
    return result

"""What statements mean for progress: pure, and the same in whatever order they arrive.

Facts are merged into one standing for each attempt; ``grading`` makes the item's of them. Every part of a standing is a minimum, a
maximum or a sum, so merging is commutative and associative: an offline statement that arrives a week late ends in the same
standing as one that came in time.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

ADL = "http://adlnet.gov/expapi/verbs/"
VERBS = frozenset(
    ADL + name
    for name in (
        "launched",
        "initialized",
        "resumed",
        "progressed",
        "scored",
        "completed",
        "passed",
        "failed",
        "terminated",
        "suspended",
        "experienced",
    )
)
LAUNCH_MODE = "https://w3id.org/xapi/cmi5/context/extensions/launchmode"
PROGRESS_EXTENSION = "https://w3id.org/xapi/cmi5/result/extensions/progress"
ATTEMPT = "http://adlnet.gov/expapi/activities/attempt"
TRUSTED = frozenset({"system", "launch"})
ENDINGS = ("terminated", "suspended")
_DURATION = re.compile(r"P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.ASCII)
MAX_SESSION_SECONDS = 7 * 86_400.0


@dataclass(frozen=True)
class Fact:
    """What one statement says. Seconds are rounded to hundredths so that sums do not depend on their order."""

    at: datetime
    completed: bool = False
    passed: bool = False
    failed: bool = False
    score_scaled: float | None = None
    progress: float | None = None
    duration_seconds: float = 0.0


@dataclass(frozen=True)
class Standing:
    """All facts about one attempt, merged. Scores and verdicts are those said last: ``score_at``, ``passed_at`` and ``failed_at`` say when.

    ``attempt`` is its uuid. Facts that name none (empty) may come from several: the best of them counts.
    """

    first_at: datetime
    last_at: datetime
    completed_at: datetime | None = None
    passed_at: datetime | None = None
    failed_at: datetime | None = None
    score_at: datetime | None = None
    score_scaled: float | None = None
    progress: float | None = None
    duration_seconds: float = 0.0
    attempt: str = ""

    @property
    def status(self) -> str:
        """passed, else failed, else completed, else started."""
        if self.passed_at and not (self.attempt and self.failed_at and self.failed_at > self.passed_at):
            return "passed"
        if self.failed_at:
            return "failed"
        return "completed" if self.completed_at else "started"


def counts(statement: dict, *, trust: str) -> bool:
    """True when a statement may move progress: a known verb, said by us or through a launch of ours, not in browse or review mode."""
    if trust not in TRUSTED or statement.get("verb", {}).get("id") not in VERBS:
        return False
    mode = statement.get("context", {}).get("extensions", {}).get(LAUNCH_MODE)
    return not (isinstance(mode, str) and mode.lower() in ("browse", "review"))


def attempt_of(statement: dict, *, base: str) -> str:
    """The uuid of our attempt that a statement belongs to (``base`` is what the IRIs of attempts begin with); empty where it names none."""
    grouping = statement.get("context", {}).get("contextActivities", {}).get("grouping", [])
    for activity in grouping if isinstance(grouping, list) else [grouping]:
        uuid = activity["id"].removeprefix(base)
        if activity["id"].startswith(base) and len(uuid) == 36:
            return uuid
    return ""


def fact(statement: dict, *, at: datetime, attempt: str = "") -> Fact:
    """Read one statement that :func:`counts`; ``at`` is its timestamp, already no later than when it was stored.

    Within an attempt of ours the outcome is told by statements of its own, which can be taken back: the end of a session tells time.
    (What repeats a statement of content, and points at it, says all that there is.)
    """
    verb = statement["verb"]["id"].removeprefix(ADL)
    result = statement.get("result") or {}
    if attempt and verb in ENDINGS and "statement" not in statement.get("context", {}):
        return Fact(at=at, duration_seconds=seconds(result.get("duration")))
    scaled = (result.get("score") or {}).get("scaled")
    is_progress = verb == "progressed"
    passed = verb == "passed" or result.get("success") is True
    return Fact(
        at=at,
        completed=verb in ("completed", "passed") or result.get("completion") is True or passed,
        passed=passed,
        failed=not passed and (verb == "failed" or result.get("success") is False),
        score_scaled=None if is_progress else _clamped(scaled, -1.0, 1.0),
        progress=_progress(result, scaled if is_progress else None),
        duration_seconds=seconds(result.get("duration")) if verb in ENDINGS else 0.0,
    )


def _progress(result: dict, scaled) -> float | None:
    percent = (result.get("extensions") or {}).get(PROGRESS_EXTENSION)
    if isinstance(percent, int | float) and not isinstance(percent, bool):
        return _clamped(percent / 100, 0.0, 1.0)
    return _clamped(scaled, 0.0, 1.0)


def _clamped(value, low: float, high: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return min(max(float(value), low), high)


def seconds(duration) -> float:
    """An ISO 8601 duration in seconds; 0 for what is missing, has years or months, or claims more than a week for one session."""
    match = _DURATION.fullmatch(duration) if isinstance(duration, str) and len(duration) < 64 else None
    if not match:
        return 0.0
    days, hours, minutes, secs = (float(part or 0) for part in match.groups())
    total = days * 86_400 + hours * 3_600 + minutes * 60 + secs
    return round(total, 2) if total <= MAX_SESSION_SECONDS else 0.0


def merge(standing: Standing | None, new: Fact, attempt: str = "") -> Standing:
    """Add one fact to the standing of its attempt (None: there was none)."""
    old = standing or Standing(first_at=new.at, last_at=new.at, attempt=attempt)
    verdict_at = max if old.attempt else min
    score_at, score = _score(old, new)
    return replace(
        old,
        first_at=min(old.first_at, new.at),
        last_at=max(old.last_at, new.at),
        completed_at=_of(min, old.completed_at, new.at if new.completed else None),
        passed_at=_of(verdict_at, old.passed_at, new.at if new.passed else None),
        failed_at=_of(verdict_at, old.failed_at, new.at if new.failed else None),
        score_at=score_at,
        score_scaled=score,
        progress=1.0 if (old.completed_at or new.completed) else _of(max, old.progress, new.progress),
        duration_seconds=round(old.duration_seconds + new.duration_seconds, 2),
    )


def _score(old: Standing, new: Fact) -> tuple[datetime | None, float | None]:
    """The score and when it was said: the last one, of two at the same moment the better one; without an attempt the best."""
    said = [(at, score) for at, score in ((old.score_at, old.score_scaled), (new.at, new.score_scaled)) if score is not None]
    return max(said, key=lambda one: one if old.attempt else (one[1], one[0]), default=(None, None))


def _of(choose, *values):
    return choose((value for value in values if value is not None), default=None)

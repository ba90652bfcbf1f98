"""What a state says about the learner, in the same words for both editions."""

from collections.abc import Mapping
from dataclasses import dataclass

from scorm.play.cmi import SCORM12
from scorm.play.cmi.values import number_of


@dataclass(frozen=True)
class Score:
    """A score; ``scaled`` is between -1 and 1, the rest as the package wrote it."""

    scaled: float
    raw: float | None = None
    min: float | None = None
    max: float | None = None

    def as_xapi(self) -> dict:
        """The xAPI score object; ``min`` and ``max`` only where they really enclose ``raw`` (xAPI 1.0.3 Data 2.4.5.1)."""
        found = {"scaled": self.scaled}
        if self.raw is not None:
            found["raw"] = self.raw
        low, high = self.min, self.max
        encloses = low is not None and high is not None and low < high and (self.raw is None or low <= self.raw <= high)
        return found | ({"min": low, "max": high} if encloses else {})


@dataclass(frozen=True)
class Outcome:
    """How it stands: ``completion`` completed, incomplete, not attempted or unknown; ``success`` passed, failed or unknown."""

    completion: str = "unknown"
    success: str = "unknown"
    score: Score | None = None
    progress: float | None = None

    @property
    def finished(self) -> bool:
        """Nothing is left to do: completed, or judged."""
        return self.completion == "completed" or self.success != "unknown"


_COMPLETION_12 = {
    "passed": "completed",
    "completed": "completed",
    "failed": "incomplete",
    "incomplete": "incomplete",
    "browsed": "incomplete",
}


def outcome(state: Mapping[str, str], *, edition: str) -> Outcome:
    """Read completion, success, score and progress out of a SCO's state.

    1.2 mixes completion and success in one word: passed implies completed, failed says only that it was not passed.
    """
    if edition == SCORM12:
        status = state.get("cmi.core.lesson_status", "")
        success = status if status in ("passed", "failed") else "unknown"
        return Outcome(_COMPLETION_12.get(status, "not attempted"), success, score_of(state, "cmi.core.score"), None)
    return Outcome(
        state.get("cmi.completion_status") or "unknown",
        state.get("cmi.success_status") or "unknown",
        score_of(state, "cmi.score"),
        number_of(state.get("cmi.progress_measure")),
    )


def score_of(state: Mapping[str, str], prefix: str) -> Score | None:
    """The score under ``prefix``, or None where nothing was scored."""
    scaled, raw, low, high = (number_of(state.get(f"{prefix}.{part}")) for part in ("scaled", "raw", "min", "max"))
    if scaled is None:
        scaled = _normalised(raw, low, high)
    return None if scaled is None else Score(min(max(round(scaled, 7), -1.0), 1.0), raw, low, high)


def _normalised(raw: float | None, low: float | None, high: float | None) -> float | None:
    """A raw score between its own bounds; without bounds it is a percentage."""
    if raw is None:
        return None
    low = low or 0.0
    high = 100.0 if high is None else high
    return (raw - low) / (high - low) if high > low else None

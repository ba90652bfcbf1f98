"""Which of a learner's attempts make the result of an item, told from the attempts themselves. Pure.

The same rule makes progress of statements (``catalogue.progress.grading``); reports of attempts ask here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from catalogue.progress import grading
from scorm.play.cmi.outcome import Outcome, Score


class Numbered(Protocol):
    """An attempt: its number among the learner's, and its outcome."""

    n: int

    @property
    def outcome(self) -> Outcome: ...


@dataclass(frozen=True)
class _Run:
    attempt: Numbered

    @property
    def order(self) -> int:
        return self.attempt.n

    @property
    def status(self) -> str:
        return status_of(self.attempt.outcome)

    @property
    def score_scaled(self) -> float | None:
        score = self.attempt.outcome.score
        return score.scaled if score else None


def status_of(outcome: Outcome) -> str:
    """An outcome as one word: passed, failed, completed or started."""
    if outcome.success in ("passed", "failed"):
        return outcome.success
    return "completed" if outcome.completion == "completed" else "started"


def counting(attempts: Sequence[Numbered], rule: str) -> list[int]:
    """The numbers of the attempts that count, in order: one, except for an average; none where nothing was attempted."""
    return [run.attempt.n for run in grading.counting([_Run(attempt) for attempt in attempts], rule)]


def graded(attempts: Sequence[Numbered], rule: str) -> Outcome:
    """What the attempts of one learner come to: the outcome of the one that counts; for an average the best status and the mean score."""
    chosen = grading.counting([_Run(attempt) for attempt in attempts], rule)
    if not chosen:
        return Outcome("not attempted")
    if len(chosen) == 1:
        return chosen[0].attempt.outcome
    best = max(chosen, key=lambda run: grading.RANK[run.status]).attempt.outcome
    score = grading.score(chosen)
    return Outcome(best.completion, best.success, None if score is None else Score(score), best.progress)

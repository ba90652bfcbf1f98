"""Which of a person's attempts count for an item, and what they come to. Pure, and the same in whatever order attempts are given.

An attempt under way does not count while there is one that is finished: beginning again takes nothing away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from catalogue.progress.rules import Standing

HIGHEST, LATEST, FIRST, AVERAGE = "highest", "latest", "first", "average"
GRADINGS = (HIGHEST, LATEST, FIRST, AVERAGE)
RANK = {"passed": 3, "completed": 2, "failed": 1, "started": 0}


class Run(Protocol):
    """What grading needs to know of an attempt. ``order`` grows from one attempt to the next; scores are from -1 to 1."""

    @property
    def order(self): ...

    @property
    def status(self) -> str: ...

    @property
    def score_scaled(self) -> float | None: ...


Some = TypeVar("Some", bound=Run)


def counting(runs: Sequence[Some], rule: str) -> list[Some]:
    """The attempts that count, in their order: one, except for an average."""
    known = sorted(runs, key=lambda run: run.order)
    finished = [run for run in known if run.status != "started"] or known
    if rule == AVERAGE or not finished:
        return finished
    return [{HIGHEST: _best(finished), LATEST: finished[-1], FIRST: finished[0]}[rule]]


def status(runs: Sequence[Run]) -> str:
    """The status of the attempts that count: of several the best."""
    return max((run.status for run in runs), key=RANK.__getitem__)


def score(runs: Sequence[Run]) -> float | None:
    """The score of the attempts that count: of several the mean of those that have one."""
    scores = sorted(run.score_scaled for run in runs if run.score_scaled is not None)
    if len(scores) <= 1:
        return scores[0] if scores else None
    return round(sum(scores) / len(scores), 7)


def _best(runs: Sequence[Some]) -> Some:
    """A pass before anything else, then the score; the earliest of those that are alike."""
    return max(runs, key=lambda run: (run.status == "passed", _points(run), RANK[run.status]))


def _points(run: Run) -> float:
    return -2.0 if run.score_scaled is None else run.score_scaled


@dataclass(frozen=True)
class _Told:
    """The standing of an attempt among its kind."""

    standing: Standing

    @property
    def order(self) -> tuple:
        return (self.standing.first_at, self.standing.attempt)

    @property
    def status(self) -> str:
        return self.standing.status

    @property
    def score_scaled(self) -> float | None:
        return self.standing.score_scaled


@dataclass(frozen=True)
class Graded:
    """How a person stands with an item. Times and duration cover all attempts; the rest comes from those that count.

    ``attempt`` is the uuid of the one that counts; empty where several do, or where attempts are not told apart.
    """

    status: str
    score_scaled: float | None
    progress: float | None
    duration_seconds: float
    first_at: datetime
    last_at: datetime
    completed_at: datetime | None
    passed_at: datetime | None
    failed_at: datetime | None
    attempt: str


def graded(standings: Sequence[Standing], rule: str) -> Graded:
    """The item's standing from those of all attempts (at least one)."""
    runs = [_Told(standing) for standing in standings]
    chosen = counting(runs, rule)
    # When an item was first completed does not change because a later attempt went better.
    dated = [run.standing for run in (chosen if rule in (FIRST, LATEST) else counting(runs, AVERAGE))]
    return Graded(
        status=status(chosen),
        score_scaled=score(chosen),
        progress=max((run.standing.progress for run in chosen if run.standing.progress is not None), default=None),
        duration_seconds=round(sum(standing.duration_seconds for standing in standings), 2),
        first_at=min(standing.first_at for standing in standings),
        last_at=max(standing.last_at for standing in standings),
        completed_at=min((one.completed_at for one in dated if one.completed_at), default=None),
        passed_at=min((one.passed_at for one in dated if one.passed_at), default=None),
        failed_at=min((one.failed_at for one in dated if one.failed_at), default=None),
        attempt=chosen[0].standing.attempt if len(chosen) == 1 else "",
    )

"""Benchmarks: ratios against a raw reference, measured turn about in one run, because machines are shared and noisy.

A module registers what it measures with ``@goal(number, title, wanted)``; ``python -m bench [NUMBER …]`` runs and prints. Never a test.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measured ratio: its median, the lowest and highest of the repeats, and whether the goal is reached (None: no goal)."""

    what: str
    median: float
    low: float
    high: float
    reached: bool | None
    note: str = ""


@dataclass(frozen=True)
class Goal:
    """Something to measure; ``run`` answers its lines."""

    number: int
    title: str
    wanted: str
    run: Callable[[], list[Line]]


GOALS: dict[int, Goal] = {}
OPTIONS: dict[str, str] = {}


def goal(number: int, title: str, wanted: str):
    """Register a function as the measurement of a goal of PERFORMANCE."""

    def register(run: Callable[[], list[Line]]) -> Callable[[], list[Line]]:
        GOALS[number] = Goal(number, title, wanted, run)
        return run

    return register


def in_turns(candidates: dict[str, Callable[[], float]], repeats: int = 5) -> dict[str, list[float]]:
    """Run every candidate once a round, so that a busy moment hits all of them; each answers a figure (a rate or a time)."""
    figures: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(repeats):
        for name, measure in candidates.items():
            figures[name].append(measure())
    return figures


def ratio(
    figures: dict[str, list[float]], name: str, reference: str, *, at_least: float | None = None, at_most: float | None = None
) -> Line:
    """The ratio of two candidates, round by round."""
    rounds = [one / other for one, other in zip(figures[name], figures[reference], strict=True)]
    median = statistics.median(rounds)
    reached = None
    if at_least is not None:
        reached = median >= at_least
    if at_most is not None:
        reached = median <= at_most
    note = f"{statistics.median(figures[name]):,.4g} against {statistics.median(figures[reference]):,.4g}"
    return Line(f"{name} / {reference}", median, min(rounds), max(rounds), reached, note)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def rate(count: int, work: Callable[[], object]) -> float:
    """How many a second, when one call does ``count``."""
    return count / seconds(work)

"""What the statements about an activity come to: pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Standing:
    """One person's statements (``actor``: an agent key): how many, when the last happened, the best and the last scaled score, and
    whether one of them was a success."""

    actor: str
    statements: int = 0
    last_at: datetime | None = None
    best: float | None = None
    last: float | None = None
    success: bool | None = None


@dataclass
class Summary:
    """Of some statements: ``verbs`` by number, ``people`` in the order of their last act; ``average`` of all scaled scores."""

    statements: int = 0
    verbs: Counter = field(default_factory=Counter)
    people: list[Standing] = field(default_factory=list)
    average: float | None = None
    scores: int = 0

    @property
    def judged(self) -> bool:
        """True when somebody's statements tell success or failure."""
        return any(standing.success is not None for standing in self.people)


def summary(told: Iterable[tuple[str | None, int, datetime, Mapping | None]]) -> Summary:
    """Sum up (agent key, number of the verb, moment, result) of statements, in any order."""
    found, by_actor, scores = Summary(), {}, []
    for actor, verb, at, result in told:
        found.statements += 1
        found.verbs[verb] += 1
        scaled = _scaled(result)
        if scaled is not None:
            scores.append(scaled)
        if actor is not None:
            _add(by_actor.setdefault(actor, Standing(actor)), at, scaled, (result or {}).get("success"))
    found.people = sorted(by_actor.values(), key=lambda standing: standing.last_at, reverse=True)
    found.scores = len(scores)
    found.average = sum(scores) / len(scores) if scores else None
    return found


def _add(standing: Standing, at: datetime, scaled: float | None, success: bool | None) -> None:
    standing.statements += 1
    newer = standing.last_at is None or at >= standing.last_at
    if newer:
        standing.last_at = at
    if scaled is not None:
        standing.best = scaled if standing.best is None else max(standing.best, scaled)
        if newer or standing.last is None:
            standing.last = scaled
    if success is not None:
        standing.success = success or bool(standing.success)


def _scaled(result: Mapping | None) -> float | None:
    value = ((result or {}).get("score") or {}).get("scaled")
    return None if isinstance(value, bool) or not isinstance(value, int | float) else float(value)

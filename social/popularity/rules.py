"""Pulse: people, not acts, each kind fading by half in the same time. Pure; instants are seconds since 1970.

    N_k(t)   = 2 · 2^(-(t - published)/H) + Σ over people  w · 2^(-(t - τ)/H)          k in like, comment, complete, launch
    Pulse(t) = N_like^0.35 · N_comment^0.25 · N_complete^0.20 · N_launch^0.20

Everything fades alike, so the order of two items never changes without a new act. What is kept is therefore not the Pulse but
its logarithm freed from ``t``: ``key = H · Σ exponent · log2(Σ w · 2^(τ/H))``, a virtual instant; ``Pulse(t) = 2^((key - t)/H)``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, exp2, expm1, log, log1p, log2
from typing import TypeVar

Instant = TypeVar("Instant")
DAY = 86_400.0
LN2 = log(2)
EXPONENTS = {"like": 0.35, "comment": 0.25, "complete": 0.20, "launch": 0.20}
KINDS = tuple(EXPONENTS)
HALF_LIVES = {"popular": 30 * DAY, "trending": 7 * DAY}
PRIOR_PEOPLE = 2.0
"""Imaginary people at publication: a new item is not stuck at zero, and of two equally busy items the newer one leads."""
UNVERIFIED_LIKE = 0.25
"""What a like weighs from somebody who never opened the item."""
STEPS = 5
FEW = 2


@dataclass(frozen=True)
class Share:
    """What one person adds to one kind of one item: a weight and the instant from which it fades."""

    weight: float
    at: float

    def log2(self, half_life: float) -> float:
        return log2(self.weight) + self.at / half_life


def clamped(timestamp: float, stored: float) -> float:
    """When an act counts from: nobody can date it into the future."""
    return min(timestamp, stored)


def liked_since(likes: Iterable[tuple[Instant, int]], unlikes: Iterable[tuple[Instant, int]]) -> Instant | None:
    """Since when a person likes something, given the (instant, place in the log) of their likes and unlikes; None when they do not.

    The state is the latest of the two, whatever the order of arrival; the instant is the *first* like, so toggling refreshes nothing.
    """
    likes, unlikes = list(likes), list(unlikes)
    if not likes or (unlikes and max(unlikes) > max(likes)):
        return None
    return min(likes)[0]


def shares(presence: Mapping[str, float]) -> dict[str, Share]:
    """One person's presence with one item, ``{kind: instant}``, as what it adds. A like is verified by having opened the item."""
    opened = "launch" in presence or "complete" in presence
    return {kind: Share(UNVERIFIED_LIKE if kind == "like" and not opened else 1.0, at) for kind, at in presence.items()}


def log2_add(one: float | None, other: float | None) -> float | None:
    """log2(2^one + 2^other); None stands for the logarithm of nothing."""
    if one is None or other is None:
        return other if one is None else one
    high, low = max(one, other), min(one, other)
    return high + log1p(exp2(low - high)) / LN2


def log2_sum(values: Iterable[float]) -> float | None:
    """log2 of the sum of 2^value, the same in whatever order they come; None for none."""
    ordered = sorted(values)
    if not ordered:
        return None
    high = ordered[-1]
    return high + log2(sum(exp2(value - high) for value in ordered))


def log2_growth(old: float | None, new: float) -> float | None:
    """log2(2^new - 2^old) for new ≥ old: what must be added where a share grew. None when it did not."""
    if old is None:
        return new
    return new + log2(-expm1((old - new) * LN2)) if new > old else None


@dataclass(frozen=True)
class Total:
    """All people of one kind of one item: how many, their weights, and log2 Σ w · 2^(τ/H) for each half-life."""

    people: int = 0
    weight: float = 0.0
    popular: float | None = None
    trending: float | None = None

    @classmethod
    def of(cls, found: Iterable[Share]) -> "Total":
        """Exactly, from all shares."""
        found = list(found)
        sums = {name: log2_sum(share.log2(half_life) for share in found) for name, half_life in HALF_LIVES.items()}
        return cls(people=len(found), weight=sum(share.weight for share in found), **sums)

    def grown(self, old: Share | None, new: Share) -> "Total | None":
        """With one share in the place of another (or of none); None where it shrank, and only :meth:`of` is exact."""
        if old is not None and (new.weight < old.weight or new.at < old.at):
            return None
        sums = {}
        for name, half_life in HALF_LIVES.items():
            growth = log2_growth(old.log2(half_life) if old else None, new.log2(half_life))
            sums[name] = log2_add(getattr(self, name), growth)
        return Total(people=self.people + (old is None), weight=self.weight + new.weight - (old.weight if old else 0.0), **sums)


NOBODY = Total()


@dataclass(frozen=True)
class Ranks:
    """The three keys an item is sorted by: two virtual instants (seconds), and the logarithm of plain head-counts."""

    popular: float
    trending: float
    all: float


def ranks(totals: Mapping[str, Total], *, published: float) -> Ranks:
    """The sort keys of an item from its totals by kind (a missing kind has nobody)."""
    keys = {}
    for name, half_life in HALF_LIVES.items():
        prior = log2(PRIOR_PEOPLE) + published / half_life
        kappas = {kind: log2_add(prior, getattr(totals.get(kind, NOBODY), name)) for kind in KINDS}
        keys[name] = half_life * sum(EXPONENTS[kind] * kappas[kind] for kind in KINDS)
    heads = sum(EXPONENTS[kind] * log2(PRIOR_PEOPLE + totals.get(kind, NOBODY).weight) for kind in KINDS)
    return Ranks(all=heads, **keys)


def pulse(key: float, *, at: float, half_life: float = HALF_LIVES["popular"]) -> float:
    """The Pulse at an instant: 2 for an item just published that nobody touched; 1 more for about each person who does everything."""
    return exp2((key - at) / half_life)


def step_places(count: int) -> list[int]:
    """At which places of ``count`` items in ascending order steps 2 to 5 begin; a lone item stands in the middle."""
    return [max(0, ceil(step * count / STEPS - 0.5)) for step in range(1, STEPS)]


def level(key: float, thresholds: Iterable[float], *, people: int) -> int:
    """The step of an item, 1 to 5, given the keys at which steps begin; 0 while nobody has come."""
    return 1 + sum(key >= threshold for threshold in thresholds) if people else 0


def shown(count: int, *, restricted: bool) -> int | None:
    """A head-count to show; None ("a few") where it could point at somebody: one or two people of a restricted item."""
    return None if restricted and 0 < count <= FEW else count

"""Decisions of the reader, free of any database."""

from collections.abc import Iterable
from datetime import datetime, timedelta

LONGEST_PAUSE = timedelta(minutes=10)


def pause_after(failures: int) -> timedelta:
    """How long to leave a failing projection alone: two seconds, doubling, ten minutes at most."""
    return min(timedelta(seconds=2 ** min(failures, 12)), LONGEST_PAUSE)


def may_run(retry_at: datetime | None, at: datetime) -> bool:
    return retry_at is None or retry_at <= at


def next_reading(positions: Iterable[int]) -> tuple[int, int | None]:
    """Where to read on, and where to stop: those furthest behind go first, up to where the next ones stand."""
    places = sorted(set(positions))
    return places[0], places[1] if len(places) > 1 else None

"""What a statement counts for. Pure."""

from collections.abc import Iterator
from datetime import date, datetime

DAY, MONTH, ALL = "day", "month", "all"
ALWAYS = date(1970, 1, 1)


def periods(at: datetime) -> Iterator[tuple[str, date]]:
    """(grain, first day) of the periods that an instant in UTC belongs to."""
    day = at.date()
    yield DAY, day
    yield MONTH, day.replace(day=1)
    yield ALL, ALWAYS

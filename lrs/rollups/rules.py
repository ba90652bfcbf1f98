"""What a statement counts for. Pure."""

from collections.abc import Iterator
from datetime import date, datetime

DAY, MONTH, ALL = "day", "month", "all"
ALWAYS = date(1970, 1, 1)
_ALWAYS = ALWAYS.isoformat()


def periods(at: datetime) -> Iterator[tuple[str, str]]:
    """(grain, first day as YYYY-MM-DD) of the periods that an instant in UTC belongs to."""
    day = at.date().isoformat()
    yield DAY, day
    yield MONTH, day[:8] + "01"
    yield ALL, _ALWAYS

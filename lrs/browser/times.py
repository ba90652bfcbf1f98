"""Moments in the reader's zone and language."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from flask_babel import format_date, format_datetime, format_time, get_timezone, to_user_timezone
from flask_babel import gettext as _

from core.clock import now
from lrs.browser.sentences import Line


def by_day(lines: Iterable[Line]) -> Iterator[tuple[str, list[Line]]]:
    """(the day in words, its lines), in their order."""
    today = to_user_timezone(now()).date()
    for day, of_day in groupby(lines, key=lambda line: to_user_timezone(line.stored).date()):
        yield _day(day, today), list(of_day)


def _day(day, today) -> str:
    written = format_date(day, "full", rebase=False)
    if day == today:
        return _("Today, %(date)s", date=written)
    if day == today - timedelta(days=1):
        return _("Yesterday, %(date)s", date=written)
    return written


def clock(moment: datetime) -> str:
    """The time of day, with seconds."""
    return format_time(moment, "medium")


def exact(moment: datetime) -> str:
    """Date and time with seconds and zone."""
    return format_datetime(moment, "long")


def zone_name() -> str:
    return str(get_timezone())

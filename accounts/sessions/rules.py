"""How long a session lives, where a sign-in may lead, and how a browser is named."""

import re
from datetime import datetime, timedelta

IDLE = timedelta(hours=8)
ABSOLUTE = timedelta(days=14)
TOUCH = timedelta(minutes=5)  # how stale ``seen_at`` may be: a page view writes at most this often
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"))


def alive(*, created_at: datetime, seen_at: datetime, at: datetime) -> bool:
    """True until eight hours without a visit, and at most fourteen days after signing in."""
    return at - seen_at < IDLE and at - created_at < ABSOLUTE


def due_for_touch(*, seen_at: datetime, at: datetime) -> bool:
    """True when the last visit should be written down again."""
    return at - seen_at >= TOUCH


def safe_next(target: str | None) -> str:
    """``target`` when it is a plain path on this origin, else ``/``.

    Only what every browser reads as a path passes: one leading slash, no second one anywhere in the path, no backslash (browsers
    read it as a slash), no dot segments, nothing below U+0021 (browsers strip tabs and newlines) and nothing beyond ASCII. The text is
    read as it stands: a URL parser's idea of the path is already an interpretation (Python's drops the host of ``///host``).
    """
    if not target or len(target) > 2000 or not target.startswith("/"):
        return "/"
    if "\\" in target or any(not "\x20" < character < "\x7f" for character in target):
        return "/"
    segments = re.split("[?#]", target, maxsplit=1)[0].split("/")[1:]
    return "/" if {".", ".."}.intersection(segments) or "" in segments[:-1] else target


def browser_name(user_agent: str) -> str:
    """``Firefox, Linux`` from a User-Agent header: enough to recognise one's own devices, empty when it says nothing known."""
    names = [next((name for mark, name in marks if mark in user_agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in names if name)

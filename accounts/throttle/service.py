"""Counting attempts and refusing those that come too often. The counters are rows, so every process sees the same ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from flask_babel import ngettext
from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from accounts.throttle.models import Counter
from core.clock import now
from core.db import db
from core.errors import TooMany


@dataclass(frozen=True)
class Limit:
    """At most ``count`` attempts in ``window``, counted from the first one."""

    what: str
    count: int
    window: timedelta


def take(limit: Limit, subject: str) -> None:
    """Count one attempt of ``subject``; raise :class:`TooMany`, saying how long to wait, when it is one too many.

    One statement counts and answers, so that a hundred attempts at once are a hundred.
    """
    at = now()
    over = Counter.since <= at - limit.window
    insert = (sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql).insert
    counted = (
        insert(Counter)
        .values(key=_key(limit, subject), count=1, since=at)
        .on_conflict_do_update(
            index_elements=[Counter.key],
            set_={"count": case((over, 1), else_=Counter.count + 1), "since": case((over, at), else_=Counter.since)},
        )
        .returning(Counter.count, Counter.since)
    )
    count, since = db.session.execute(counted).one()
    if count > limit.count:
        raise _too_many(since + limit.window - at)


def _too_many(wait: timedelta) -> TooMany:
    minutes = max(1, ceil(wait.total_seconds() / 60))
    return TooMany(ngettext("Too many attempts. Try again in %(num)d minute.", "Too many attempts. Try again in %(num)d minutes.", minutes))


def give_back(limit: Limit, subject: str) -> None:
    """Uncount one attempt: it turned out to be honest."""
    db.session.execute(update(Counter).where(Counter.key == _key(limit, subject), Counter.count > 0).values(count=Counter.count - 1))


def forget(limit: Limit, subject: str) -> None:
    """Uncount every attempt of ``subject``."""
    db.session.execute(delete(Counter).where(Counter.key == _key(limit, subject)))


def purge(before: datetime) -> None:
    """Drop the counters that began before a moment."""
    db.session.execute(delete(Counter).where(Counter.since < before))


def _key(limit: Limit, subject: str) -> str:
    return sha256(f"{limit.what}\0{subject}".encode("utf-8", "surrogatepass")).hexdigest()

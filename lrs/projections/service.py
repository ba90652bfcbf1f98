"""The reader: it parses each statement once and hands it to every projection that waits for it.

The rows of the cursors are locked while their projections fold, so two processes cannot fold twice; a projection's tables and its
cursor change in one transaction. One that fails is left behind for a while; the others go on.
"""

import logging
import time

from sqlalchemy import insert, select

from core.clock import now
from core.db import db, write
from core.errors import NotFound
from lrs.projections import rules
from lrs.projections.models import Cursor
from lrs.projections.registry import registered
from lrs.statements import entries

log = logging.getLogger("colloquium.projections")
BATCH = 200


def catch_up(limit_ms: int = 50) -> int:
    """Fold what the projections have not seen, for about so many milliseconds; answers how many statements were read."""
    deadline = time.monotonic() + limit_ms / 1000
    total = 0
    while registered() and _anything_new():
        read, full = _step(wait=False)
        total += read
        if not full or time.monotonic() >= deadline:
            break
    return total


def rebuild(name: str | None = None) -> dict[str, int]:
    """Empty one projection, or all, and fold the whole log again; answers how many statements each has now folded.

    A rebuild takes as many transactions as there are batches; until it ends, the projection's tables are incomplete.
    """
    known = registered()
    if name is not None and name not in known:
        raise NotFound(f"There is no projection {name!r}; known are: {', '.join(sorted(known)) or 'none'}.")
    names = [name] if name is not None else sorted(known)
    with write():
        for cursor in _cursors(names, wait=True):
            known[cursor.name].clear()
            cursor.position, cursor.failures, cursor.retry_at = 0, 0, None
    done = dict.fromkeys(names, 0)
    while True:
        read, full = _step(wait=True, names=names, swallow=False)
        done = {n: count + read for n, count in done.items()}
        if not full:
            return done


def _anything_new() -> bool:
    """A cheap look without any lock: is some cursor behind the end of the log, or missing?"""
    positions = dict(db.session.execute(select(Cursor.name, Cursor.position)).all())
    last = entries.last_seq()
    return last > 0 and any(positions.get(name, 0) < last for name in registered())


def _step(*, wait: bool, names: list[str] | None = None, swallow: bool = True) -> tuple[int, bool]:
    """One transaction: read some entries, fold them. Answers how many, and whether there may be more."""
    with write():
        cursors = [c for c in _cursors(names or sorted(registered()), wait=wait) if rules.may_run(c.retry_at, now())]
        if not cursors:
            return 0, False
        start, stop = rules.next_reading(c.position for c in cursors)
        reading = entries.after(start, limit=BATCH, until=stop)
        for cursor in [c for c in cursors if c.position == start]:
            _fold(cursor, reading, swallow=swallow)
    return len(reading.entries), reading.full or stop is not None


def _cursors(names: list[str], *, wait: bool) -> list[Cursor]:
    """The locked cursors of these projections, made where they are missing; those that another process holds are left out."""
    found = set(db.session.scalars(select(Cursor.name).where(Cursor.name.in_(names))))
    if missing := sorted(set(names) - found):
        _begin(missing)
    query = select(Cursor).where(Cursor.name.in_(names)).order_by(Cursor.name)
    return list(db.session.scalars(query.with_for_update(skip_locked=not wait).execution_options(populate_existing=True)))


def _begin(names: list[str]) -> None:
    """Two processes may both find a cursor missing: the second one's insert does nothing."""
    if db.session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as upsert

        statement = upsert(Cursor).on_conflict_do_nothing()
    else:
        statement = insert(Cursor)
    db.session.execute(statement, [{"name": name, "position": 0, "failures": 0} for name in names])


def _fold(cursor: Cursor, reading: entries.Reading, *, swallow: bool) -> None:
    """Give what was read to one projection, in a savepoint; a failure is logged and delays this projection only."""
    try:
        with db.session.begin_nested():
            if reading.entries:
                registered()[cursor.name].fold(reading.entries)
            db.session.flush()
    except Exception:
        if not swallow:
            raise
        cursor.failures += 1
        cursor.retry_at = now() + rules.pause_after(cursor.failures)
        log.exception("projection %s failed after %s; next try at %s", cursor.name, cursor.position, cursor.retry_at)
    else:
        cursor.position, cursor.failures, cursor.retry_at = reading.end, 0, None

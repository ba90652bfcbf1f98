"""Hand each new statement to each consumer, one transaction per statement."""

import logging

from core.clock import now
from core.db import db, write
from lrs.consumers.models import ConsumerCursor
from lrs.consumers.registry import Consumer, registered
from lrs.projections.rules import may_run, pause_after
from lrs.statements import entries

log = logging.getLogger("colloquium.consumers")
ROUND = 500


def consume() -> int:
    """Let every consumer handle what is new, up to a bound; answers how many statements were handled."""
    return sum(_run(consumer) for consumer in registered().values())


def _run(consumer: Consumer) -> int:
    handled = 0
    while handled < ROUND and _handle_next(consumer):
        handled += 1
    return handled


def _handle_next(consumer: Consumer) -> bool:
    """Handle one statement; False when there is none, or it failed."""
    with write() as session:
        cursor = session.get(ConsumerCursor, consumer.name, with_for_update=True)
        if cursor is None:
            session.add(ConsumerCursor(name=consumer.name, position=entries.last_seq(), failures=0))
            return False
        if not may_run(cursor.retry_at, now()):
            return False
        reading = entries.after(cursor.position, limit=1)
        if reading.end == cursor.position:
            return False
        try:
            with db.session.begin_nested():
                for entry in reading.entries:
                    consumer.handle(entry, key=f"{consumer.name}:{entry.id}")
        except Exception:
            cursor.failures += 1
            cursor.retry_at = now() + pause_after(cursor.failures)
            log.exception("consumer %s failed at %s; next try at %s", consumer.name, reading.end, cursor.retry_at)
            return False
        cursor.position, cursor.failures, cursor.retry_at = reading.end, 0, None
        return True

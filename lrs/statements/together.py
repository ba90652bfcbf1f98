"""Requests that wait at the same time are stored in one unit of work: one lock, one look, one insert, one commit for all of them.

A commit costs the same for one statement and for five hundred. So while one thread of this process stores, those that come queue up;
the first of them then stores for all. Nobody waits for company: who comes alone stores at once (ADR 0036).
"""

import logging
import threading
from collections import deque
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy.exc import OperationalError

from core.db import db, write, writing
from core.errors import Unavailable
from lrs.statements.append import append, append_groups, last_appended
from lrs.statements.prepare import Prepared

log = logging.getLogger("colloquium.statements")
MOST = 1_000
_QUEUE = "lrs.together"


@dataclass(slots=True, eq=False)
class _Request:
    """The statements of one request; ``turn`` is set when they are done, or when its thread is to store for those who wait."""

    statements: list[Prepared]
    turn: threading.Event = field(default_factory=threading.Event)
    done: bool = False
    error: BaseException | None = None
    last: int = 0


class Queue:
    """Who waits, in order; and whether some thread is storing."""

    def __init__(self):
        self._mutex = threading.Lock()
        self._waiting: deque[_Request] = deque()
        self._busy = False

    def join(self, request: _Request) -> bool:
        """Stand in line; True for who must store now."""
        with self._mutex:
            self._waiting.append(request)
            first, self._busy = not self._busy, True
            return first

    def take(self) -> list[_Request]:
        """The first in line, and those behind as long as it is not too much at once."""
        with self._mutex:
            taken = [self._waiting.popleft()]
            size = len(taken[0].statements)
            while self._waiting and size + len(self._waiting[0].statements) <= MOST:
                taken.append(self._waiting.popleft())
                size += len(taken[-1].statements)
            return taken

    def pass_on(self) -> None:
        """Let the first in line store, if there is one."""
        with self._mutex:
            if self._waiting:
                self._waiting[0].turn.set()
            else:
                self._busy = False


def _queue() -> Queue:
    """The one queue of this application in this process."""
    return current_app.extensions.setdefault(_QUEUE, Queue())


def store_together(statements: list[Prepared]) -> int:
    """Store the prepared statements of a request, all or none; answers the end of the log, when all up to it is committed.

    Raises what :func:`lrs.statements.append.append` raises, for these statements alone, or what the database raised. Outside ``write()``.
    """
    if writing():
        raise RuntimeError("store_together() is a unit of work of its own; inside write() use enqueue()")
    if any(s.carried for s in statements):
        return _alone(statements)
    db.session.rollback()  # nobody holds a snapshot or a connection while waiting
    queue = _queue()
    mine = _Request(statements)
    if not queue.join(mine):
        mine.turn.wait()
    if not mine.done:
        try:
            _store(queue)
        finally:
            queue.pass_on()
    if mine.error is not None:
        raise mine.error
    return mine.last


def _alone(statements: list[Prepared]) -> int:
    with write() as session:
        append(session, statements)
    return last_appended(session)


def _store(queue: Queue) -> None:
    """One unit of work for all who wait, the caller's own request first among them. Whatever happens, each of them learns it."""
    taken: list[_Request] = []
    try:
        with write() as session:
            taken = queue.take()  # now that the lock is ours: all who have come meanwhile
            refusals = append_groups(session, [r.statements for r in taken])
        for request, refusal in zip(taken, refusals, strict=True):
            request.error, request.last = refusal, last_appended(session)
    except Exception as error:
        taken = taken or queue.take()
        _after(error, taken)
    except BaseException:  # this thread is broken off
        taken = taken or queue.take()
        for request in taken:
            request.error = Unavailable()
        raise
    finally:
        for request in taken:
            request.done = True
            request.turn.set()


def _after(error: Exception, taken: list[_Request]) -> None:
    """Nothing was stored. When the database is away, nothing will be; else the statements of one may be to blame: each for itself."""
    if len(taken) == 1 or isinstance(error, OperationalError | Unavailable):
        for request in taken:
            request.error = error
        return
    log.warning("storing %d requests together failed (%s); storing each alone", len(taken), error)
    for request in taken:
        try:
            request.last = _alone(request.statements)
        except Exception as own:
            request.error = own

"""How long a request waits for a database (or, in ``core.storage.s3``, a storage) that does not answer.

A server that is stopped, not gone, keeps its connections open and takes in what is sent: no timeout of the server or of TCP ends
the wait. So the client ends it: a request gives up after some seconds and is answered 503, and its place is free again.
Commands and background work wait as long as it takes.
"""

import contextvars
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from sqlalchemy import Engine, event

REQUEST = 6.0  # seconds for one statement of a request
_LIMIT: contextvars.ContextVar[float | None] = contextvars.ContextVar("patience", default=None)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Statements sent inside wait this long at most."""
    token = _LIMIT.set(seconds)
    try:
        yield
    finally:
        _LIMIT.reset(token)


def in_haste() -> bool:
    """True inside a request: somebody waits for the answer."""
    return _LIMIT.get() is not None


class PatientConnection(psycopg.Connection):
    """A connection whose waits end when the patience of whoever waits does."""

    def wait(self, gen, *args, timeout: float | None = None, **kwargs):
        """As psycopg's own; the connection is closed when the time is over, for its answer may still come."""
        try:
            return super().wait(gen, *args, timeout=_LIMIT.get() if timeout is None else timeout, **kwargs)
        except errors._WaitTimeout as over:
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError("the database did not answer in time") from over


def connect_with_patience(engine: Engine) -> None:
    """Let an engine for PostgreSQL make such connections."""

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect, _record, args, options):
        return PatientConnection.connect(*args, **options)

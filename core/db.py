"""The database: one session, one way to write.

Reads open a transaction by themselves. Every change happens inside ``write()``: a whole unit of work, committed at its end or
not at all. On SQLite the unit of work holds one lock across threads and processes and begins IMMEDIATE, so that nobody meets
"database is locked" and no reader is ever upgraded to a writer (ARCHITECTURE 5, RELIABILITY finding 2).
"""

import fcntl
import threading
import time
from collections import deque
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import Session as SqlSession
from sqlalchemy.types import TypeDecorator

from core.errors import Unavailable
from core.patience import connect_with_patience
from core.settings import Settings

CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
LOCK_TIMEOUT = 30.0
LOCK = "colloquium.write_lock"


class Base(DeclarativeBase):
    """Parent of every table; constraints are named by convention so that migrations can name them."""

    metadata = MetaData(naming_convention=CONVENTION)


class UTCDateTime(TypeDecorator):
    """An aware instant in UTC. A naive one is refused, for nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored; use core.clock.now()")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": True})


class FairLock:
    """A first-come, first-served lock across threads, and across processes by a lock file.

    Python's own locks let a thread that has just released take the lock again, which starves the others: with 16 writers
    that made the slowest of a hundred commits an order of magnitude slower than the median.
    """

    def __init__(self, path: Path | None):
        self._path = path
        self._mutex = threading.Lock()
        self._queue: deque[threading.Event] = deque()
        self._held = False
        self._file = self._gate = None

    def acquire(self, timeout: float = LOCK_TIMEOUT) -> None:
        """Wait for our turn; raise :class:`Unavailable` when it does not come in time."""
        ticket = threading.Event()
        with self._mutex:
            if not self._held and not self._queue:
                self._held = True
                ticket.set()
            else:
                self._queue.append(ticket)
        if not ticket.wait(timeout):
            with self._mutex:
                if not ticket.is_set():
                    self._queue.remove(ticket)
                    raise Unavailable()
        try:
            self._lock_file(timeout)
        except BaseException:
            self._pass_on()
            raise

    def release(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._pass_on()

    def is_free(self) -> bool:
        """True when nobody, of this process or another, held it just now."""
        if self._held:
            return False
        if self._path is None:
            return True
        with open(self._path, "a+") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    def _pass_on(self) -> None:
        with self._mutex:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._held = False

    def _lock_file(self, timeout: float) -> None:
        """Take the file's lock, through a gate that whoever waits for it keeps shut: otherwise the next thread of a process that has
        just released it would always be quicker than another process."""
        if self._path is None:
            return
        if self._file is None:
            self._gate = open(self._path.with_suffix(".gate"), "a+")  # noqa: SIM115 - kept open for the life of the process
            self._file = open(self._path, "a+")  # noqa: SIM115
        deadline = time.monotonic() + timeout
        _lock(self._gate, deadline)
        try:
            _lock(self._file, deadline)
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)


def _lock(file, deadline: float) -> None:
    pause = 0.0005
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as busy:
            if time.monotonic() > deadline:
                raise Unavailable() from busy
            time.sleep(pause)
            pause = min(pause * 2, 0.01)


class _Unit(threading.local):
    depth = 0


_unit = _Unit()


def nobody_writes() -> bool:
    """True when no unit of work was open on this SQLite database just now; end your own read transaction before you ask."""
    return current_app.extensions[LOCK].is_free()


def writing() -> bool:
    """True inside a unit of work of this thread."""
    return _unit.depth > 0


@contextmanager
def write():
    """A unit of work: everything inside is committed together, or nothing is.

    A nested block joins the outer one. The open read transaction ends first, so that what is read inside is what is changed.
    """
    if _unit.depth:
        yield db.session
        return
    db.session.rollback()
    lock: FairLock | None = current_app.extensions[LOCK]
    if lock is not None:
        lock.acquire()
    _unit.depth = 1
    try:
        yield db.session
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _unit.depth = 0
        if lock is not None:
            lock.release()


@event.listens_for(SqlSession, "before_flush")
def _refuse_stray_objects(session, _context, _instances):
    if not writing() and (session.new or session.dirty or session.deleted):
        changed = {type(o).__name__ for o in (*session.new, *session.deleted)}
        changed |= {type(o).__name__ for o in session.dirty if session.is_modified(o)}
        if changed:
            raise RuntimeError(f"a change outside write(): {sorted(changed)}")


@event.listens_for(SqlSession, "do_orm_execute")
def _refuse_stray_statements(state):
    if not writing() and (state.is_insert or state.is_update or state.is_delete):
        raise RuntimeError("a change outside write(): a bulk statement")


def _on_sqlite_connect(connection, _record):
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection):
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing() else "BEGIN")


def init_app(app: Flask, settings: Settings) -> None:
    """Connect the application to its database."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(settings)
    if settings.is_sqlite:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    app.extensions[LOCK] = FairLock(settings.data_dir / "write.lock") if settings.is_sqlite else None
    db.init_app(app)
    with app.app_context():
        engine: Engine = db.engine
    if settings.is_sqlite:
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    else:
        connect_with_patience(engine)


def _engine_options(settings: Settings) -> dict:
    if settings.is_sqlite:
        return {"connect_args": {"check_same_thread": False}, "pool_size": settings.threads + 4}
    # No ping before each use: it would cost every request a round trip. When the server was restarted, the first request that
    # meets a dead connection is answered 503 and the pool is emptied.
    return {
        "pool_size": settings.threads + 2,
        "max_overflow": 4,
        "pool_timeout": 8,
        "connect_args": {"connect_timeout": 3, "options": "-c statement_timeout=30000 -c lock_timeout=20000"},
    }

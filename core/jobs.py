"""Work beside requests: small tickers (projections, sweeps, mail) run by one process at a time.

The lease is a row: the process that holds it runs the tickers, another takes over when it has not been renewed. Tickers must be
safe to repeat. The web process starts the thread in its own entry point, never in ``create_app``.

Workers are for what takes minutes: each has a thread of its own in every process, and several may be at work at once; which of them
does what is for their own rows to say.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from flask import Flask, current_app
from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, UTCDateTime, db, write

log = logging.getLogger("colloquium.jobs")
LEASE = timedelta(seconds=15)
REST = 1.0
# A process that dies sooner after its start is not started again: the server takes that for a crash loop.
SETTLED = 6.0


class Lease(Base):
    """Who runs the tickers now, until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(36))
    until: Mapped[datetime] = mapped_column(UTCDateTime)


def register_ticker(app: Flask, name: str, every_seconds: float, run: Callable[[], object]) -> None:
    """Call ``run()`` inside an application context about every so many seconds in one process of the installation."""
    app.extensions.setdefault("colloquium.tickers", {})[name] = (every_seconds, run)


class Worker:
    """A thread that calls ``work()`` inside an application context as long as that answers that there was something to do.

    Then it rests, until ``wake`` or for about a second.
    """

    def __init__(self, app: Flask, name: str, work: Callable[[], bool]):
        self.app, self.name, self._work = app, name, work
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._loop, name=f"colloquium-{name}", daemon=True)

    def start(self) -> "Worker":
        self._thread.start()
        return self

    def wake(self) -> None:
        self._wake.set()

    def stop(self, timeout: float = 10) -> None:
        """Take up nothing new; wait for what is under way as long as that."""
        self._stopping.set()
        self.wake()
        self._thread.join(timeout)

    def _loop(self) -> None:
        self._stopping.wait(SETTLED)  # what killed the process before this one may be next
        while not self._stopping.is_set():
            self._wake.clear()
            if not self.work_once():
                self._wake.wait(REST)

    def work_once(self) -> bool:
        """One piece of work; False when there was none, or it could not even be recorded."""
        with self.app.app_context():
            try:
                return self._work()
            except Exception:
                log.exception("worker %s failed; it will try again", self.name)
                return False
            finally:
                db.session.remove()


def register_worker(app: Flask, name: str, work: Callable[[], bool]) -> None:
    """Let every process that works in the background call ``work()`` (True: there was something to do) in a thread of its own."""
    app.extensions.setdefault("colloquium.workers", {})[name] = Worker(app, name, work)


def wake_worker(name: str) -> None:
    """There is something to do; noticed at once where this process has such a thread, and everywhere in about a second."""
    current_app.extensions["colloquium.workers"][name].wake()


def shared_now() -> datetime:
    """The time that all processes of the installation agree on: the database's where that is a server, for machines' clocks differ."""
    return db.session.scalar(select(func.clock_timestamp())) if db.engine.dialect.name == "postgresql" else now()


def hold_lease(name: str, holder: str) -> bool:
    """Take or renew the lease; False while another holder's is alive."""
    with write() as session:
        moment = shared_now()
        lease = session.get(Lease, name, with_for_update=True)
        if lease is None:
            session.add(Lease(name=name, holder=holder, until=moment + LEASE))
            return True
        if lease.holder != holder and lease.until > moment:
            return False
        lease.holder, lease.until = holder, moment + LEASE
        return True


class Background:
    """The thread that runs the tickers of one process, and those of its workers."""

    def __init__(self, app: Flask):
        self.app = app
        self.holder = str(uuid4())
        self._stop = threading.Event()
        self._due: dict[str, float] = {}
        self._thread = threading.Thread(target=self._loop, name="colloquium-background", daemon=True)

    def start(self) -> "Background":
        self._thread.start()
        for worker in self.app.extensions.get("colloquium.workers", {}).values():
            worker.start()
        return self

    def stop(self, timeout: float = 10) -> None:
        self._stop.set()
        for worker in self.app.extensions.get("colloquium.workers", {}).values():
            worker.stop(timeout)
        self._thread.join(timeout)

    def _loop(self) -> None:
        renewed = 0.0
        mine = False
        while not self._stop.wait(0.25):
            with self.app.app_context():
                try:
                    if time.monotonic() - renewed > LEASE.total_seconds() / 3:
                        mine = hold_lease("tickers", self.holder)
                        renewed = time.monotonic()
                    if mine:
                        self.run_due()
                except Exception:
                    mine = False
                    log.exception("background round failed; it will be tried again")
                finally:
                    db.session.remove()

    def run_due(self) -> None:
        """Run every ticker whose time has come; one that fails does not hold up the others."""
        for name, (every, run) in self.app.extensions.get("colloquium.tickers", {}).items():
            if self._due.get(name, 0) > time.monotonic():
                continue
            try:
                run()
            except Exception:
                log.exception("ticker %s failed", name)
                db.session.rollback()
            self._due[name] = time.monotonic() + every

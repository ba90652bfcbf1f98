"""Work beside requests: small tickers (projections, sweeps, mail) run by one process at a time.

The lease is a row: the process that holds it runs the tickers, another takes over when it has not been renewed. Tickers must be
safe to repeat. The web process starts the thread in its own entry point, never in ``create_app``.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from flask import Flask
from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, UTCDateTime, db, write

log = logging.getLogger("colloquium.jobs")
LEASE = timedelta(seconds=15)


class Lease(Base):
    """Who runs the tickers now, until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(36))
    until: Mapped[datetime] = mapped_column(UTCDateTime)


def register_ticker(app: Flask, name: str, every_seconds: float, run: Callable[[], object]) -> None:
    """Call ``run()`` inside an application context about every so many seconds in one process of the installation."""
    app.extensions.setdefault("colloquium.tickers", {})[name] = (every_seconds, run)


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
    """The thread that runs the tickers of one process."""

    def __init__(self, app: Flask):
        self.app = app
        self.holder = str(uuid4())
        self._stop = threading.Event()
        self._due: dict[str, float] = {}
        self._thread = threading.Thread(target=self._loop, name="colloquium-background", daemon=True)

    def start(self) -> "Background":
        self._thread.start()
        return self

    def stop(self, timeout: float = 10) -> None:
        self._stop.set()
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

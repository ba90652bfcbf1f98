"""Servers and a restore keep out of each other's way: servers share a lock file in the data folder, a restore wants it alone.

The lock ends with its process, however that ends. Servers on other machines are seen by the lease of the background work.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import inspect, select

from core.db import db
from core.errors import Conflict
from core.jobs import LEASE, Lease, shared_now

_kept: list[IO] = []


class Restoring(Exception):
    """A server cannot start now."""


def serve(data_dir: Path) -> None:
    """Say, for the life of this process, that it serves; :class:`Restoring` while a backup is being restored."""
    _kept.append(_open(data_dir))
    try:
        fcntl.flock(_kept[-1], fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError as busy:
        raise Restoring("A backup is being restored into this installation. Start again when that has ended.") from busy


@contextmanager
def nobody_serves(data_dir: Path, wait: float = LEASE.total_seconds() + 1) -> Iterator[None]:
    """Raise :class:`Conflict` while a server runs, and let none start inside the block."""
    with _open(data_dir) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise Conflict("A server is running on this data folder. Stop it, then restore.", code="server_running") from busy
        _wait_for_leases(time.monotonic() + wait)
        yield


def _wait_for_leases(deadline: float) -> None:
    """A lease that is not renewed was left by a server that has ended; one that goes on has a server behind it, on another machine."""
    while (until := _leased_until()) is not None:
        if time.monotonic() > deadline:
            raise Conflict(f"A server on another machine uses this database (until {until:%H:%M:%S} UTC at least). Stop it, then restore.")
        time.sleep(0.5)


def _leased_until():
    try:
        if not inspect(db.session.connection()).has_table(Lease.__tablename__):
            return None
        return db.session.scalar(select(Lease.until).where(Lease.until > shared_now()).limit(1))
    finally:
        db.session.rollback()


def _open(data_dir: Path) -> IO:
    data_dir.mkdir(parents=True, exist_ok=True)
    return open(data_dir / "serving.lock", "a")

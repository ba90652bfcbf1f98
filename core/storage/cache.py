"""Copies of stored files on the local disk, for what is read over and over: bounded, shared by the processes of a machine.

A key never gets other bytes, so a copy that is there is right: it was compared with what the storage says of it before it got its name,
and is found again after a restart. Whoever reads a copy holds a shared lock on it, and what is locked is not taken away.
"""

import fcntl
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

log = logging.getLogger("colloquium.storage")
Fetch = Callable[[str, BinaryIO, Callable[[int], None]], None]
_PAUSE = 30.0  # seconds after a failure
_USED = 60.0  # seconds: how exactly the time of the last use is known
_AT_ONCE = 2
_STALE = 3_600.0


class NoRoom(Exception):
    """The copy would not fit."""


class Cache:
    """Copies in ``folder``, together at most ``limit`` bytes as far as they are not in use."""

    def __init__(self, folder: Path, limit: int):
        self.folder, self.limit = folder, limit
        self._mutex = threading.Lock()
        self._filling: set[str] = set()
        self._pause: dict[str, float] = {}
        self._turns = threading.BoundedSemaphore(_AT_ONCE)

    def has(self, key: str) -> bool:
        return self._place(key).is_file()

    def opened(self, key: str) -> int | None:
        """A descriptor of the copy, to be closed; None when there is none. The copy stays for as long as it is open."""
        try:
            descriptor = os.open(self._place(key), os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:  # it is being taken away
            os.close(descriptor)
            return None
        about = os.fstat(descriptor)
        if not about.st_nlink:
            os.close(descriptor)
            return None
        if time.time() - about.st_mtime > _USED:
            os.utime(descriptor)
        return descriptor

    def fill(self, key: str, fetch: Fetch) -> None:
        """See that there will be a copy, without waiting for it; one of all who ask brings it."""
        with self._mutex:
            if key in self._filling or self._pause.get(key, 0) > time.monotonic():
                return
            self._filling.add(key)
        threading.Thread(target=self._filled, args=(key, fetch), name="colloquium-cache", daemon=True).start()

    def path(self, key: str, fetch: Fetch) -> Path:
        """Where the copy is; waits for it."""
        place = self._place(key)
        while not place.is_file():
            self._bring(key, fetch, wait=True)
        os.utime(place)
        return place

    def forget(self, key: str) -> None:
        self._place(key).unlink(missing_ok=True)

    def _place(self, key: str) -> Path:
        return self.folder / key.replace("/", "+")

    def _filled(self, key: str, fetch: Fetch) -> None:
        try:
            with self._turns:
                self._bring(key, fetch, wait=False)
        except Exception as error:  # it is read from the storage itself, then
            log.warning("%s is not cached: %s", key, error or type(error).__name__)
            with self._mutex:
                self._pause = {k: until for k, until in self._pause.items() if until > time.monotonic()} | {key: time.monotonic() + _PAUSE}
        finally:
            with self._mutex:
                self._filling.discard(key)

    def _bring(self, key: str, fetch: Fetch, *, wait: bool) -> None:
        place = self._place(key)
        with self._partial(key, wait=wait) as part:
            if part is None or place.is_file():
                return
            fetch(key, part, self._ignore_limit if wait else self._make_room)
            part.flush()
            os.fsync(part.fileno())
            os.rename(part.name, place)

    @contextmanager
    def _partial(self, key: str, *, wait: bool):
        """The empty file that is to become the copy, ours alone among all processes; None when it is another's."""
        folder = self.folder / ".part"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / self._place(key).name
        with path.open("ab") as part:
            try:
                fcntl.flock(part, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield None
                return
            if not _is_at(part, path):  # it has become the copy while we waited
                yield None
                return
            part.truncate(0)
            try:
                yield part
            finally:
                if _is_at(part, path):
                    path.unlink()

    def _ignore_limit(self, size: int) -> None:
        with suppress(NoRoom):
            self._make_room(size)

    def _make_room(self, size: int) -> None:
        """Take away what was not used for longest, and is not being read, until so many bytes fit; :class:`NoRoom` otherwise."""
        copies = [(entry.stat(), Path(entry.path)) for entry in os.scandir(self.folder) if entry.is_file()]
        room = self.limit - size - sum(about.st_size for about, _path in copies)
        for about, path in sorted(copies, key=lambda copy: copy[0].st_mtime):
            if room >= 0:
                break
            if size <= self.limit and _taken_away(path):
                room += about.st_size
        for path in (self.folder / ".part").iterdir():
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > _STALE:
                    _taken_away(path)
        if room < 0:
            raise NoRoom(f"{size} bytes do not fit into what is left of {self.limit}")
        if shutil.disk_usage(self.folder).free < size:
            raise NoRoom("the disk is full")


def _is_at(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _taken_away(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except (FileNotFoundError, BlockingIOError):
        return False
    return True

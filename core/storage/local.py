"""Files in a folder: written beside, synced, then renamed, so that a key names the whole file or nothing."""

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from core.errors import Conflict

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_.-]*)+")
_CHUNK = 1 << 20
_PIECE = 1 << 18
_PATIENCE = 3.0


def checked(key: str) -> str:
    """The key, when it is one that we make; else :class:`ValueError`."""
    if not _KEY.fullmatch(key) or ".." in key:
        raise ValueError(f"not a storage key: {key!r}")
    return key


class LocalStorage:
    """Keys look like ``packages/ab12….zip``; the first segment is a folder."""

    def __init__(self, root: Path):
        self.root = root
        self.temporary = root / ".incoming"
        self._aside = root / ".deleted"
        self._lock = root.with_name(f"{root.name}.lock")

    def path(self, key: str) -> Path:
        return self.root / checked(key)

    def put(self, key: str, source: Path | BinaryIO) -> int:
        target = self.path(key)
        _make_folder(target.parent)
        incoming = self._incoming(source)
        try:
            size = incoming.stat().st_size
            os.replace(incoming, target)
        except BaseException:
            incoming.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return size

    def open(self, key: str) -> BinaryIO:
        return self.path(key).open("rb")

    def exists(self, key: str) -> bool:
        return self.path(key).is_file()

    def missing(self, keys: Iterable[str]) -> list[str]:
        return [key for key in keys if not self.exists(key)]

    def answers(self) -> bool:
        return os.access(self.root if self.root.is_dir() else self.root.parent, os.W_OK)

    def size(self, key: str) -> int:
        return self.path(key).stat().st_size

    def delete(self, key: str) -> None:
        path = self.path(key)
        self.root.mkdir(parents=True, exist_ok=True)
        with self._lock.open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:  # somebody reads everything: keep it for them
                self._put_aside(key)
            else:
                path.unlink(missing_ok=True)

    @contextmanager
    def held(self) -> Iterator["Held"]:
        self.root.mkdir(parents=True, exist_ok=True)
        with self._lock.open("a") as lock:
            _lock_alone(lock)
            shutil.rmtree(self._aside, ignore_errors=True)
            try:
                yield Held(self, LocalStorage(self._aside))
            finally:
                shutil.rmtree(self._aside, ignore_errors=True)

    def keys(self, prefix: str = "") -> list[tuple[str, float]]:
        found = []
        for folder, folders, names in os.walk(self.root / prefix.rpartition("/")[0]):
            folders[:] = [f for f in folders if not f.startswith(".")]
            for name in names:
                path = Path(folder) / name
                key = path.relative_to(self.root).as_posix()
                if key.startswith(prefix):
                    with suppress(FileNotFoundError):  # deleted in this moment
                        found.append((key, path.stat().st_mtime))
        return sorted(found)

    def written_before(self, folder: str, before: float) -> Iterator[str]:
        """The keys directly in a folder that are as old as that (seconds since the epoch), one after the other, in no order."""
        if not (self.root / folder).is_dir():
            return
        with os.scandir(self.root / folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    if entry.is_file() and entry.stat().st_mtime <= before:
                        yield f"{folder}/{entry.name}"

    def forget_unfinished(self, before: float) -> None:
        """Delete what was begun before that time (seconds since the epoch) and never came whole: a killed process left it."""
        for path in self.temporary.glob("*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime <= before:
                    path.unlink()

    def incoming(self, key: str) -> "Incoming":
        """A new file to write to piece by piece, which gets its key, or is dropped, when it is whole."""
        self.path(key)
        self.temporary.mkdir(parents=True, exist_ok=True)
        return Incoming(self, key)

    def keep_together(self, files: Iterable["Incoming"]) -> None:
        """Give many finished files their keys, and sync each folder only once."""
        folders = {file.take_place() for file in files}
        for folder in folders:
            _sync_folder(folder)

    def reader(self, key: str) -> "Reader":
        return Reader(str(self.path(key)))

    def _put_aside(self, key: str) -> None:
        target = self._aside / key
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            os.replace(self.path(key), target)

    def _incoming(self, source: Path | BinaryIO) -> Path:
        """The bytes as a synced temporary file on the storage's own disk."""
        self.temporary.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self.temporary)
        incoming = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as out:
                if isinstance(source, Path):
                    with source.open("rb") as stream:
                        shutil.copyfileobj(stream, out, _CHUNK)
                else:
                    shutil.copyfileobj(source, out, _CHUNK)
                out.flush()
                os.fsync(out.fileno())
        except BaseException:
            incoming.unlink(missing_ok=True)
            raise
        return incoming


class Incoming:
    """A file on its way in: ``write`` its pieces, then ``finish`` (it is on the disk now), then ``keep`` it under a key, or ``drop`` it.

    Keeping is a rename, so it is quick enough to be done under a lock.
    """

    def __init__(self, storage: LocalStorage, key: str):
        self._storage, self._key = storage, key
        descriptor, name = tempfile.mkstemp(dir=storage.temporary)
        self._path, self._file = Path(name), os.fdopen(descriptor, "wb")

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)

    def finish(self) -> None:
        """Everything is written: see that it is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def keep(self) -> None:
        """Give the finished file its key; whatever had the key before is replaced."""
        _sync_folder(self.take_place())

    def take_place(self) -> Path:
        """The rename alone; answers the folder, which must be synced."""
        target = self._storage.path(self._key)
        _make_folder(target.parent)
        os.replace(self._path, target)
        return target.parent

    def drop(self) -> None:
        """Forget what was not kept; not an error afterwards."""
        self._file.close()
        self._path.unlink(missing_ok=True)


class Reader:
    """Reads by ``pread`` at many places of one file."""

    __slots__ = ("_path",)

    def __init__(self, path: str):
        self._path = path

    def read(self, offset: int, length: int) -> bytes:
        descriptor = os.open(self._path, os.O_RDONLY)
        try:
            return os.pread(descriptor, length, offset)
        finally:
            os.close(descriptor)

    def pieces(self, offset: int, length: int) -> Iterator[bytes]:
        """The bytes piece by piece. A file that is gone is noticed now, while an answer's status can still say so; it is opened on
        first use, for a HEAD request never reads and would leave it open."""
        os.stat(self._path)
        return self._pieces(offset, length)

    def _pieces(self, offset: int, length: int) -> Iterator[bytes]:
        descriptor = os.open(self._path, os.O_RDONLY)
        try:
            while length > 0 and (chunk := os.pread(descriptor, min(_PIECE, length), offset)):
                offset += len(chunk)
                length -= len(chunk)
                yield chunk
        finally:
            os.close(descriptor)


class Held:
    """Everything that was there when it began, deleted since or not, and what has come."""

    def __init__(self, present: LocalStorage, deleted: LocalStorage):
        self._present, self._deleted = present, deleted

    def keys(self) -> list[str]:
        return sorted({key for folder in (self._present, self._deleted) for key, _written in folder.keys()})  # noqa: SIM118 - not a dict

    def open(self, key: str) -> BinaryIO:
        try:
            return self._present.open(key)
        except FileNotFoundError:
            return self._deleted.open(key)


def _lock_alone(lock) -> None:
    """Wait for deletions that are under way, which take a moment; not for another that holds everything."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as busy:
            if time.monotonic() > deadline:
                raise Conflict("Another backup is running. Wait until it has ended.") from busy
            time.sleep(0.02)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

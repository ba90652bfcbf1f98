"""Where files are kept: in a folder of this machine, or in a bucket of an S3 service that several machines share (ADR 0046).

Whatever a caller does works on both; where S3 does not answer in time, every verb raises :class:`core.errors.Unavailable`.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from flask import Flask, current_app

from core.errors import Unavailable
from core.settings import LOCAL, Settings
from core.storage.local import LocalStorage

log = logging.getLogger("colloquium.storage")


class Incoming(Protocol):
    """A file on its way in: ``write`` its pieces, then ``finish`` (all of it is safe now), then ``keep`` it, or ``drop`` it.

    Keeping is quick enough to be done under a lock; until then nobody sees the file.
    """

    def write(self, chunk: bytes) -> None: ...

    def finish(self) -> None:
        """Everything is written: see that it is kept safe."""

    def keep(self) -> None:
        """Give the finished file its key; whatever had the key before is replaced."""

    def drop(self) -> None:
        """Forget what was not kept; not an error afterwards."""


class Held(Protocol):
    """Everything that was there when it began, deleted since or not, and what has come."""

    def keys(self) -> list[str]: ...

    def open(self, key: str) -> BinaryIO: ...


class Reader(Protocol):
    """Reads at many places of one file. ``FileNotFoundError`` when there is none (any more), before the first piece comes."""

    def read(self, offset: int, length: int) -> bytes: ...

    def pieces(self, offset: int, length: int) -> Iterator[bytes]: ...


class Storage(Protocol):
    """Keys are made by us (random or a hash), never a name that somebody chose."""

    def put(self, key: str, source: Path | BinaryIO) -> int:
        """Keep the bytes under ``key``, whole or not at all; answers how many."""

    def incoming(self, key: str) -> Incoming:
        """A file that is written piece by piece and can be found under its key when it is whole."""

    def keep_together(self, files: Iterable[Incoming]) -> None:
        """Keep many finished files."""

    def forget_unfinished(self, before: float) -> None:
        """Delete what was begun before that time (seconds since the epoch) and never came whole: a killed process left it."""

    def open(self, key: str) -> BinaryIO:
        """A readable, seekable file; ``FileNotFoundError`` when there is none."""

    def reader(self, key: str) -> Reader:
        """For reading here and there; made once and used for as long as the file is there."""

    def path(self, key: str) -> Path:
        """A local path with the bytes; to be opened at once. Prefer ``open``, or ``reader``."""

    def exists(self, key: str) -> bool: ...

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Those that are not there, of some that are asked for together."""

    def answers(self) -> bool:
        """Whether it can be worked with now, as far as one short look tells."""

    def size(self, key: str) -> int: ...

    def delete(self, key: str) -> None:
        """Forget ``key``; not an error when it is not there."""

    def held(self) -> AbstractContextManager[Held]:
        """While it lasts, whatever is deleted can still be listed and opened through it; :class:`Conflict` when another one lasts."""

    def keys(self, prefix: str = "") -> list[tuple[str, float]]:
        """Every key that begins with ``prefix`` with its time of writing (seconds since the epoch)."""

    def written_before(self, folder: str, before: float) -> Iterator[str]:
        """The keys directly in a folder that were written before that time; for folders too large for a list."""


def make(settings: Settings) -> Storage:
    """The storage that the settings name."""
    return at(settings.storage, settings)


def at(place: str, settings: Settings) -> Storage:
    """``local``, or ``s3://bucket/prefix``."""
    if place == LOCAL:
        return LocalStorage(settings.data_dir / "files")
    from core.storage.s3 import S3Storage  # which takes a second to load

    return S3Storage.at(place, settings)


def storage() -> Storage:
    """The storage of the running application."""
    return current_app.extensions["colloquium.storage"]


def discard(keys: Iterable[str]) -> None:
    """Delete what no row names (any more), after the unit of work. When the storage is away that is no failure: a sweep does it later."""
    for key in keys:
        try:
            storage().delete(key)
        except Unavailable:
            log.warning("%s is left to the sweep: the storage is away", key)
            return


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["colloquium.storage"] = make(settings)

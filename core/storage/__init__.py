"""Where files are kept. Local today; the interface is what a second implementation (S3) will have to offer."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from flask import Flask, current_app

from core.settings import Settings
from core.storage.local import Held, Incoming, LocalStorage


class Storage(Protocol):
    """Keys are made by us (random or a hash), never a name that somebody chose."""

    def put(self, key: str, source: Path | BinaryIO) -> int:
        """Keep the bytes under ``key``, whole or not at all; answers how many."""

    def incoming(self) -> Incoming:
        """A file that is written piece by piece and gets its key when it is whole."""

    def forget_unfinished(self, before: float) -> None:
        """Delete what was begun before that time (seconds since the epoch) and never came whole."""

    def open(self, key: str) -> BinaryIO:
        """A readable, seekable file; ``FileNotFoundError`` when there is none."""

    def path(self, key: str) -> Path:
        """A local path with the bytes, for ``pread``."""

    def exists(self, key: str) -> bool: ...

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
    return LocalStorage(settings.data_dir / "files")


def storage() -> Storage:
    """The storage of the running application."""
    return current_app.extensions["colloquium.storage"]


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["colloquium.storage"] = make(settings)

"""Files in a folder: written beside, synced, then renamed, so that a key names the whole file or nothing."""

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_.-]*)+")
_CHUNK = 1 << 20


class LocalStorage:
    """Keys look like ``packages/ab12….zip``; the first segment is a folder."""

    def __init__(self, root: Path):
        self.root = root
        self.temporary = root / ".incoming"

    def path(self, key: str) -> Path:
        if not _KEY.fullmatch(key) or ".." in key:
            raise ValueError(f"not a storage key: {key!r}")
        return self.root / key

    def put(self, key: str, source: Path | BinaryIO) -> int:
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
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

    def size(self, key: str) -> int:
        return self.path(key).stat().st_size

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def keys(self, prefix: str = "") -> list[tuple[str, float]]:
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = [f for f in folders if not f.startswith(".")]
            for name in names:
                path = Path(folder) / name
                key = path.relative_to(self.root).as_posix()
                if key.startswith(prefix):
                    found.append((key, path.stat().st_mtime))
        return sorted(found)

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


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

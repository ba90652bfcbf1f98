"""The file of a backup: a tar that ordinary tools open, the SHA-256 of each member in ``SHA256SUMS``, and one of everything before the
last line, which stands after the end of the tar.

Written and read from front to back in constant memory, whatever the number and size of the members.
"""

import hashlib
import io
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core.errors import Invalid

SUMS = "SHA256SUMS"
CHUNK = 1 << 20
_MARK = b"colloquium-backup sha256 "
TRAILER = len(_MARK) + 64 + 1


class Damaged(Invalid):
    """The file is not, or no longer, what a backup wrote."""

    code = "damaged_backup"


class _Hashing(io.RawIOBase):
    """Passes bytes on, and knows their digest."""

    def __init__(self, stream: BinaryIO):
        self._stream = stream
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.digest.update(data)
        self._stream.write(data)
        return len(data)

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.digest.update(data)
        return data


class Writer:
    """Appends members to ``out``; ``close`` makes the backup whole."""

    def __init__(self, out: BinaryIO):
        self._out = _Hashing(out)
        self._tar = tarfile.open(fileobj=self._out, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by close()
        self._sums = tempfile.TemporaryFile()  # noqa: SIM115
        self._written = int(time.time())

    def add(self, name: str, data: bytes) -> None:
        self.copy(name, io.BytesIO(data), len(data))

    def copy(self, name: str, stream: BinaryIO, size: int) -> None:
        """A member of ``size`` bytes; :class:`OSError` when the stream holds fewer."""
        source = _Hashing(stream)
        self._put(name, source, size)
        self._sums.write(_sum_line(source.digest.hexdigest(), name))

    def close(self) -> None:
        size = self._sums.tell()
        self._sums.seek(0)
        self._put(SUMS, self._sums, size)
        self._sums.close()
        self._tar.close()
        self._out.write(_MARK + self._out.digest.hexdigest().encode() + b"\n")

    def abandon(self) -> None:
        """Give up: what was written stays as it is."""
        self._sums.close()
        self._tar.closed = self._tar.fileobj.closed = True  # or it would write its end when it is collected

    def _put(self, name: str, stream, size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size, self._written, 0o600
        self._tar.addfile(member, stream)
        self._tar.members = []  # tarfile remembers every member; a backup may hold a million


def check_whole(path: Path) -> None:
    """Raise :class:`Damaged` unless every byte is what was written. One reading of the file."""
    size = path.stat().st_size - TRAILER
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        left = size
        while left > 0 and (data := stream.read(min(CHUNK, left))):
            digest.update(data)
            left -= len(data)
        trailer = stream.read(TRAILER + 1)
    if size < 0 or not trailer.startswith(_MARK) or len(trailer) != TRAILER:
        raise Damaged(f"{path.name} is not a backup of Colloquium, or its end is missing.")
    if trailer != _MARK + digest.hexdigest().encode() + b"\n":
        raise Damaged(f"{path.name} is damaged: its SHA-256 is not the one it was written with. Take another backup of the same time.")


def members(path: Path) -> Iterator[tuple[str, BinaryIO, int]]:
    """Each member's name, content and size, in order; at the end :class:`Damaged` unless each was what ``SHA256SUMS`` says.

    A member must be used before the next is asked for; what was not read of it is read then.
    """
    with path.open("rb") as stream, tempfile.TemporaryFile() as seen, _opened(stream, path) as tar:
        for member in _each(tar, path):
            content = tar.extractfile(member)
            if content is None:
                raise Damaged(f"{path.name} holds {member.name}, which is not a file.")
            if member.name == SUMS:
                seen.seek(0)
                if not _same(content, seen):
                    raise Damaged(f"{path.name}: a member is not what {SUMS} says.")
                return
            counted = _Hashing(content)
            yield member.name, counted, member.size
            while counted.read(CHUNK):
                pass
            seen.write(_sum_line(counted.digest.hexdigest(), member.name))
    raise Damaged(f"{path.name} ends without {SUMS}.")


def _opened(stream: BinaryIO, path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(fileobj=stream, mode="r|")
    except tarfile.TarError as error:
        raise Damaged(f"{path.name} is not a backup of Colloquium.") from error


def _each(tar: tarfile.TarFile, path: Path) -> Iterator[tarfile.TarInfo]:
    while True:
        try:
            member = tar.next()
        except tarfile.TarError as error:
            raise Damaged(f"{path.name} cannot be read to its end.") from error
        if member is None:
            return
        tar.members = []
        yield member


def _same(one: BinaryIO, other: BinaryIO) -> bool:
    while True:
        here, there = one.read(CHUNK), other.read(CHUNK)
        if here != there:
            return False
        if not here:
            return True


def _sum_line(digest: str, name: str) -> bytes:
    return f"{digest}  {name}\n".encode()

"""Take a document in: a small one into memory, a large one to a file of its own while its hash is computed."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha1
from typing import BinaryIO
from uuid import uuid4

from core.errors import TooLarge
from core.storage import Storage
from core.storage.local import Incoming
from lrs.documents.rules import INLINE

PREFIX = "documents/"
_CHUNK = 1 << 18


class Content:
    """The bytes of a document: in ``inline``, or in a file that lies on the disk and gets its key by :meth:`keep`."""

    def __init__(self, inline: bytes | None, file: Incoming | None, *, etag: str, size: int):
        self.inline, self._file, self.etag, self.size = inline, file, etag, size
        self.key: str | None = None

    def read(self) -> bytes:
        """The whole; ask for it only below a limit."""
        if self._file is None:
            return self.inline
        with self._file.open() as stream:
            return stream.read()

    def keep(self) -> None:
        """Give the file its key. Quick, for it is done inside ``write()``."""
        if self._file is not None and self.key is None:
            self.key = f"{PREFIX}{uuid4().hex}"
            self._file.keep(self.key)

    def become(self, other: "Content") -> None:
        """Let another content take this one's place; this one's file is dropped."""
        self.let_go()
        self.inline, self._file, self.etag, self.size, self.key = other.inline, other._file, other.etag, other.size, other.key

    def let_go(self) -> None:
        """Drop the file unless it was kept."""
        if self._file is not None:
            self._file.drop()

    def drop(self, storage: Storage) -> None:
        """Forget everything, kept or not."""
        self.let_go()
        if self.key is not None:
            storage.delete(self.key)


@contextmanager
def received(stream: BinaryIO, *, storage: Storage, most: int) -> Iterator[Content]:
    """The content that a stream brings, for as long as the block lasts. When it ends in an error, nothing of it is left.

    TooLarge (413) beyond ``most`` bytes.
    """
    content = _read(stream, storage, most)
    try:
        yield content
    except BaseException:
        content.drop(storage)
        raise
    content.let_go()


def content_of(whole: bytes, *, storage: Storage) -> Content:
    """The content for bytes that are in memory already."""
    if len(whole) <= INLINE:
        return Content(whole, None, etag=_sha1(whole).hexdigest(), size=len(whole))
    file = storage.incoming()
    try:
        file.write(whole)
        file.finish()
    except BaseException:
        file.drop()
        raise
    return Content(None, file, etag=_sha1(whole).hexdigest(), size=len(whole))


def _read(stream: BinaryIO, storage: Storage, most: int) -> Content:
    digest, start = _sha1(), bytearray()
    file: Incoming | None = None
    size = 0
    try:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise TooLarge(f"The document is larger than {most} bytes, the most that is taken here.")
            digest.update(chunk)
            if file is None and size > INLINE:
                file = storage.incoming()
                file.write(start)
            if file is None:
                start += chunk
            else:
                file.write(chunk)
        if file is not None:
            file.finish()
    except BaseException:
        if file is not None:
            file.drop()
        raise
    return Content(bytes(start) if file is None else None, file, etag=digest.hexdigest(), size=size)


def _sha1(content: bytes = b""):
    """The specification asks for SHA-1; it names the content and protects nothing."""
    return sha1(content, usedforsecurity=False)

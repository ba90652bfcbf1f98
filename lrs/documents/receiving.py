"""Take a document in: a small one into memory, a large one to a file of its own while its hash is computed."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha1
from typing import BinaryIO, NamedTuple
from uuid import uuid4

from core.errors import BadRequest, TooLarge
from core.storage import Incoming, Storage, discard
from lrs.documents.rules import INLINE

PREFIX = "documents/"
_CHUNK = 1 << 18


class Content:
    """The bytes of a document: in ``inline``, or in a file that is safe already and found under ``key`` from :meth:`keep` on.

    ``whole`` has them too where they were asked for as JSON, which is read in memory.
    """

    def __init__(self, whole: bytes | None, file: "_File | None", *, etag: str, size: int):
        self.whole, self._file, self.etag, self.size = whole, file, etag, size
        self.key: str | None = None

    @property
    def inline(self) -> bytes | None:
        return self.whole if self._file is None else None

    def read(self) -> bytes:
        """The whole of content that was received to be read, or is small; BadRequest for other."""
        if self.whole is None:
            raise BadRequest(f"A document that is looked into is application/json, or has at most {INLINE} bytes.")
        return self.whole

    def keep(self) -> None:
        """Give the file its key. Quick, for it is done inside ``write()``."""
        if self._file is not None and self.key is None:
            self._file.incoming.keep()
            self.key = self._file.key

    def become(self, other: "Content") -> None:
        """Let another content take this one's place; this one's file is dropped."""
        self.let_go()
        self.whole, self._file, self.etag, self.size, self.key = other.whole, other._file, other.etag, other.size, other.key

    def let_go(self) -> None:
        """Drop the file unless it was kept."""
        if self._file is not None:
            self._file.incoming.drop()

    def drop(self) -> None:
        """Forget everything, kept or not."""
        self.let_go()
        if self.key is not None:
            discard([self.key])


class _File(NamedTuple):
    """A file on its way in, and the key that it will have."""

    incoming: Incoming
    key: str

    @classmethod
    def begun(cls, storage: Storage) -> "_File":
        key = f"{PREFIX}{uuid4().hex}"
        return cls(storage.incoming(key), key)


@contextmanager
def received(stream: BinaryIO, *, storage: Storage, most: int, to_be_read: bool = False) -> Iterator[Content]:
    """The content that a stream brings, for as long as the block lasts. When it ends in an error, nothing of it is left.

    TooLarge (413) beyond ``most`` bytes. ``to_be_read`` keeps it in memory as well.
    """
    content = _read(stream, storage, most, to_be_read)
    try:
        yield content
    except BaseException:
        content.drop()
        raise
    content.let_go()


def content_of(whole: bytes, *, storage: Storage) -> Content:
    """The content for bytes that are in memory already."""
    if len(whole) <= INLINE:
        return Content(whole, None, etag=_sha1(whole).hexdigest(), size=len(whole))
    file = _File.begun(storage)
    try:
        file.incoming.write(whole)
        file.incoming.finish()
    except BaseException:
        file.incoming.drop()
        raise
    return Content(whole, file, etag=_sha1(whole).hexdigest(), size=len(whole))


def _read(stream: BinaryIO, storage: Storage, most: int, to_be_read: bool) -> Content:
    digest, start = _sha1(), bytearray()
    file: _File | None = None
    size = 0
    try:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise TooLarge(f"The document is larger than {most} bytes, the most that is taken here.")
            digest.update(chunk)
            if file is None and size > INLINE:
                file = _File.begun(storage)
                file.incoming.write(start)
            if file is not None:
                file.incoming.write(chunk)
            if file is None or to_be_read:
                start += chunk
        if file is not None:
            file.incoming.finish()
    except BaseException:
        if file is not None:
            file.incoming.drop()
        raise
    return Content(bytes(start) if file is None or to_be_read else None, file, etag=digest.hexdigest(), size=size)


def _sha1(content: bytes = b""):
    """The specification asks for SHA-1; it names the content and protects nothing."""
    return sha1(content, usedforsecurity=False)

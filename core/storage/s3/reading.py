"""Reading from the bucket: a stream that seeks and goes on where the line broke, and reads here and there of a cached file."""

import io
import os
from collections.abc import Iterator
from typing import BinaryIO

from core.storage.cache import Cache
from core.storage.s3.bucket import BROKEN, Bucket

_BUFFER = 1 << 18
_NEAR = 1 << 18
_PIECE = 1 << 18
_TRIES = 3


def opened(bucket: Bucket, key: str) -> BinaryIO:
    """A readable, seekable file that is open: the first bytes are on their way."""
    return io.BufferedReader(_Stream(bucket.as_here(), key), _BUFFER)


class _Stream(io.RawIOBase):
    """One GET that is read as it comes. Who seeks gets another from there; so does a line that breaks, for the same bytes only."""

    def __init__(self, bucket: Bucket, key: str):
        super().__init__()
        self._bucket, self._key = bucket, key
        answer = bucket.get(key)
        self._body, self._size, self._etag = answer["Body"], answer["ContentLength"], answer["ETag"]
        self._position = self._arrived = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._position = max(0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence])
        return self._position

    def readinto(self, buffer) -> int:
        left = min(len(buffer), self._size - self._position)
        if left <= 0:
            return 0
        data, tries = b"", _TRIES
        while not data:
            try:
                self._go_there()
                data = self._body.read(left)
            except BROKEN as error:
                cause = error
            else:
                cause = None
            if not data:
                self._let_go()
                tries -= 1
                if not tries:
                    raise self._bucket.silent() from cause
        buffer[: len(data)] = data
        self._position += len(data)
        self._arrived = self._position
        return len(data)

    def _go_there(self) -> None:
        ahead = self._position - self._arrived
        if self._body is not None and 0 < ahead <= _NEAR:
            ahead -= len(self._body.read(ahead))
        if self._body is None or ahead:
            self._let_go()
            self._body = self._bucket.get(self._key, self._position, etag=self._etag)["Body"]
        self._arrived = self._position

    def _let_go(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None

    def close(self) -> None:
        if not self.closed:
            self._let_go()
        super().close()


class Reader:
    """Reads at many places of one file: from the cache, and from the bucket as long as the cache is being filled."""

    def __init__(self, bucket: Bucket, cache: Cache, key: str):
        self._bucket, self._cache, self._key = bucket, cache, key

    def read(self, offset: int, length: int) -> bytes:
        descriptor = self._opened()
        if descriptor is None:
            return self._bucket.range(self._key, offset, length)
        try:
            return os.pread(descriptor, length, offset)
        finally:
            os.close(descriptor)

    def pieces(self, offset: int, length: int) -> Iterator[bytes]:
        """The bytes piece by piece; that there is no such file, or no answer, is noticed now. Nothing is open before the first use."""
        if not self._cache.has(self._key) and self._bucket.head(self._key) is None:
            raise FileNotFoundError(self._key)
        return self._pieces(self._bucket.as_here(), offset, length)

    def _pieces(self, bucket: Bucket, offset: int, length: int) -> Iterator[bytes]:
        descriptor = self._opened()
        if descriptor is None:
            with opened(bucket, self._key) as stream:
                stream.seek(offset)
                while length > 0 and (chunk := stream.read(min(_PIECE, length))):
                    length -= len(chunk)
                    yield chunk
            return
        try:
            while length > 0 and (chunk := os.pread(descriptor, min(_PIECE, length), offset)):
                offset += len(chunk)
                length -= len(chunk)
                yield chunk
        finally:
            os.close(descriptor)

    def _opened(self) -> int | None:
        descriptor = self._cache.opened(self._key)
        if descriptor is None:
            self._cache.fill(self._key, self._bucket.fetch)
        return descriptor

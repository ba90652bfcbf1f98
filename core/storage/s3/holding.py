"""Holding a bucket for a backup: a mark that every process on every machine looks for before it deletes.

Who finds the mark copies aside what it deletes. The mark is renewed while it is meant, and means nothing when it has not been, by the
service's own clock: a killed backup holds nothing for long. Whoever deletes has committed that no row names the file; so a deletion
that looked just before the mark came concerns nothing that the backup's snapshot, which is taken after it, could name.
"""

import logging
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from core.errors import Conflict, Unavailable
from core.storage.s3.bucket import Bucket, Refused
from core.storage.s3.reading import opened

log = logging.getLogger("colloquium.storage")
MARK, ASIDE = ".held", ".deleted/"
LEASE = 120.0
_RENEW = 20.0


class Holding:
    """Deletes, and holds."""

    def __init__(self, bucket: Bucket):
        self._bucket = bucket

    def delete(self, key: str) -> None:
        if self._is_held():
            with suppress(FileNotFoundError):
                self._bucket.copy(key, ASIDE + key)
        self._bucket.delete(key)

    def _is_held(self) -> bool:
        mark = self._bucket.head(MARK)
        return mark is not None and mark.age < LEASE

    @contextmanager
    def held(self) -> Iterator["Held"]:
        token = secrets.token_hex(16).encode()
        self._take(token)
        self._forget_aside()
        renewed = _Renewed(self._bucket, token)
        renewed.start()
        try:
            yield Held(self._bucket)
            if renewed.lost:
                raise Unavailable("The storage could not be held to the end; take the backup again.")
        finally:
            renewed.stop()
            with suppress(Unavailable):  # then the mark grows old
                self._bucket.delete(MARK)
                self._forget_aside()

    def _take(self, token: bytes) -> None:
        busy = Conflict("Another backup is running. Wait until it has ended.")
        if self._is_held():
            raise busy
        self._bucket.delete(MARK)
        try:
            self._bucket.put(MARK, token, only_new=True)
        except Refused:
            raise busy from None
        if self._bucket.whole(MARK) != token:
            raise busy

    def _forget_aside(self) -> None:
        for key, _written in list(self._bucket.list(ASIDE)):
            self._bucket.delete(key)


class _Renewed(threading.Thread):
    """Writes the mark again and again."""

    def __init__(self, bucket: Bucket, token: bytes):
        super().__init__(name="colloquium-held", daemon=True)
        self._bucket, self._token = bucket, token
        self._over, self._last = threading.Event(), time.monotonic()

    @property
    def lost(self) -> bool:
        return time.monotonic() - self._last > LEASE

    def run(self) -> None:
        while not self._over.wait(_RENEW):
            try:
                self._bucket.put(MARK, self._token)
            except Unavailable:
                log.warning("the mark of a backup could not be renewed")
            else:
                self._last = time.monotonic()

    def stop(self) -> None:
        self._over.set()
        self.join()


class Held:
    """Everything that was there when it began, deleted since or not, and what has come."""

    def __init__(self, bucket: Bucket):
        self._bucket = bucket

    def keys(self) -> list[str]:
        present = {key for key, _written in self._bucket.list()}
        return sorted(present | {key.removeprefix(ASIDE) for key, _written in self._bucket.list(ASIDE)})

    def open(self, key: str) -> BinaryIO:
        try:
            return opened(self._bucket, key)
        except FileNotFoundError:
            return opened(self._bucket, ASIDE + key)

"""Files in a bucket of an S3 service, which several machines may share (ADR 0046)."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import BinaryIO

from core.errors import Unavailable
from core.settings import Settings, bucket_and_prefix
from core.storage.cache import Cache
from core.storage.local import checked
from core.storage.s3.bucket import Bucket
from core.storage.s3.holding import Held, Holding
from core.storage.s3.reading import Reader, opened
from core.storage.s3.uploads import PART, Upload

_CHUNK = 1 << 20
_AT_ONCE = 8


class S3Storage:
    """Keys lie below the prefix as they are. What begins with a dot there is ours: ``.held``, ``.deleted/…``."""

    def __init__(self, bucket: Bucket, *, cache: Cache):
        self.bucket, self.cache = bucket, cache
        self._holding = Holding(bucket)

    @classmethod
    def at(cls, address: str, settings: Settings) -> "S3Storage":
        """The storage at ``s3://bucket/prefix``; nothing is asked of it yet."""
        name, prefix = bucket_and_prefix(address)
        connections = settings.threads + 16
        bucket = Bucket(name, prefix, endpoint=settings.s3_endpoint, region=settings.s3_region, connections=connections)
        return cls(bucket, cache=Cache(settings.data_dir / "cache", settings.cache_bytes))

    def put(self, key: str, source: Path | BinaryIO) -> int:
        checked(key)
        with self._seekable(source) as stream:
            digest, size = _measured(stream)
            if size <= PART:
                self.bucket.put(key, stream.read(), digest=digest)
                return size
            upload = Upload(self.bucket, key, digest)
            try:
                while chunk := stream.read(_CHUNK):
                    upload.write(chunk)
                upload.finish()
                upload.keep()
            except BaseException:
                upload.drop()
                raise
        return size

    def incoming(self, key: str) -> Upload:
        return Upload(self.bucket, checked(key))

    def keep_together(self, files: Iterable[Upload]) -> None:
        """Several at once, for each is a round trip, and somebody may hold a lock."""
        _at_once([file.keep for file in files])

    def forget_unfinished(self, before: float) -> None:
        for key, upload_id, begun in self.bucket.unfinished():
            if begun <= before:
                self.bucket.abort(key, upload_id)

    def open(self, key: str) -> BinaryIO:
        return opened(self.bucket, checked(key))

    def reader(self, key: str) -> Reader:
        return Reader(self.bucket, self.cache, checked(key))

    def path(self, key: str) -> Path:
        """In the cache, where it is brought first when it is not there."""
        return self.cache.path(checked(key), self.bucket.fetch)

    def exists(self, key: str) -> bool:
        return self.bucket.head(checked(key)) is not None

    def missing(self, keys: Iterable[str]) -> list[str]:
        keys = list(keys)
        there = _at_once([partial(self.exists, key) for key in keys])
        return [key for key, found in zip(keys, there, strict=True) if not found]

    def answers(self) -> bool:
        try:
            self.bucket.call("head_bucket")
        except (Unavailable, FileNotFoundError):
            return False
        return True

    def size(self, key: str) -> int:
        found = self.bucket.head(checked(key))
        if found is None:
            raise FileNotFoundError(key)
        return found.size

    def delete(self, key: str) -> None:
        self._holding.delete(checked(key))
        self.cache.forget(key)

    def held(self) -> AbstractContextManager[Held]:
        return self._holding.held()

    def keys(self, prefix: str = "") -> list[tuple[str, float]]:
        return sorted(self.bucket.list(prefix))

    def written_before(self, folder: str, before: float) -> Iterator[str]:
        return (key for key, written in self.bucket.list(f"{folder}/") if written <= before and "/" not in key[len(folder) + 1 :])

    @contextmanager
    def _seekable(self, source: Path | BinaryIO) -> Iterator[BinaryIO]:
        """The source, so that it can be read twice: to know what it is before it is sent."""
        if isinstance(source, Path):
            with source.open("rb") as stream:
                yield stream
        elif source.seekable():
            yield source
        else:
            self.cache.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.SpooledTemporaryFile(PART, dir=self.cache.folder) as stream:
                while chunk := source.read(_CHUNK):
                    stream.write(chunk)
                stream.seek(0)
                yield stream


def _at_once(calls: list[Callable[[], object]]) -> list:
    """What the calls answer, each of them a round trip and together hardly longer than one. The first error is raised when all are done."""
    if len(calls) < 2:
        return [call() for call in calls]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        made = [pool.submit(copy_context().run, call) for call in calls]
    return [one.result() for one in made]


def _measured(stream: BinaryIO) -> tuple[str, int]:
    """SHA-256 and size of what is left of a stream, which is put back to where it stood."""
    start, digest, size = stream.tell(), hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    stream.seek(start)
    return digest.hexdigest(), size

"""The one place that speaks to the S3 service: which bucket, how long to wait, and what an answer that does not come means.

A request waits some seconds for an answer, and asks again only where one came; commands and background work wait for as long as it may
take. While nothing answers, one request at a time finds out whether it does again, and the others are refused at once: they need their
places for what goes on without.
"""

import base64
import copy
import hashlib
import io
import logging
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError
from flask_babel import lazy_gettext
from urllib3.exceptions import HTTPError

from core import patience
from core.errors import Unavailable

log = logging.getLogger("colloquium.storage")
HASTY = {"connect_timeout": 2, "read_timeout": 4, "retries": {"total_max_attempts": 1}}
PATIENT = {"connect_timeout": 5, "read_timeout": 60, "retries": {"mode": "standard", "total_max_attempts": 5}}
BROKEN = (BotoCoreError, HTTPError, ConnectionError, TimeoutError)
_GONE = frozenset({"NoSuchKey", "404", "NotFound", "NoSuchVersion"})
_SILENCE = 1.0
_PROBE = 12.0
_SKEW = 60.0
_CHUNK = 1 << 20
_TRIES = 5


class StorageAway(Unavailable):
    """The service cannot be reached, is overloaded, or refuses us; the log says which."""

    code = "storage_away"
    default_message = lazy_gettext("The storage of files does not answer right now. Nothing was lost; please try again in a moment.")


class Refused(Exception):
    """The service answered, with an error that a caller may know: ``code``."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class Torn(Unavailable):
    """What came is not what was once kept."""

    code = "damaged_file"
    default_message = lazy_gettext("A stored file is damaged. Please tell the administrator, who can restore it from a backup.")


class Head(NamedTuple):
    """What is known of a file without reading it; ``age`` in seconds by the service's own clock."""

    size: int
    etag: str
    digest: str | None
    age: float


class Bucket:
    """A prefix in a bucket. Keys here are without it."""

    def __init__(self, name: str, prefix: str = "", *, endpoint: str = "", region: str = "", connections: int = 20):
        self.name, self._prefix = name, f"{prefix}/" if prefix else ""
        self._options = {"endpoint_url": endpoint or None, "region_name": region or None}
        self._connections = connections
        self._clients: dict[bool, Any] = {}
        self._mutex = threading.Lock()
        self._silence = _Silence()
        self._hasty: bool | None = None

    def as_here(self) -> "Bucket":
        """The same with the patience of this moment, for what is read when the request's own code has ended."""
        fixed = copy.copy(self)
        fixed._hasty = self.hasty
        return fixed

    @property
    def hasty(self) -> bool:
        return patience.in_haste() if self._hasty is None else self._hasty

    def call(self, operation: str, known: frozenset[str] = frozenset(), **arguments) -> dict:
        """One call. FileNotFoundError where there is no such key, :class:`Refused` for the ``known`` codes, else :class:`StorageAway`."""
        hasty = self.hasty
        if hasty:
            self._silence.let_through()
        try:
            answer = self._answer(operation, arguments, hasty)
        except ClientError as error:
            self._silence.ended()
            code = error.response.get("Error", {}).get("Code", "")
            if code in known:
                raise Refused(code) from error
            if code in _GONE:
                raise FileNotFoundError(arguments.get("Key", "")) from error
            log.error("%s: S3 answers %s", operation, code)
            raise StorageAway from error
        except BROKEN as error:
            log.error("%s: S3 does not answer: %s", operation, error)
            raise self.silent() from error
        self._silence.ended()
        return answer

    def _answer(self, operation: str, arguments: dict, hasty: bool) -> dict:
        ask = getattr(self._client(hasty), operation)
        try:
            return ask(Bucket=self.name, **arguments)
        except (ClientError, *BROKEN) as error:
            if not hasty or not _worth_another_try(error):
                raise
            if "Body" in arguments:
                arguments["Body"].seek(0)
            return ask(Bucket=self.name, **arguments)

    def full(self, key: str) -> str:
        return self._prefix + key

    def put(self, key: str, data: bytes, *, digest: str | None = None, only_new: bool = False) -> None:
        """Keep these bytes; with ``only_new`` :class:`Refused` where the key is taken, as far as the service can tell."""
        extra = {"Metadata": {"sha256": digest}} if digest else {}
        if only_new:
            extra["IfNoneMatch"] = "*"
        try:
            known = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NotImplemented"})
            self.call("put_object", known, Key=self.full(key), Body=io.BytesIO(data), ContentMD5=md5(data), **extra)
        except Refused as refused:
            if refused.code != "NotImplemented":
                raise
            self.put(key, data, digest=digest)

    def head(self, key: str) -> Head | None:
        try:
            answer = self.call("head_object", Key=self.full(key))
        except FileNotFoundError:
            return None
        age = (_date_of(answer) - answer["LastModified"]).total_seconds()
        return Head(answer["ContentLength"], answer["ETag"], answer.get("Metadata", {}).get("sha256"), age)

    def get(self, key: str, start: int = 0, length: int | None = None, etag: str | None = None) -> dict:
        """The answer with its ``Body``, to be closed; of these bytes only, of that ETag only."""
        extra = {"IfMatch": etag} if etag else {}
        if start or length is not None:
            extra["Range"] = f"bytes={start}-" + (str(start + length - 1) if length is not None else "")
        try:
            return self.call("get_object", frozenset({"PreconditionFailed"}), Key=self.full(key), **extra)
        except Refused as replaced:
            raise FileNotFoundError(key) from replaced

    def whole(self, key: str) -> bytes:
        """All of a small file."""
        return self.broken_off(self.get(key)["Body"].read)

    def range(self, key: str, offset: int, length: int) -> bytes:
        """Exactly these bytes, of a file that has them."""
        if not length:
            return b""
        for left in reversed(range(2)):
            data = self.broken_off(self.get(key, offset, length)["Body"].read, length)
            if len(data) == length:
                return data
            log.error("%s: %d bytes came where %d were asked for (%d more tries)", key, len(data), length, left)
        raise StorageAway

    def broken_off(self, read: Callable[..., bytes], *arguments) -> bytes:
        """Read from a body; :class:`StorageAway` when it breaks off."""
        try:
            return read(*arguments)
        except BROKEN as error:
            raise self.silent() from error

    def silent(self) -> StorageAway:
        """Note that no answer came; the error to raise."""
        self._silence.began()
        return StorageAway()

    def fetch(self, key: str, out: BinaryIO, ready: Callable[[int], None] = lambda _size: None) -> None:
        """The whole file, however often the line breaks; :class:`Torn` when it is not what was kept. ``ready`` is told its size first."""
        about = self.head(key)
        if about is None:
            raise FileNotFoundError(key)
        ready(about.size)
        digest, size, tries = hashlib.sha256(), 0, _TRIES
        while size < about.size:
            body = self.get(key, size, about.size - size, about.etag)["Body"]
            try:
                while chunk := body.read(_CHUNK):
                    out.write(chunk)
                    digest.update(chunk)
                    size, tries = size + len(chunk), _TRIES
            except BROKEN as error:
                tries -= 1
                if not tries:
                    raise self.silent() from error
            finally:
                body.close()
        if size != about.size or (about.digest and digest.hexdigest() != about.digest):
            log.error("%s: %d bytes with SHA-256 %s came; %d with %s were kept", key, size, digest.hexdigest(), about.size, about.digest)
            raise Torn

    def list(self, prefix: str = "") -> Iterator[tuple[str, float]]:
        """Keys with the time of writing by our clock, page after page; what begins with a dot only when asked for."""
        for page in self._pages("list_objects_v2", "ContinuationToken", "NextContinuationToken", Prefix=self.full(prefix)):
            skew = _skew(page)
            for one in page.get("Contents", ()):
                key = one["Key"].removeprefix(self._prefix)
                if key.startswith(".") <= prefix.startswith("."):
                    yield key, one["LastModified"].timestamp() - skew

    def unfinished(self) -> Iterator[tuple[str, str, float]]:
        """Uploads that were begun and never came whole: key, id, time."""
        marker: dict = {}
        while True:
            page = self.call("list_multipart_uploads", Prefix=self._prefix, **marker)
            skew = _skew(page)
            for one in page.get("Uploads", ()):
                yield one["Key"].removeprefix(self._prefix), one["UploadId"], one["Initiated"].timestamp() - skew
            if not page.get("IsTruncated"):
                return
            marker = {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}

    def abort(self, key: str, upload_id: str) -> None:
        try:
            self.call("abort_multipart_upload", frozenset({"NoSuchUpload"}), Key=self.full(key), UploadId=upload_id)
        except (Refused, FileNotFoundError):
            return

    def copy(self, key: str, to: str) -> None:
        self.call("copy_object", Key=self.full(to), CopySource={"Bucket": self.name, "Key": self.full(key)})

    def delete(self, key: str) -> None:
        self.call("delete_object", Key=self.full(key))

    def _pages(self, operation: str, marker: str, following: str, **arguments) -> Iterator[dict]:
        more: dict = {}
        while True:
            page = self.call(operation, **arguments, **more)
            yield page
            if not page.get("IsTruncated"):
                return
            more = {marker: page[following]}

    def _client(self, hasty: bool):
        with self._mutex:
            if hasty not in self._clients:
                # Every part carries its MD5; the newer checksums of the library's default are not known everywhere.
                checksums = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
                config = Config(max_pool_connections=self._connections, **checksums, **(HASTY if hasty else PATIENT))
                self._clients[hasty] = boto3.session.Session().client("s3", config=config, **self._options)
            return self._clients[hasty]


class _Silence:
    """Whether the service has stopped answering."""

    def __init__(self):
        self._mutex = threading.Lock()
        self._until: float | None = None

    def let_through(self) -> None:
        """Raise :class:`StorageAway` while somebody else finds out, or has just found out, that nothing answers."""
        with self._mutex:
            if self._until is None:
                return
            if time.monotonic() < self._until:
                raise StorageAway
            self._until = time.monotonic() + _PROBE

    def began(self) -> None:
        with self._mutex:
            self._until = time.monotonic() + _SILENCE

    def ended(self) -> None:
        self._until = None


def _worth_another_try(error: Exception) -> bool:
    """An error of the service, or a connection that it has closed; not a silence, which is long enough once."""
    if isinstance(error, ClientError):
        return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500
    return not isinstance(error, ReadTimeoutError | ConnectTimeoutError)


def md5(data: bytes) -> str:
    """What ``Content-MD5`` says: it finds damage on the way and protects nothing."""
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def _date_of(answer: dict):
    return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])


def _skew(answer: dict) -> float:
    """How far the service's clock is ahead of ours, where that is more than the way there may take."""
    ahead = _date_of(answer).timestamp() - time.time()
    return ahead if abs(ahead) > _SKEW else 0.0

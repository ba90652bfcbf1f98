"""A file on its way into the bucket: an upload in parts under its final key, which nobody sees until it is completed.

Completing is one short call whatever the size, so it may be done under a lock. What is never completed is aborted, at once or by a sweep.
"""

import io
from contextlib import suppress

from core.errors import Unavailable
from core.storage.s3.bucket import Bucket, Refused, md5

PART = 8 << 20  # bytes; the service takes parts of 5 MiB to 5 GiB, ten thousand of them


class Upload:
    """``write`` the pieces, ``finish``, then ``keep`` or ``drop``; at most one part is in memory."""

    def __init__(self, bucket: Bucket, key: str, digest: str | None = None):
        self._bucket, self._key = bucket, key
        self._metadata = {"Metadata": {"sha256": digest}} if digest else {}
        self._id: str | None = None
        self._etags: list[str] = []
        self._waiting = bytearray()
        self._size = 0

    def write(self, chunk: bytes) -> None:
        self._waiting += chunk
        self._size += len(chunk)
        while len(self._waiting) >= PART:
            self._send(bytes(self._waiting[:PART]))
            del self._waiting[:PART]

    def finish(self) -> None:
        """Everything is written: send the rest. An empty file has one empty part."""
        if self._waiting or not self._etags:
            self._send(bytes(self._waiting))
            self._waiting = bytearray()

    def keep(self) -> None:
        """Let the file appear under its key; whatever had the key before is replaced."""
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(self._etags, 1)]
        try:
            self._call("complete_multipart_upload", MultipartUpload={"Parts": parts})
        except Refused:  # the answer to a first try got lost, and this is the second
            about = self._bucket.head(self._key)
            if about is None or about.size != self._size:
                raise Unavailable from None
        self._id = None

    def drop(self) -> None:
        """Forget what was not kept. When that cannot be said now, the sweep will."""
        upload_id, self._id = self._id, None
        self._waiting = bytearray()
        if upload_id is not None:
            with suppress(Unavailable):
                self._bucket.abort(self._key, upload_id)

    def _send(self, part: bytes) -> None:
        if self._id is None:
            key = self._bucket.full(self._key)
            self._id = self._bucket.call("create_multipart_upload", Key=key, **self._metadata)["UploadId"]
        try:
            answer = self._call("upload_part", PartNumber=len(self._etags) + 1, Body=io.BytesIO(part), ContentMD5=md5(part))
        except Refused:  # swept away, for it took more than a day
            raise Unavailable from None
        self._etags.append(answer["ETag"])

    def _call(self, operation: str, **arguments) -> dict:
        return self._bucket.call(operation, frozenset({"NoSuchUpload"}), Key=self._bucket.full(self._key), UploadId=self._id, **arguments)

"""Files of a package to a browser, straight out of its serving zip; never executed, never unpacked.

Deflated bytes go out as gzip to whoever takes it: only ten bytes before and eight after are ours (RFC 1952).
"""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flask import Request, Response, current_app
from sqlalchemy import select

from core.db import db
from core.storage import storage
from scorm.packages.archive.names import lookup_key
from scorm.packages.mime import UNKNOWN
from scorm.packages.models import PackageFile, PackageVersion

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_AT_ONCE = 1 << 20
_CHUNK = 1 << 18
_CACHE = 20_000
_CACHE_CONTROL = "private, max-age=86400"


class Located(NamedTuple):
    """A row of the index with the file it points into."""

    path: str
    offset: int
    stored_size: int
    size: int
    method: int
    crc: int
    mime: str
    serving_key: str


def serve(version: str, path: str, request: Request) -> Response:
    """Answer a GET or HEAD for ``path`` (decoded) of the version with that **uuid**.

    200, 206 or 416 for ranges of stored media, 304, 404. Deflated files go out as gzip where the client takes it, with an ETag of
    their own. A name that differs only by case is found when it is the only one.
    """
    if request.headers.get("Service-Worker"):
        return _plain(403, "Service workers are not allowed here.")
    found = locate(version, path)
    source = storage().path(found.serving_key) if found else None
    if source is None or not source.is_file():
        return _plain(404, "There is no such file in this package.")
    zipped = found.method != 0 and _takes_gzip(request)
    tag = f"{found.crc:08x}-{found.size:x}{'-gz' if zipped else ''}"
    response = _unchanged(tag, request) or _body(found, source, tag, zipped, request)
    response.headers["Cache-Control"] = _CACHE_CONTROL
    response.headers["X-Content-Type-Options"] = "nosniff"
    if found.method:
        response.headers["Vary"] = "Accept-Encoding"
    return response


def locate(version: str, path: str) -> Located | None:
    """Where a file lies; remembered, because a version never changes."""
    cache = current_app.extensions.setdefault("scorm.located", {})
    if (found := cache.get((version, path))) is None:
        found = _look_up(version, path)
        if found is not None:
            if len(cache) >= _CACHE:
                cache.clear()
            cache[version, path] = found
    return found


def _look_up(version: str, path: str) -> Located | None:
    columns = [getattr(PackageFile, name) for name in Located._fields[:-1]]
    query = (
        select(*columns, PackageVersion.serving_key)
        .join(PackageVersion, PackageVersion.id == PackageFile.version_id)
        .where(PackageVersion.uuid == version, PackageFile.key == lookup_key(path))
    )
    alike = [Located(*row) for row in db.session.execute(query)]
    exact = next((found for found in alike if found.path == path), None)
    return exact or (alike[0] if len(alike) == 1 else None)


def _takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "") and request.accept_encodings.quality("gzip") > 0


def _unchanged(tag: str, request: Request) -> Response | None:
    if "If-None-Match" not in request.headers or not request.if_none_match.contains_weak(tag):
        return None
    response = Response(status=304)
    response.set_etag(tag)
    return response


def _body(found: Located, source: Path, tag: str, zipped: bool, request: Request) -> Response:
    if found.method == 0:
        response = _stored(found, source, tag, request)
    elif zipped:
        response = _response(_gzip(found, source), found.stored_size + len(_GZIP_HEAD) + 8, found)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = _response(_inflated(found, source), found.size, found)
    response.set_etag(tag)
    if found.mime == UNKNOWN:
        response.headers["Content-Disposition"] = "attachment"
    elif found.path.lower().endswith(".svgz"):
        response.headers["Content-Encoding"] = "gzip"
    return response


def _stored(found: Located, source: Path, tag: str, request: Request) -> Response:
    """Whole, or the one range that was asked for; several ranges or a stale ``If-Range`` get the whole."""
    asked = request.range if "Range" in request.headers else None
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or not _range_still_holds(tag, request):
        response = _response(_raw(source, found.offset, found.size), found.size, found)
    elif (span := asked.range_for_length(found.size)) is None:
        response = _plain(416, "That range lies outside the file.")
        response.headers["Content-Range"] = f"bytes */{found.size}"
    else:
        start, stop = span
        response = _response(_raw(source, found.offset + start, stop - start), stop - start, found)
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{found.size}"
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _range_still_holds(tag: str, request: Request) -> bool:
    return "If-Range" not in request.headers or request.if_range.etag == tag


def _response(body: Iterator[bytes] | bytes, length: int, found: Located) -> Response:
    response = Response(body, content_type=found.mime)
    response.headers["Content-Length"] = str(length)
    return response


def _plain(status: int, text: str) -> Response:
    return Response(text, status=status, content_type="text/plain; charset=utf-8")


def _raw(source: Path, offset: int, length: int) -> Iterator[bytes] | bytes:
    return _read(source, offset, length) if length <= _AT_ONCE else _chunks(source, offset, length)


def _read(source: Path, offset: int, length: int) -> bytes:
    descriptor = os.open(source, os.O_RDONLY)
    try:
        return os.pread(descriptor, length, offset)
    finally:
        os.close(descriptor)


def _chunks(source: Path, offset: int, length: int) -> Iterator[bytes]:
    descriptor = os.open(source, os.O_RDONLY)
    try:
        while length > 0 and (chunk := os.pread(descriptor, min(_CHUNK, length), offset)):
            offset += len(chunk)
            length -= len(chunk)
            yield chunk
    finally:
        os.close(descriptor)


def _gzip(found: Located, source: Path) -> Iterator[bytes] | bytes:
    tail = struct.pack("<LL", found.crc, found.size & 0xFFFFFFFF)
    if found.stored_size <= _AT_ONCE:
        return b"".join((_GZIP_HEAD, _read(source, found.offset, found.stored_size), tail))
    return _around(_chunks(source, found.offset, found.stored_size), tail)


def _around(chunks: Iterator[bytes], tail: bytes) -> Iterator[bytes]:
    yield _GZIP_HEAD
    yield from chunks
    yield tail


def _inflated(found: Located, source: Path) -> Iterator[bytes] | bytes:
    if found.size <= _AT_ONCE:
        return zlib.decompress(_read(source, found.offset, found.stored_size), -zlib.MAX_WBITS)
    return _inflating(_chunks(source, found.offset, found.stored_size))


def _inflating(chunks: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for chunk in chunks:
        while chunk:
            yield inflater.decompress(chunk, _CHUNK)
            chunk = inflater.unconsumed_tail
    yield inflater.flush()

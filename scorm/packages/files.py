"""Files of a package to a browser, straight out of its serving zip; never executed, never unpacked.

Deflated bytes go out as gzip to whoever takes it: only ten bytes before and eight after are ours (RFC 1952). A course asks for
hundreds of files, so this reads the WSGI environment directly and makes all headers at once: goal 9 of the benchmarks.
"""

import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from flask import Request, Response, current_app
from sqlalchemy import select
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from core.db import db
from core.storage import Reader, storage
from scorm.packages.archive.names import lookup_key
from scorm.packages.mime import UNKNOWN
from scorm.packages.models import PackageFile, PackageVersion

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_AT_ONCE = 1 << 20
_CHUNK = 1 << 18
_CACHE = 20_000
_ALWAYS = [("Cache-Control", "private, max-age=86400"), ("X-Content-Type-Options", "nosniff")]
Body = Iterator[bytes] | bytes


class Located(NamedTuple):
    """A row of the index with the file it points into."""

    path: str
    offset: int
    stored_size: int
    size: int
    method: int
    crc: int
    mime: str
    source: Reader


def serve(version: str, path: str, request: Request) -> Response:
    """Answer a GET or HEAD for ``path`` (decoded) of the version with that **uuid**.

    200, 206 or 416 for ranges of stored media, 304, 404. Deflated files go out as gzip where the client takes it, with an ETag of
    their own. A name that differs only by case is found when it is the only one.
    """
    asked = request.environ
    if "HTTP_SERVICE_WORKER" in asked:
        return _refusal(403, "Service workers are not allowed here.")
    found = locate(version, path)
    if found is None:
        return _refusal(404, "There is no such file in this package.")
    zipped = found.method != 0 and _accepts_gzip(asked.get("HTTP_ACCEPT_ENCODING", ""))
    tag = f'"{found.crc:08x}-{found.size:x}{"-gz" if zipped else ""}"'
    headers = [("ETag", tag), *_ALWAYS]
    if found.method:
        headers.append(("Vary", "Accept-Encoding"))
    if "HTTP_IF_NONE_MATCH" in asked and request.if_none_match.contains_weak(tag.strip('"')):
        return Response(status=304, headers=headers)
    try:
        return _answer(found, zipped, tag, headers, request)
    except FileNotFoundError:
        _cache().pop((version, path), None)
        return _refusal(404, "The files of this package are gone.")


def locate(version: str, path: str) -> Located | None:
    """Where a file lies; remembered, because a version never changes."""
    cache = _cache()
    if (found := cache.get((version, path))) is None:
        found = _look_up(version, path)
        if found is not None:
            if len(cache) >= _CACHE:
                cache.clear()
            cache[version, path] = found
    return found


def _cache() -> dict[tuple[str, str], Located]:
    return current_app.extensions.setdefault("scorm.located", {})


def _look_up(version: str, path: str) -> Located | None:
    columns = [getattr(PackageFile, name) for name in Located._fields[:-1]]
    query = (
        select(*columns, PackageVersion.serving_key)
        .join(PackageVersion, PackageVersion.id == PackageFile.version_id)
        .where(PackageVersion.uuid == version, PackageFile.key == lookup_key(path))
    )
    alike = list(db.session.execute(query))
    chosen = next((row for row in alike if row.path == path), alike[0] if len(alike) == 1 else None)
    return chosen and Located(*chosen[:-1], storage().reader(chosen.serving_key))


@lru_cache(maxsize=256)
def _accepts_gzip(header: str) -> bool:
    return "gzip" in header and parse_accept_header(header, Accept).quality("gzip") > 0


def _answer(found: Located, zipped: bool, tag: str, headers: list[tuple[str, str]], request: Request) -> Response:
    if found.mime == UNKNOWN:
        headers.append(("Content-Disposition", "attachment"))
    if found.method == 0:
        return _stored(found, tag, headers, request)
    if zipped:
        headers.append(("Content-Encoding", "gzip"))
        return _response(_gzip(found), found.stored_size + len(_GZIP_HEAD) + 8, found, headers)
    return _response(_inflated(found), found.size, found, headers)


def _stored(found: Located, tag: str, headers: list[tuple[str, str]], request: Request) -> Response:
    """Whole, or the one range that was asked for; several ranges or a stale ``If-Range`` get the whole."""
    headers.append(("Accept-Ranges", "bytes"))
    if found.mime == "image/svg+xml":
        headers.append(("Content-Encoding", "gzip"))  # .svgz, the only drawing that is stored
    asked = request.range if "HTTP_RANGE" in request.environ else None
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or not _range_still_holds(tag, request):
        return _response(_raw(found, 0, found.size), found.size, found, headers)
    span = asked.range_for_length(found.size)
    if span is None:
        return _refusal(416, "That range lies outside the file.", [("Content-Range", f"bytes */{found.size}")])
    start, stop = span
    headers.append(("Content-Range", f"bytes {start}-{stop - 1}/{found.size}"))
    response = _response(_raw(found, start, stop - start), stop - start, found, headers)
    response.status_code = 206
    return response


def _range_still_holds(tag: str, request: Request) -> bool:
    return "HTTP_IF_RANGE" not in request.environ or request.if_range.etag == tag.strip('"')


def _response(body: Body, length: int, found: Located, headers: list[tuple[str, str]]) -> Response:
    headers += [("Content-Type", found.mime), ("Content-Length", str(length))]
    return Response([body] if isinstance(body, bytes) else body, headers=headers)


def _refusal(status: int, text: str, headers: list[tuple[str, str]] | None = None) -> Response:
    return Response(text, status=status, content_type="text/plain; charset=utf-8", headers=[*(headers or ()), _ALWAYS[1]])


def _raw(found: Located, start: int, length: int) -> Body:
    offset = found.offset + start
    return found.source.read(offset, length) if length <= _AT_ONCE else found.source.pieces(offset, length)


def _gzip(found: Located) -> Body:
    tail = struct.pack("<LL", found.crc, found.size & 0xFFFFFFFF)
    if found.stored_size <= _AT_ONCE:
        return b"".join((_GZIP_HEAD, found.source.read(found.offset, found.stored_size), tail))
    return _around(found.source.pieces(found.offset, found.stored_size), tail)


def _around(chunks: Iterator[bytes], tail: bytes) -> Iterator[bytes]:
    yield _GZIP_HEAD
    yield from chunks
    yield tail


def _inflated(found: Located) -> Body:
    if found.size <= _AT_ONCE:
        return zlib.decompress(found.source.read(found.offset, found.stored_size), -zlib.MAX_WBITS)
    return _inflating(found.source.pieces(found.offset, found.stored_size))


def _inflating(chunks: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for chunk in chunks:
        while chunk:
            yield inflater.decompress(chunk, _CHUNK)
            chunk = inflater.unconsumed_tail
    yield inflater.flush()

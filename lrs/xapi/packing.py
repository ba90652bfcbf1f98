"""gzip, both ways: bodies that clients send packed, and answers to clients that accept them packed.

A packed answer is another representation: its ETag ends in ``-gzip``. What comes back in If-Match and If-None-Match is understood
without the ending, so the views know nothing of it.
"""

import io
import zlib
from collections.abc import Iterable, Iterator

from flask import Response, request
from werkzeug.wsgi import get_input_stream

from core.errors import BadRequest, Unsupported

GZIP = 16 + zlib.MAX_WBITS
WORTH_IT = 1400  # bytes: what fits in one packet gains nothing
LEVEL = 4
ENDING = "-gzip"
_CHUNK = 1 << 16
_SLACK = 1 << 16
_TEXT = ("application/json", "text/", "multipart/mixed")


def unpack(environ: dict) -> None:
    """Put a stream of plain bytes in the place of a gzip body; 415 for other encodings. The view's own limit then holds for plain bytes."""
    _without_ending(environ)
    encoding = environ.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding in ("", "identity"):
        return
    if encoding not in ("gzip", "x-gzip"):
        raise Unsupported(f"Content-Encoding {encoding[:40]!r} is not supported; send gzip or none.", code="content_encoding")
    packed = get_input_stream(environ, max_content_length=None)
    environ["wsgi.input"] = io.BufferedReader(Unpacked(packed), _CHUNK)
    environ["wsgi.input_terminated"] = True
    for name in ("CONTENT_LENGTH", "HTTP_CONTENT_ENCODING", "HTTP_TRANSFER_ENCODING"):
        environ.pop(name, None)


class Unpacked(io.RawIOBase):
    """The plain bytes of a gzip stream (RFC 1952, members one after the other), a piece at a time.

    BadRequest for what is no gzip, ends too early, or takes in far more than it gives out.
    """

    def __init__(self, packed):
        self._packed, self._rest = packed, b""
        self._member = None
        self._taken = self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        while True:
            if not self._rest:
                self._rest = self._packed.read(_CHUNK)
                self._taken += len(self._rest)
            if not self._rest:
                if self._member is not None:
                    raise BadRequest("The body ends in the middle of its gzip stream.", code="bad_gzip")
                return 0
            piece = self._next(len(buffer))
            self._given += len(piece)
            if piece:
                buffer[: len(piece)] = piece
                return len(piece)
            if self._taken > 2 * self._given + _SLACK:
                raise BadRequest("The body is a gzip stream of nothing.", code="bad_gzip")

    def _next(self, most: int) -> bytes:
        self._member = self._member or zlib.decompressobj(GZIP)
        try:
            piece = self._member.decompress(self._rest, most)
        except zlib.error:
            raise BadRequest("The body is not gzip, though Content-Encoding says so.", code="bad_gzip") from None
        if self._member.eof:
            self._rest, self._member = self._member.unused_data, None
        else:
            self._rest = self._member.unconsumed_tail
        return piece


def pack(response: Response) -> Response:
    """Answer in gzip when the client accepts it and it is worth it; the answer says that it varies by Accept-Encoding.

    Files that are passed through (``direct_passthrough``) are left alone: most are packed already, and a large one costs half a minute.
    """
    response.vary.add("Accept-Encoding")
    packable = response.mimetype.startswith(_TEXT) and not response.direct_passthrough
    if response.status_code != 200 or not packable or "Content-Encoding" in response.headers:
        return _marked_unchanged(response)
    if not request.accept_encodings["gzip"]:
        return response
    if response.is_streamed:
        response.response = _packed(response.response)
        response.headers.pop("Content-Length", None)
    else:
        plain = response.get_data()
        if len(plain) < WORTH_IT:
            return response
        response.set_data(b"".join(_packed([plain])))
    response.headers["Content-Encoding"] = "gzip"
    etag, weak = response.get_etag()
    if etag is not None:
        response.set_etag(etag + ENDING, weak=weak)
    return response


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    try:
        for piece in pieces:
            if out := packer.compress(piece):
                yield out
        yield packer.flush()
    finally:
        if close := getattr(pieces, "close", None):
            close()


def _without_ending(environ: dict) -> None:
    for name in ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"):
        if f'{ENDING}"' in environ.get(name, ""):
            environ[name] = environ[name].replace(f'{ENDING}"', '"')
            environ["colloquium.xapi.packed_etag"] = True


def _marked_unchanged(response: Response) -> Response:
    """304 names the representation that the client said it has."""
    etag, weak = response.get_etag()
    if response.status_code == 304 and etag is not None and request.environ.get("colloquium.xapi.packed_etag"):
        response.set_etag(etag + ENDING, weak=weak)
    return response

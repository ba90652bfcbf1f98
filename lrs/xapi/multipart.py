"""Read multipart documents piece by piece (RFC 2046): a part's headers, then its content in chunks; nothing is held but a buffer.

Kind where clients are careless and it does no harm: a preamble, no space after a header's colon, blanks after a delimiter.
Everything else that is not well-formed is a :class:`BadRequest`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.errors import BadRequest

CHUNK = 1 << 16
_MOST_HEADER_BYTES = 16_384
_MOST_BLANKS = 1_024
_BOUNDARY = re.compile(r""";[ \t]*boundary=(?:"(?P<quoted>[^"\\]{1,200})"|(?P<plain>[^\s;"]{1,200}))""", re.IGNORECASE)
_AFTER = re.compile(rb"(--)|[ \t]*\r\n")
_NOT_YET = re.compile(rb"-?|[ \t]*\r?")
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class Malformed(BadRequest):
    """Not a multipart document."""

    code = "bad_multipart"

    def __init__(self, what: str):
        super().__init__(f"The multipart document {what} (RFC 2046 5.1.1).")


def boundary_of(content_type: str) -> bytes:
    """The boundary that a Content-Type names; also one that needed quotes and has none."""
    found = _BOUNDARY.search(content_type)
    if not found:
        raise BadRequest("Content-Type multipart/mixed needs the parameter boundary.", code="boundary_missing")
    try:
        return (found["quoted"] or found["plain"]).encode("ascii")
    except UnicodeEncodeError:
        raise BadRequest("The boundary in Content-Type has characters other than ASCII.", code="boundary_missing") from None


@dataclass(frozen=True, slots=True)
class Part:
    """``headers`` by their names in small letters; ``content`` can be read once, until the next part is asked for."""

    headers: dict[str, str]
    content: Iterator[bytes]

    def whole(self, most: int) -> bytes | None:
        """All of the content, or None when it is more than ``most`` bytes."""
        pieces, size = [], 0
        for piece in self.content:
            size += len(piece)
            if size > most:
                return None
            pieces.append(piece)
        return b"".join(pieces)


class Multipart:
    """The parts of a document, in order; ``read(n)`` answers up to n bytes, and none at its end."""

    def __init__(self, read: Callable[[int], bytes], boundary: bytes):
        self._read = read
        self._delimiter = b"\r\n--" + boundary
        self._buffer = bytearray(b"\r\n")  # so that a delimiter may be the very beginning
        self._closed = False

    def __iter__(self) -> Iterator[Part]:
        for _ in self._until_delimiter():
            pass  # the preamble
        while not self._closed:
            part = Part(self._headers(), self._until_delimiter())
            yield part
            for _ in part.content:
                pass  # what was left of it
        self._buffer.clear()
        while self._read(CHUNK):
            pass  # the epilogue

    def _more(self) -> None:
        chunk = self._read(CHUNK)
        if not chunk:
            raise Malformed("ends before its closing delimiter")
        self._buffer += chunk

    def _headers(self) -> dict[str, str]:
        while True:
            if self._buffer.startswith(b"\r\n"):
                end, after = 0, 2
                break
            end = self._buffer.find(b"\r\n\r\n")
            after = end + 4
            if 0 <= end <= _MOST_HEADER_BYTES:
                break
            if len(self._buffer) > _MOST_HEADER_BYTES:
                raise Malformed(f"has a part with more than {_MOST_HEADER_BYTES} bytes of headers")
            self._more()
        block = self._buffer[:end].decode("latin-1")
        del self._buffer[:after]
        return _parsed(block)

    def _until_delimiter(self) -> Iterator[bytes]:
        """The bytes before the next delimiter, which is taken away with its line."""
        start = 0
        while True:
            at = self._buffer.find(self._delimiter, start)
            if at < 0:
                certain = max(len(self._buffer) - len(self._delimiter) + 1, 0)
            else:
                certain, end = at, at + len(self._delimiter)
                if after := _AFTER.match(self._buffer, end):
                    self._closed = after[1] is not None
                    piece = bytes(self._buffer[:at])
                    del self._buffer[: after.end()]
                    if piece:
                        yield piece
                    return
                if len(self._buffer) - end > _MOST_BLANKS or not _NOT_YET.fullmatch(self._buffer, end):
                    start = at + 1  # a line that only begins like a delimiter
                    continue
            if certain:
                piece = bytes(self._buffer[:certain])
                del self._buffer[:certain]
                yield piece
            start = 0
            self._more()


def _parsed(block: str) -> dict[str, str]:
    """Headers by their names in small letters; a line that begins with a blank goes on with the one before."""
    headers: dict[str, str] = {}
    name = ""
    for line in block.split("\r\n") if block else ():
        if line[:1] in (" ", "\t") and name:
            headers[name] += " " + line.strip()
            continue
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name):
            raise Malformed(f"has a part with the line {line[:60]!r} among its headers")
        name = name.lower()
        if name in headers:
            raise Malformed(f"has a part with the header {name[:60]} twice")
        headers[name] = value.strip()
    return headers

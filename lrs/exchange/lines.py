"""Statements as lines: one JSON object a line, exactly as it is kept (JSON Lines, UTF-8)."""

import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple
from zipfile import BadZipFile

from core.errors import BadRequest
from lrs.statements.queries import Found

LONGEST = 16 << 20
DAMAGED = (gzip.BadGzipFile, BadZipFile, zlib.error, EOFError)
_GZIP = b"\x1f\x8b"


class Line(NamedTuple):
    """One line of a file, counted from 1; ``raw`` is None when it is longer than a statement can be."""

    number: int
    raw: bytes | None


def written(pages: Iterable[Sequence[Found]]) -> Iterator[bytes]:
    """The kept bytes, one statement a line. A line break between two tokens becomes a space; inside a text JSON has none."""
    for page in pages:
        yield b"".join(_one_line(found.payload) + b"\n" for found in page)


def _one_line(payload: bytes) -> bytes:
    if b"\n" in payload or b"\r" in payload:
        return payload.replace(b"\n", b" ").replace(b"\r", b" ")
    return payload


def read(stream: BinaryIO) -> Iterator[Line]:
    """The lines of a stream that are not empty, however long it is; what is compressed with gzip is opened on the way.

    BadRequest where compressed data is damaged; the lines before it were answered.
    """
    peeked = stream if isinstance(stream, Peeked) else Peeked(stream)
    source = gzip.GzipFile(fileobj=peeked) if peeked.begins_with(_GZIP) else peeked
    number = 0
    try:
        while raw := source.readline(LONGEST + 1):
            number += 1
            if len(raw) > LONGEST and not raw.endswith(b"\n"):
                _skip_rest(source)
                yield Line(number, None)
            elif raw := (raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw).strip(b" \t\r\n"):
                yield Line(number, raw)
    except DAMAGED as error:
        raise BadRequest(f"The file is damaged after line {number}: {error}. The lines before it were read.", code="damaged") from error


def _skip_rest(source) -> None:
    while (more := source.readline(LONGEST)) and not more.endswith(b"\n"):
        pass


class Peeked:
    """A stream whose beginning was looked at; reads as a file does, also from what can only be read once."""

    def __init__(self, stream: BinaryIO):
        self._stream, self._buffer = stream, b""

    def begins_with(self, magic: bytes) -> bool:
        while len(self._buffer) < len(magic) and (more := self._stream.read(len(magic) - len(self._buffer))):
            self._buffer += more
        return self._buffer.startswith(magic)

    def read(self, size: int = -1) -> bytes:
        taken, self._buffer = (self._buffer, b"") if size < 0 else (self._buffer[:size], self._buffer[size:])
        return taken or self._stream.read(size)

    def readline(self, size: int = -1) -> bytes:
        head, newline, self._buffer = self._buffer.partition(b"\n")
        return head + (newline or self._stream.readline(size - len(head) if size >= 0 else -1))

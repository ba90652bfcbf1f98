"""The zip that files are served from: media stored so that they can be read from any point, all else deflated once, for good."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from scorm.packages import mime
from scorm.packages.archive import Archive
from scorm.packages.archive.names import lookup_key
from scorm.packages.findings import Findings
from scorm.packages.hints import Hints

_DATE = (1980, 1, 1, 0, 0, 0)
_WIDE = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file lies: offset of its data, bytes it takes, bytes it is, zip method, checksum, media type."""

    path: str
    key: str
    offset: int
    stored_size: int
    size: int
    method: int
    crc: int
    mime: str


def build(archive: Archive, out: BinaryIO, findings: Findings) -> list[Place]:
    """Write every file of ``archive`` to the zip ``out`` and answer where each lies.

    This reads every byte, so it is here that a damaged file shows (:class:`Refused`) and that pages are looked at for hints.
    """
    hints = Hints()
    with zipfile.ZipFile(out, "w", allowZip64=True) as target:
        places = [_copy(archive, path, target, out, hints) for path in archive.entries]
    hints.report(findings)
    return places


def _copy(archive: Archive, path: str, target: zipfile.ZipFile, out: BinaryIO, hints: Hints) -> Place:
    info = zipfile.ZipInfo(path, _DATE)
    info.compress_type = zipfile.ZIP_STORED if mime.is_packed(path) else zipfile.ZIP_DEFLATED
    feed = hints.feed if hints.begin(path) else None
    with target.open(info, "w", force_zip64=archive.entries[path].size > _WIDE) as sink:
        offset = out.tell()
        for chunk in _fed(archive.chunks(path), feed):
            sink.write(chunk)
    return Place(path, lookup_key(path), offset, info.compress_size, info.file_size, info.compress_type, info.CRC, mime.type_of(path))


def _fed(chunks: Iterator[bytes], feed: Callable[[bytes], None] | None) -> Iterator[bytes]:
    for chunk in chunks:
        if feed:
            feed(chunk)
        yield chunk

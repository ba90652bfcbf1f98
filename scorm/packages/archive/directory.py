"""The directory at the end of a zip, read by ourselves so that its size and count are checked before anything is believed.

Layouts are those of PKWARE's APPNOTE: end record 4.3.16, Zip64 records 4.3.14 and 4.3.15, entries 4.3.12, Zip64 extra field 4.5.3.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from scorm.packages.archive.limits import Limits
from scorm.packages.findings import Refused

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_MAX_COMMENT = 65_535
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the entries are described; ``shift`` is how many foreign bytes precede the archive."""

    start: int
    size: int
    count: int
    shift: int


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry as the directory describes it; ``offset`` is absolute in the file."""

    name: bytes
    flags: int
    method: int
    crc: int
    stored_size: int
    size: int
    mode: int
    offset: int


def find(stream: BinaryIO) -> Directory:
    """Locate the directory; raise :class:`Refused` when there is none (truncated) or it lies about its place."""
    stream.seek(0, 2)
    length = stream.tell()
    tail_start = max(0, length - _MAX_COMMENT - _END.size)
    stream.seek(tail_start)
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise Refused("archive.truncated")
    _sig, disk, first_disk, _here, count, size, offset, _comment = _END.unpack_from(tail, at)
    end = tail_start + at
    if disk not in (0, _FULL16) or first_disk not in (0, _FULL16):
        raise Refused("archive.multi_disk")
    if wide := _zip64(stream, end):
        end, count, size, offset = wide
    start = end - size
    shift = start - offset
    if start < 0 or shift < 0:
        raise Refused("archive.directory_damaged")
    return Directory(start, size, count, shift)


def _zip64(stream: BinaryIO, end: int) -> tuple[int, int, int, int] | None:
    """(place of the Zip64 end record, count, size, offset), or None for an ordinary zip."""
    if end < _LOCATOR.size:
        return None
    stream.seek(end - _LOCATOR.size)
    signature, _disk, place, disks = _LOCATOR.unpack(stream.read(_LOCATOR.size))
    if signature != b"PK\x06\x07":
        return None
    if disks > 1:
        raise Refused("archive.multi_disk")
    for candidate in (place, end - _LOCATOR.size - _END64.size):
        if 0 <= candidate <= end - _LOCATOR.size - _END64.size:
            stream.seek(candidate)
            fields = _END64.unpack(stream.read(_END64.size))
            if fields[0] == b"PK\x06\x06":
                return candidate, fields[7], fields[8], fields[9]
    raise Refused("archive.directory_damaged")


def entries(stream: BinaryIO, directory: Directory, limits: Limits) -> Iterator[RawEntry]:
    """Every entry, one at a time; stops with :class:`Refused` as soon as there are more than allowed, whatever the count says."""
    if directory.count > limits.files:
        raise Refused("archive.too_many_files", count=directory.count, limit=limits.files)
    stream.seek(directory.start)
    left = directory.size
    seen = 0
    while left >= _ENTRY.size:
        fields = _ENTRY.unpack(stream.read(_ENTRY.size))
        if fields[0] != b"PK\x01\x02":
            raise Refused("archive.directory_damaged")
        name_length, extra_length, comment_length = fields[10], fields[11], fields[12]
        left -= _ENTRY.size + name_length + extra_length + comment_length
        if left < 0:
            raise Refused("archive.directory_damaged")
        name, extra = stream.read(name_length), stream.read(extra_length)
        stream.seek(comment_length, 1)
        seen += 1
        if seen > limits.files:
            raise Refused("archive.too_many_files", count=f"> {limits.files}", limit=limits.files)
        yield _entry(fields, name, extra, directory.shift)


def _entry(fields: tuple, name: bytes, extra: bytes, shift: int) -> RawEntry:
    flags, method, crc, stored, size = fields[3], fields[4], fields[7], fields[8], fields[9]
    attributes, offset = fields[15], fields[16]
    if _FULL32 in (stored, size, offset):
        size, stored, offset = _wide(extra, size, stored, offset)
    return RawEntry(name, flags, method, crc, stored, size, attributes >> 16, offset + shift)


def _wide(extra: bytes, size: int, stored: int, offset: int) -> tuple[int, int, int]:
    """Replace the values that did not fit 32 bits by those of the Zip64 field, in its fixed order."""
    values = iter(struct.iter_unpack("<Q", _zip64_field(extra)))
    try:
        return tuple(next(values)[0] if value == _FULL32 else value for value in (size, stored, offset))
    except (StopIteration, RuntimeError) as missing:
        raise Refused("archive.directory_damaged") from missing


def _zip64_field(extra: bytes) -> bytes:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            data = extra[at + 4 : at + 4 + length]
            return data[: len(data) // 8 * 8]
        at += 4 + length
    return b""

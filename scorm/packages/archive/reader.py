"""A hostile zip as a list of safe paths and streams whose bytes are counted.

Everything that can be told from the directory is checked before the first byte is unpacked: names, links, passwords, sizes,
ratios, overlaps. Unpacking then holds the archive to what it declared: one byte more, or another checksum, refuses it.
"""

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from scorm.packages.archive import directory, names
from scorm.packages.archive.limits import RATIO_FROM, Limits, in_words
from scorm.packages.archive.sniff import ZIP_STARTS, refuse_unless_zip
from scorm.packages.findings import Findings, Refused

STORED, DEFLATED = 0, 8
_LOCAL = struct.Struct("<4s5H3L2H")
_CHUNK = 1 << 16
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_UTF8 = 0x0800


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: ``path`` is safe and relative, sizes are bytes."""

    path: str
    raw: directory.RawEntry

    @property
    def size(self) -> int:
        return self.raw.size


class Archive:
    """``entries`` maps safe paths to entries, in the archive's order; folders and system files are left out."""

    def __init__(self, stream: BinaryIO, limits: Limits, findings: Findings):
        """Check the whole archive; raise :class:`Refused` naming the first thing that is wrong."""
        self._stream = stream
        stream.seek(0)
        head = stream.read(512)
        refuse_unless_zip(head)
        try:
            found = directory.find(stream)
        except Refused as refusal:
            if refusal.finding.code == "archive.truncated" and not head.startswith(ZIP_STARTS):
                raise Refused("archive.not_zip") from refusal
            raise
        raws = list(directory.entries(stream, found, limits))
        _refuse_bombs(raws, limits)
        _refuse_overlaps(raws, found.start)
        self.entries = self._safe(raws, findings)
        self.folded: dict[str, list[str]] = {}
        self._index()

    def _safe(self, raws: list[directory.RawEntry], findings: Findings, legacy: str = "cp437") -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        skipped = 0
        for raw in raws:
            path = names.clean(names.decode(raw.name, utf8_flag=bool(raw.flags & _UTF8), legacy=legacy))
            _refuse_special(raw, path)
            if not path or path.endswith("/"):
                continue
            if names.is_system_file(path):
                skipped += 1
                continue
            if path in entries:
                findings.add("archive.duplicate", path)
                del entries[path]
            entries[path] = Entry(path, raw)
        if skipped:
            findings.add("archive.system_files", count=skipped)
        return entries

    def _index(self) -> None:
        self.folded = {}
        for path in self.entries:
            self.folded.setdefault(names.fold(path), []).append(path)

    def find(self, path: str) -> str | None:
        """The stored path for ``path``: exact, else the only one that differs by case or Unicode form, else None."""
        if path in self.entries:
            return path
        alike = self.folded.get(names.fold(path), [])
        return alike[0] if len(alike) == 1 else None

    def has_legacy_names(self) -> bool:
        return any(names.is_legacy(entry.raw.name) for entry in self.entries.values())

    def paths_in(self, legacy: str) -> set[str]:
        """The paths there would be if old names were written in the code page ``legacy``."""
        return {names.clean(names.decode(e.raw.name, utf8_flag=bool(e.raw.flags & _UTF8), legacy=legacy)) for e in self.entries.values()}

    def reread_names(self, legacy: str) -> None:
        """Take ``legacy`` for the code page of old names from now on."""
        self.entries = self._safe([e.raw for e in self.entries.values()], Findings(), legacy)
        self._index()

    def chunks(self, path: str) -> Iterator[bytes]:
        """The unpacked bytes of a file, held to the declared size and checksum; :class:`Refused` as soon as they differ."""
        raw = self.entries[path].raw
        seen, crc = 0, 0
        for chunk in self._inflated(raw, path):
            seen += len(chunk)
            if seen > raw.size:
                raise Refused("archive.damaged", path)
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if seen != raw.size or crc != raw.crc:
            raise Refused("archive.damaged", path)

    def read(self, path: str, limit: int) -> bytes | None:
        """A small file whole, or None when it is larger than ``limit``."""
        if self.entries[path].size > limit:
            return None
        return b"".join(self.chunks(path))

    def _inflated(self, raw: directory.RawEntry, path: str) -> Iterator[bytes]:
        stored = self._stored(raw, path)
        if raw.method == STORED:
            yield from stored
            return
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for chunk in stored:
                while chunk and not inflater.eof:
                    yield inflater.decompress(chunk, _CHUNK)
                    chunk = inflater.unconsumed_tail
                if inflater.eof:
                    break
            while not inflater.eof and (rest := inflater.decompress(inflater.unconsumed_tail, _CHUNK)):
                yield rest
        except zlib.error as error:
            raise Refused("archive.damaged", path) from error
        if not inflater.eof:
            raise Refused("archive.damaged", path)

    def _stored(self, raw: directory.RawEntry, path: str) -> Iterator[bytes]:
        """The bytes as they lie in the archive."""
        self._stream.seek(raw.offset)
        header = self._stream.read(_LOCAL.size)
        if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
            raise Refused("archive.damaged", path)
        fields = _LOCAL.unpack(header)
        at = raw.offset + _LOCAL.size + fields[9] + fields[10]
        left = raw.stored_size
        while left:
            self._stream.seek(at)
            chunk = self._stream.read(min(_CHUNK, left))
            if not chunk:
                raise Refused("archive.damaged", path)
            at += len(chunk)
            left -= len(chunk)
            yield chunk


def _refuse_special(raw: directory.RawEntry, path: str) -> None:
    """Links, devices, passwords and unknown compressions are refused whole."""
    kind = stat.S_IFMT(raw.mode)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused("archive.link", path)
    if raw.flags & _ENCRYPTED:
        raise Refused("archive.encrypted", path)
    if raw.method not in (STORED, DEFLATED):
        raise Refused("archive.method", path, method=raw.method)


def _refuse_bombs(raws: list[directory.RawEntry], limits: Limits) -> None:
    """Declared sizes over a limit; what is declared is what unpacking is held to."""
    total = 0
    for raw in raws:
        total += raw.size
        where = names.decode(raw.name, utf8_flag=False)[:200]
        if raw.size > limits.file:
            raise Refused("archive.file_too_large", where, size=in_words(raw.size), limit=in_words(limits.file))
        if raw.size > RATIO_FROM and raw.size > limits.ratio * raw.stored_size:
            raise Refused("archive.ratio", where, limit=limits.ratio)
        if raw.method == STORED and raw.size != raw.stored_size:
            raise Refused("archive.damaged", where)
    if total > limits.total:
        raise Refused("archive.too_large", size=in_words(total), limit=in_words(limits.total))


def _refuse_overlaps(raws: list[directory.RawEntry], directory_start: int) -> None:
    """No two entries may share bytes, nor reach into the directory: that is how small bombs get large."""
    ordered = sorted(raws, key=lambda raw: raw.offset)
    ends = [raw.offset for raw in ordered[1:]] + [directory_start]
    for raw, end in zip(ordered, ends, strict=True) if ordered else ():
        if raw.offset + _LOCAL.size + len(raw.name) + raw.stored_size > end:
            raise Refused("archive.overlap", names.decode(raw.name, utf8_flag=False)[:200])

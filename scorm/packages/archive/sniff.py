"""What a file is when it is not a zip, told by its first bytes, so that the refusal can name it."""

import zlib

from scorm.packages.findings import Refused

MAGIC = (
    (b"Rar!\x1a\x07", "archive.rar"),
    (b"7z\xbc\xaf\x27\x1c", "archive.seven_zip"),
    (b"\x1f\x8b", "archive.gzip"),
    (b"BZh", "archive.gzip"),
    (b"\xfd7zXZ\x00", "archive.gzip"),
    (b"\x28\xb5\x2f\xfd", "archive.gzip"),
    (b"version https://git-lfs", "archive.lfs_pointer"),
    (b"%PDF-", "archive.pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "archive.old_office"),
    (b"\x1a\x45\xdf\xa3", "archive.media"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "archive.media"),
    (b"RIFF", "archive.media"),
    (b"OggS", "archive.media"),
    (b"ID3", "archive.media"),
    (b"\x89PNG", "archive.image"),
    (b"\xff\xd8\xff", "archive.image"),
    (b"GIF8", "archive.image"),
    (b"FWS", "archive.flash"),
    (b"CWS", "archive.flash"),
    (b"MZ", "archive.program"),
    (b"\x7fELF", "archive.program"),
)
_MOODLE = (b".ARCHIVE_INDEX", b"moodle_backup.xml")
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def refuse_unless_zip(head: bytes) -> None:
    """Raise :class:`Refused` with the kind of file when ``head`` (the first 512 bytes) cannot begin a zip."""
    if not head:
        raise Refused("archive.empty")
    for magic, code in MAGIC:
        if head.startswith(magic):
            raise Refused("format.moodle" if code == "archive.gzip" and _begins_a_backup(head) else code)
    if head[4:8] == b"ftyp":
        raise Refused("archive.media")
    if head[257:262] == b"ustar":
        raise Refused("archive.gzip")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<!-- ")):
        raise Refused("archive.html")


def _begins_a_backup(head: bytes) -> bool:
    """A Moodle backup is a gzip whose first names give it away."""
    try:
        begins = zlib.decompressobj(31).decompress(head, 1024)
    except zlib.error:
        return False
    return any(name in begins for name in _MOODLE)

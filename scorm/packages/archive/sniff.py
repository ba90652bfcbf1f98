"""What a file is when it is not a zip, told by its first bytes, so that the refusal can name it."""

from scorm.packages.findings import Refused

MAGIC = (
    (b"Rar!\x1a\x07", "archive.rar"),
    (b"7z\xbc\xaf\x27\x1c", "archive.seven_zip"),
    (b"\x1f\x8b", "archive.gzip"),
    (b"version https://git-lfs", "archive.lfs_pointer"),
)
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def refuse_unless_zip(head: bytes) -> None:
    """Raise :class:`Refused` with the kind of file when ``head`` (the first 512 bytes) cannot begin a zip."""
    if not head:
        raise Refused("archive.empty")
    for magic, code in MAGIC:
        if head.startswith(magic):
            raise Refused(code)
    if head[257:262] == b"ustar":
        raise Refused("archive.gzip")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<!-- ")):
        raise Refused("archive.html")

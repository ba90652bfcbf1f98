"""Names inside an archive: decoded from whatever wrote them, refused when they mean harm, otherwise kept verbatim."""

import re
import unicodedata
from hashlib import blake2b

from scorm.packages.findings import Refused

LEGACY = ("cp437", "shift_jis", "gbk", "cp1252")
MAX_SEGMENT, MAX_PATH, MAX_DEPTH = 255, 1000, 20
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SYSTEM_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


def decode(raw: bytes, *, utf8_flag: bool, legacy: str = "cp437") -> str:
    """The name as text: UTF-8 when it is UTF-8 (the flag is often forgotten), else the old code page."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace") if utf8_flag else raw.decode(legacy, "replace")


def is_legacy(raw: bytes) -> bool:
    """True where only an old code page can have written the name."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def clean(name: str) -> str:
    """The path with forward slashes and no empty or ``.`` segment; a folder keeps its final slash.

    Raises :class:`Refused` for names that leave the folder, are absolute, name a drive, hold control characters or are too long.
    """
    shown = name.encode("unicode_escape").decode()[:200] if _CONTROL.search(name) else name[:200]
    if _CONTROL.search(name):
        raise Refused("archive.bad_name", shown)
    path = name.replace("\\", "/")
    if path.startswith("/"):
        raise Refused("archive.absolute", shown)
    if _DRIVE.match(path):
        raise Refused("archive.drive", shown)
    segments = [segment for segment in path.split("/") if segment not in ("", ".")]
    if ".." in segments:
        raise Refused("archive.traversal", shown)
    if len(path) > MAX_PATH or len(segments) > MAX_DEPTH or any(len(segment) > MAX_SEGMENT for segment in segments):
        raise Refused("archive.long_name", shown)
    return "/".join(segments) + ("/" if path.endswith("/") and segments else "")


def is_system_file(path: str) -> bool:
    """True for what operating systems add on their own: ``__MACOSX/``, ``._name``, ``.DS_Store``, ``Thumbs.db``."""
    segments = path.split("/")
    last = segments[-1]
    return "__MACOSX" in segments or last.startswith("._") or last.lower() in _SYSTEM_FILES


def fold(path: str) -> str:
    """The form in which two names are the same to a forgiving reader: case and Unicode composition do not count."""
    return unicodedata.normalize("NFC", path).casefold()


def lookup_key(path: str) -> str:
    """A fixed-length key of the folded path, for the database's index."""
    return blake2b(fold(path).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

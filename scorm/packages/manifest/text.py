"""The bytes of a manifest as text, whatever encoding they are really in."""

import codecs
import html
import re

from scorm.packages.findings import Findings, Refused

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION = re.compile(r"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["'][^>]*\?>""")
_ANY_DECLARATION = re.compile(r"^<\?xml[^>]*\?>")
# Only encodings that are plain text: Python also knows codecs that unpack or compute.
_KNOWN = re.compile(
    r"utf-(8|16|32)|utf_8|us-ascii|ascii|latin-?1|iso-?8859-\d+|windows-\d+|cp\d+|"
    r"shift_jis|euc-(jp|kr)|gb(k|2312|18030)|big5|koi8-r|macintosh"
)
_NAMED_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)([A-Za-z][A-Za-z0-9]*;)?")


def as_text(data: bytes, findings: Findings) -> str:
    """Decode by byte order mark, then by declaration, then as UTF-8, then as windows-1252; the declaration is dropped.

    Raises :class:`Refused` for a manifest without content or one that declares entities.
    """
    text = _decode(data, findings).replace("\r\n", "\n")
    start = text.find("<")
    if start < 0:
        raise Refused("manifest.empty")
    if text[:start].strip("\ufeff \t\r\n"):
        findings.add("manifest.leading_text")
    text = text[start:]
    if (late := text.find("<?xml ", 1)) > 0:
        # Something precedes the declaration, where XML allows nothing: a comment, or another file glued on.
        findings.add("manifest.leading_text")
        text = _comments_only(text[:late]) + _ANY_DECLARATION.sub("", text[late:])
    text = _ANY_DECLARATION.sub("", text)
    if not text.strip():
        raise Refused("manifest.empty")
    if "<!DOCTYPE" in text:
        if "<!ENTITY" in text:
            raise Refused("manifest.entities")
        findings.add("manifest.doctype")
    return text


def _comments_only(text: str) -> str:
    """Keep the line numbers of what is skipped."""
    return "\n" * text.count("\n")


def _decode(data: bytes, findings: Findings) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding) or data[len(mark) :].decode(encoding, "replace")
    if data[:4] in (b"<\x00?\x00", b"<\x00m\x00"):
        return data.decode("utf-16-le", "replace")
    if data[:4] in (b"\x00<\x00?", b"\x00<\x00m"):
        return data.decode("utf-16-be", "replace")
    declared = _declared(data)
    text = _strictly(data, declared)
    if text is None:
        used = "utf-8" if declared != "utf-8" and _strictly(data, "utf-8") is not None else "windows-1252"
        findings.add("manifest.encoding", declared=declared, used=used)
        text = data.decode("cp1252" if used != "utf-8" else used, "replace")
    return text


def _declared(data: bytes) -> str:
    head = data[:400].decode("ascii", "replace").lstrip("\ufffd \t\r\n")
    found = _DECLARATION.match(head)
    name = found.group(1).lower() if found else "utf-8"
    # UTF-16 that is readable as ASCII is not UTF-16: the declaration was left over from a conversion.
    return name if _KNOWN.fullmatch(name) and not name.startswith(("utf-16", "utf-32")) else "utf-8"


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def repair_entities(text: str) -> str:
    """Turn HTML's entities into characters and escape a raw ``&``."""
    return _NAMED_ENTITY.sub(_repaired, text)


def _repaired(found: re.Match) -> str:
    name = found.group(1)
    character = html.unescape(f"&{name}") if name else ""
    if not name or character.startswith("&"):
        return "&amp;" + (name or "")
    return "".join(f"&#{ord(c)};" for c in character)

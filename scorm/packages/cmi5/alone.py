"""A course structure that comes without a zip: every unit lies elsewhere on the web (section 14.2)."""

import codecs
import re
import zipfile
from typing import BinaryIO

from scorm.packages.cmi5.structure import NAME

_HEAD = 4096
_CHUNK = 1 << 20
_XML = re.compile(r"(?:<\?xml[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>|\s)*<(?:[\w.-]+:)?courseStructure[\s>/]", re.DOTALL)
_BEGINS = re.compile(r"\s*<(?:\?xml\s|!--|!DOCTYPE\s+(?!html)|(?:[\w.-]+:)?courseStructure[\s>/])", re.IGNORECASE)


def is_alone(stream: BinaryIO) -> bool:
    """Whether an upload is XML by itself, not an archive of any kind and not a web page; the stream is left at its beginning."""
    stream.seek(0)
    head = stream.read(_HEAD)
    stream.seek(0)
    text = _decoded(head)
    return bool(_XML.match(text) or _BEGINS.match(text)) and "<html" not in text[:1000].lower()


def _decoded(head: bytes) -> str:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF8, "utf-8")):
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    return head.decode("latin-1")


def wrapped(stream: BinaryIO, into: BinaryIO) -> BinaryIO:
    """The same as a zip that holds nothing but the structure, so that one way leads on from here."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(NAME, "w", force_zip64=True) as sink:
        while chunk := stream.read(_CHUNK):
            sink.write(chunk)
    into.seek(0)
    return into

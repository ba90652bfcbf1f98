"""Zips to order: honest courses, and archives that no honest tool writes."""

import io
import struct
import zipfile
import zlib

import pytest

NAMESPACES = 'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"'
NAMESPACES_2004 = (
    'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
    'xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3" '
    'xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
)
ITEM = '<item identifier="i1" identifierref="r1"><title>Lesson</title></item>'
RESOURCE = '<resource identifier="r1" type="webcontent" adlcp:scormtype="sco" href="index.html"><file href="index.html"/></resource>'
PAGE = b"<!doctype html><title>Lesson</title><script>API.LMSInitialize('')</script><p>Hello</p>"


def manifest12(items: str = ITEM, resources: str = RESOURCE, *, title: str = "Fire safety", extra: str = "") -> bytes:
    """A SCORM 1.2 manifest."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest identifier="m" version="1" {NAMESPACES}><metadata><schema>ADL SCORM</schema>'
        f"<schemaversion>1.2</schemaversion>{extra}</metadata>"
        f'<organizations default="o1"><organization identifier="o1"><title>{title}</title>{items}</organization></organizations>'
        f"<resources>{resources}</resources></manifest>"
    ).encode()


def manifest2004(items: str = ITEM, resources: str | None = None, *, version: str = "2004 4th Edition", tail: str = "") -> bytes:
    """A SCORM 2004 manifest; ``tail`` stands after the resources."""
    resources = (RESOURCE if resources is None else resources).replace("scormtype", "scormType")
    return (
        f'<?xml version="1.0"?><manifest identifier="m" version="1" {NAMESPACES_2004}><metadata><schema>ADL SCORM</schema>'
        f"<schemaversion>{version}</schemaversion></metadata>"
        f'<organizations default="o1"><organization identifier="o1"><title>First aid</title>{items}</organization></organizations>'
        f"<resources>{resources}</resources>{tail}</manifest>"
    ).encode()


def course(files: dict[str, bytes] | None = None, manifest: bytes | None = None) -> bytes:
    """A zip with a manifest and a page, and whatever else is given."""
    return zipped({"imsmanifest.xml": manifest12() if manifest is None else manifest, "index.html": PAGE, **(files or {})})


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An ordinary zip; the same bytes whenever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (2024, 2, 29, 12, 0, 0))
            info.compress_type, info.external_attr = method, 0o600 << 16
            archive.writestr(info, data)
    return out.getvalue()


class Forge:
    """Writes a zip entry by entry, true or false: every field of the directory can be given."""

    def __init__(self):
        self.body = io.BytesIO()
        self.directory: list[bytes] = []

    def add(self, name: bytes, data: bytes = b"x", *, method: int = 0, offset: int | None = None, **lies) -> "Forge":
        """``lies``: size, stored_size, crc, flags, mode, extra, local (bytes of the local entry instead of the true ones)."""
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        stored = packer.compress(data) + packer.flush() if method == 8 else data
        crc, size, stored_size = lies.get("crc", zlib.crc32(data)), lies.get("size", len(data)), lies.get("stored_size", len(stored))
        flags, extra = lies.get("flags", 0x0800), lies.get("extra", b"")
        at = self.body.tell() if offset is None else offset
        if offset is None:
            header = struct.pack(
                "<4s5H3L2H", b"PK\x03\x04", 20, flags, method, 0, 33, crc, stored_size & 0xFFFFFFFF, size & 0xFFFFFFFF, len(name), 0
            )
            self.body.write(lies.get("local", header + name + stored))
        self.directory.append(
            struct.pack(
                "<4s6H3L5H2L", b"PK\x01\x02", 0x0314, 20, flags, method, 0, 33, crc, stored_size & 0xFFFFFFFF, size & 0xFFFFFFFF,
                len(name), len(extra), 0, 0, 0, lies.get("mode", 0o100644) << 16, at & 0xFFFFFFFF,
            ) + name + extra
        )  # fmt: skip
        return self

    def done(self, count: int | None = None) -> bytes:
        directory, start = b"".join(self.directory), self.body.tell()
        number = min(len(self.directory) if count is None else count, 0xFFFF)
        return self.body.getvalue() + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, number, number, len(directory), start, 0)


@pytest.fixture
def make_course():
    return course


@pytest.fixture
def make_zip():
    return zipped


@pytest.fixture
def forge():
    return Forge


@pytest.fixture
def manifests():
    """(manifest12, manifest2004): builders of manifests."""
    return manifest12, manifest2004

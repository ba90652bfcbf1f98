"""SCORM packages of a few lines, made in the test that needs them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

_HEAD = {
    "1.2": (
        'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"',
        "1.2",
        "adlcp:scormtype",
    ),
    "2004": (
        'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
        'xmlns:imsss="http://www.imsglobal.org/xsd/imsss" xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" '
        'xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3"',
        "2004 4th Edition",
        "adlcp:scormType",
    ),
}


def tiny(
    pages: Mapping[str, str] | str,
    *,
    edition: str = "1.2",
    title: str = "Tiny",
    extras: str | Sequence[str] = "",
    kind: str = "sco",
    identifiers: Sequence[str] = (),
    identifier: str = "tiny",
) -> io.BytesIO:
    """A zip with one SCO per page. ``pages`` maps names to HTML (one text: a single page ``index.html``).

    ``extras`` is XML inside every ``<item>`` (one text), or one per page. ``identifiers`` are the items', ``item1`` and so on unless
    given; ``identifier`` is the manifest's.
    """
    pages = {"index.html": pages} if isinstance(pages, str) else dict(pages)
    extras = [extras] * len(pages) if isinstance(extras, str) else list(extras)
    spaces, version, type_attribute = _HEAD[edition]
    items = "".join(
        f'<item identifier="{name}" identifierref="res{n}"><title>{escape(title)} {n}</title>{extra}</item>'
        for n, (name, extra) in enumerate(zip(identifiers or _numbered(extras), extras, strict=True), start=1)
    )
    resources = "".join(
        f'<resource identifier="res{n}" type="webcontent" {type_attribute}="{kind}" href="{name}"><file href="{name}"/></resource>'
        for n, name in enumerate(pages, start=1)
    )
    manifest = (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest identifier="{identifier}" version="1" {spaces}>'
        f"<metadata><schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>"
        f'<organizations default="org"><organization identifier="org"><title>{escape(title)}</title>{items}</organization></organizations>'
        f"<resources>{resources}</resources></manifest>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"imsmanifest.xml": manifest, **pages}.items():
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)  # the same text is the same bytes, whenever it is
    stream.seek(0)
    return stream


def _numbered(items: Sequence) -> list[str]:
    return [f"item{n}" for n in range(1, len(items) + 1)]

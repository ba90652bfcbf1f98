"""From an archive with cmi5.xml at its root to a manifest; a reader of ``scorm.packages.inspection``."""

from scorm.packages import formats
from scorm.packages.archive import Archive
from scorm.packages.archive.limits import in_words
from scorm.packages.cmi5 import checking
from scorm.packages.cmi5.structure import AU, NAME, Part, Structure, parse, read, text_in
from scorm.packages.findings import Findings, Refused
from scorm.packages.manifest import Manifest, xml
from scorm.packages.manifest.metadata import Metadata
from scorm.packages.manifest.text import as_text
from scorm.packages.tree import Node, Organization, Tree

FORMAT = EDITION = "cmi5"
_TITLE = 300
# Deeper blocks are listed at this depth: nobody reads a table of contents beyond, and their satisfaction does not depend on it.
_DEEPEST = 30


def read_cmi5(archive: Archive, marker: formats.Marker, findings: Findings) -> Manifest:
    """The course of a zip."""
    if marker.path != NAME:
        raise Refused("cmi5.not_at_root", marker.path)
    return _manifest(archive, findings, zipped=True)


def read_alone(archive: Archive, findings: Findings) -> Manifest:
    """The course of a structure that came by itself (``alone.wrapped``)."""
    return _manifest(archive, findings, zipped=False)


def _manifest(archive: Archive, findings: Findings, *, zipped: bool) -> Manifest:
    data = archive.read(NAME, xml.MAX_BYTES)
    if data is None:
        raise Refused("cmi5.too_large", NAME, limit=in_words(xml.MAX_BYTES))
    structure = read(parse(_text(data, findings)))
    checking.check(structure, find=archive.find if zipped else None, findings=findings)
    organization = Organization(structure.id, text_in(structure.title)[:_TITLE], _nodes(structure), cmi5=structure.to_json())
    about = Metadata(title=organization.title, description=text_in(structure.description), language=_language(structure))
    return Manifest(structure.id[:200], FORMAT, EDITION, organization.title, Tree([organization]), about)


def _text(data: bytes, findings: Findings) -> str:
    try:
        return as_text(data, findings)
    except Refused as refusal:
        if refusal.finding.code != "manifest.empty":
            raise
        raise Refused("cmi5.malformed", NAME, reason="empty document") from refusal


def _language(structure: Structure) -> str:
    first = next(iter(structure.title), "und").partition("-")[0].lower()
    return first if first != "und" and len(first) in (2, 3) else ""


def _nodes(structure: Structure) -> list[Node]:
    """The table of contents: blocks with what they hold."""
    top: list[Node] = []
    holders: list[tuple[list[Node], int]] = []  # where the children of each part go, and how deep that is
    for part in structure.parts:
        into, depth = (top, 0) if part.parent is None else holders[part.parent]
        node = _node(part)
        into.append(node)
        holders.append((node.children, depth + 1) if depth < _DEEPEST else (into, depth))
    return top


def _node(part: Part) -> Node:
    return Node(
        identifier=part.identifier,
        title=(text_in(part.title) or part.id)[:_TITLE],
        launch=part.address or None,
        scorm_type="sco" if part.kind == AU else None,
    )

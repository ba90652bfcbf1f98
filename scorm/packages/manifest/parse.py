"""A manifest as a whole: edition, title, tree of contents, metadata."""

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from scorm.packages.findings import Findings, Refused
from scorm.packages.manifest import edition, metadata, resources, xml
from scorm.packages.manifest.items import Reading, nodes_of, read_items
from scorm.packages.prerequisites import rules_of
from scorm.packages.tree import Organization, Tree

_ROOTS = ("manifest",)
_TITLE = 300


@dataclass(slots=True)
class Manifest:
    """What a course says about itself. ``format`` is ``scorm12`` or ``scorm2004``."""

    identifier: str
    format: str
    edition: str
    title: str
    tree: Tree
    metadata: metadata.Metadata


def read_manifest(data: bytes, *, folder: str, find: Callable[[str], str | None], findings: Findings) -> Manifest:
    """Read the bytes of an imsmanifest.xml that lies in ``folder``; ``find(path)`` answers the stored name of a file, or None.

    Raises :class:`Refused` when it cannot be read at all; everything else, errors included, is added to ``findings``.
    """
    root = xml.parse(data, findings)
    if xml.local(root) not in _ROOTS:
        raise Refused("manifest.not_a_manifest", root=xml.local(root)[:60])
    format_, edition_ = edition.detect(root, findings)
    catalogue = resources.collect(root, folder, find, findings)
    about = metadata.read(xml.child(root, "metadata"))
    tree = _tree(root, catalogue, findings)
    if format_ == edition.SCORM12:
        _note_prerequisites(tree, findings)
    title = next((o.title for o in tree.organizations if o.title), "") or about.title
    return Manifest((xml.attribute(root, "identifier") or "")[:200], format_, edition_, title[:_TITLE], tree, about)


def _tree(root: xml.Element, catalogue: resources.Catalogue, findings: Findings) -> Tree:
    collection = xml.child(root, "sequencingcollection")
    reading = Reading(catalogue, _submanifests(root, findings), findings)
    reading.collections = {xml.attribute(e, "id") or "": e for e in xml.children(collection, "sequencing")}
    block = xml.child(root, "organizations")
    elements = xml.children(block, "organization")
    organizations = [_organization(element, reading) for element in _default_first(block, elements, findings)]
    if not any(organization.items for organization in organizations):
        organizations = _from_resources(organizations, catalogue, findings)
    if len(organizations) > 1:
        findings.add("organization.several", count=len(organizations), title=organizations[0].title)
    if organizations and not organizations[0].launchable() and not findings.errors:
        findings.add("organization.empty")
    return Tree(organizations, xml.source(collection))


def _note_prerequisites(tree: Tree, findings: Findings) -> None:
    """Say which conditions will not be asked for, so that nobody wonders why a part is open."""
    for organization in tree.organizations:
        for code, node, values in rules_of(organization).problems:
            findings.add(code, node.identifier, **values)


def _submanifests(root: xml.Element, findings: Findings) -> dict[str, xml.Element | None]:
    """The default organization of nested manifests by the manifest's identifier, for items that refer to one."""
    nested = [e for e in root.iter(etree.Element) if e is not root and xml.local(e) == "manifest"]
    if nested:
        findings.add("manifest.submanifests", count=len(nested))
    return {(xml.attribute(e, "identifier") or "").strip(): _default(xml.child(e, "organizations"), findings) for e in nested}


def _default(block: xml.Element | None, findings: Findings) -> xml.Element | None:
    return next(iter(_default_first(block, xml.children(block, "organization"), findings)), None)


def _default_first(block: xml.Element | None, elements: list[xml.Element], findings: Findings) -> list[xml.Element]:
    if block is None or not elements:
        return elements
    wanted = (xml.attribute(block, "default") or "").strip()
    chosen = next((e for e in elements if wanted and (xml.attribute(e, "identifier") or "").strip() == wanted), None)
    if chosen is None:
        if wanted:
            findings.add("organization.default", name=wanted[:200])
        chosen = elements[0]
    return [chosen, *(e for e in elements if e is not chosen)]


def _organization(element: xml.Element, reading: Reading) -> Organization:
    # Identifiers need only be unique within one organization: tracking names both.
    reading.used = set()
    return Organization(
        identifier=(xml.attribute(element, "identifier") or "organization").strip(),
        title=xml.text(xml.child(element, "title"))[:_TITLE],
        items=read_items(element, reading),
        sequencing=xml.source(xml.child(element, "sequencing")),
        objectives_global=_flag(element, "objectivesglobaltosystem"),
        shared_data_global=_flag(element, "shareddataglobaltosystem"),
        completion=xml.source(xml.child(element, "completionthreshold")),
    )


def _flag(element: xml.Element, name: str) -> bool:
    return (xml.attribute(element, name) or "true").strip().lower() not in ("false", "0")


def _from_resources(organizations: list[Organization], catalogue: resources.Catalogue, findings: Findings) -> list[Organization]:
    """A resource package: the SCOs (or, without any, the pages) make a table of contents by themselves."""
    nodes = nodes_of(catalogue.resources.values(), findings, set())
    if not nodes:
        findings.add("organization.empty")
        return []
    findings.add("organization.none")
    return [Organization(identifier="resources", title=organizations[0].title if organizations else "", items=nodes)]

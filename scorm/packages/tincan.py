"""tincan.xml: which activity an xAPI package opens, and what it is called. ``read_tincan`` is pure; ``from_archive`` finds the file."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from core.identity import identity_base
from lrs.credentials.rules import at_or_below
from lrs.statements.formats import is_iri
from scorm.packages import formats
from scorm.packages.archive import Archive
from scorm.packages.archive.limits import in_words
from scorm.packages.findings import Findings, Refused
from scorm.packages.manifest import Manifest, hrefs, xml
from scorm.packages.manifest.metadata import Metadata, primary_language
from scorm.packages.tree import Node, Organization, Tree

FORMAT, EDITION, NAME = "xapi", "xAPI", "tincan.xml"
_TITLE, _DESCRIPTION, _IRI = 300, 2_000, 1_000
_PROBLEMS = {hrefs.MISSING: "item.launch_missing", hrefs.OUTSIDE: "item.launch_outside", hrefs.SCHEME: "item.launch_scheme"}
_SCRIPT = re.compile(r"""<script\b[^>]{0,300}?\bsrc\s*=\s*["']([^"'>]{1,300})["']""", re.IGNORECASE)
_PAGE_BYTES = 1 << 20


def from_archive(archive: Archive, marker: formats.Marker, findings: Findings) -> Manifest:
    """The course of an archive that has a tincan.xml; a reader of ``scorm.packages.inspection``."""
    if marker.folder:
        findings.add("course.subfolder", marker.folder)
    data = archive.read(marker.path, xml.MAX_BYTES)
    if data is None:
        raise Refused("xapi.too_large", marker.path, limit=in_words(xml.MAX_BYTES))
    manifest = read_tincan(data, folder=marker.folder, find=archive.find, findings=findings)
    _note_missing_scripts(archive, manifest.tree, findings)
    return manifest


def read_tincan(data: bytes, *, folder: str, find: Callable[[str], str | None], findings: Findings) -> Manifest:
    """Read the bytes of a tincan.xml that lies in ``folder``; ``find(path)`` answers the stored name of a file, or None.

    The activity with a launch makes the course; where several have one, the first. Raises :class:`Refused` when it cannot be read at
    all; everything else, errors included, is added to ``findings``.
    """
    if b"<" not in data:
        raise Refused("xapi.no_activity", NAME)
    root = xml.parse(data, findings, NAME)
    if xml.local(root) != "tincan":
        raise Refused("xapi.not_tincan", NAME, root=xml.local(root)[:60])
    activities = [element for element in root.iter("{*}*") if xml.local(element) == "activity"]
    launchable = [element for element in activities if _launch(element) is not None]
    if not launchable:
        raise Refused("xapi.no_launch" if activities else "xapi.no_activity", NAME)
    course = launchable[0]
    title = _string(course, "name")
    node = _node(course, folder, find, findings)
    if len(launchable) > 1:
        findings.add("xapi.several_launches", NAME, count=len(launchable), title=title or node.identifier)
    elif len(activities) > 1:
        findings.add("xapi.activities", NAME, count=len(activities), title=title or node.identifier)
    about = Metadata(title=title[:_TITLE], description=_string(course, "description")[:_DESCRIPTION], language=_language(course))
    tree = Tree([Organization(node.identifier, node.title, [node] if node.launch else [])])
    return Manifest(node.identifier[:200], FORMAT, EDITION, title[:_TITLE], tree, about)


def calls_itself_ours(manifest: Manifest) -> bool:
    """Whether an xAPI package is named by an address of this installation: its statements could then be about other courses."""
    return manifest.format == FORMAT and is_ours(manifest.tree.organizations[0].identifier)


def is_ours(iri: str) -> bool:
    """Whether an activity is ours, or one that ours lie below."""
    return at_or_below(iri, identity_base()) or at_or_below(identity_base(), iri)


def _node(course: xml.Element, folder: str, find: Callable[[str], str | None], findings: Findings) -> Node:
    iri = (xml.attribute(course, "id") or "").strip()
    title = _string(course, "name")[:_TITLE] or iri[:_TITLE]
    if not is_iri(iri) or len(iri) > _IRI:
        findings.add("xapi.id", NAME, title=title, id=iri[:200])
    node = Node(identifier=iri, title=title, scorm_type="sco")
    launches = xml.children(course, "launch")
    if len({xml.text(element) for element in launches if xml.text(element)}) > 1:
        findings.add("xapi.languages", NAME, count=len(launches))
    href = xml.text(_launch(course))
    target = hrefs.resolve(folder, [], href, find)
    if code := _PROBLEMS.get(target.kind):
        findings.add(code, NAME, title=title, href=href[:200])
        return node
    if target.kind == hrefs.EXTERNAL:
        findings.add("xapi.external", NAME, title=title, href=target.address[:200])
    elif target.respelt:
        findings.add("item.launch_case", NAME, title=title, href=href[:200], file=target.path)
    node.launch = target.address
    return node


def _launch(activity: xml.Element) -> xml.Element | None:
    """What it opens: the first launch that names anything."""
    return next((element for element in xml.children(activity, "launch") if xml.text(element)), None)


def _string(activity: xml.Element, name: str) -> str:
    """The first text of that name; the languages stand in the file with the author's own first."""
    return next((found for element in xml.children(activity, name) if (found := xml.text(element))), "")


def _language(course: xml.Element) -> str:
    """The language of the title, else of what is opened."""
    for element in (*xml.children(course, "name"), *xml.children(course, "launch")):
        if found := primary_language(xml.attribute(element, "lang") or xml.xml_attribute(element, "lang") or ""):
            return found
    return ""


def _note_missing_scripts(archive: Archive, tree: Tree, findings: Findings) -> None:
    """A page whose programs were left out of the zip opens and does nothing: better said now than found by a learner."""
    for node in tree.organizations[0].launchable():
        page = archive.find(unquote(node.launch.partition("#")[0].partition("?")[0]))
        if node.external or page is None or not page.lower().endswith((".html", ".htm")):
            continue
        text = (archive.read(page, _PAGE_BYTES) or b"").decode("utf-8", "replace")
        folder = page.rpartition("/")[0]
        targets = [(source, hrefs.resolve(folder, [], source, archive.find)) for source in _SCRIPT.findall(text)]
        missing = sorted({source for source, target in targets if target.kind == hrefs.MISSING and "{" not in source})
        if missing:
            findings.add("xapi.script_missing", page, names=", ".join(missing[:5]))

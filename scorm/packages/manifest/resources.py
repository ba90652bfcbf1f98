"""Resources of a manifest: what each one opens, which files it lists, and what of it is missing."""

from collections.abc import Callable
from dataclasses import dataclass

from scorm.packages.findings import Findings
from scorm.packages.manifest import hrefs, xml

SCO, ASSET = "sco", "asset"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Resource:
    """``target`` is None where the resource has no href."""

    identifier: str
    href: str
    target: hrefs.Target | None
    scorm_type: str


@dataclass(slots=True)
class Catalogue:
    """The resources of a manifest and its sub-manifests by identifier, in order; ``listed`` are the files they name."""

    resources: dict[str, Resource]
    missing: list[str]


def collect(root: xml.Element, folder: str, find: Callable[[str], str | None], findings: Findings) -> Catalogue:
    """Read every resource of the manifest and of those nested in it; note files that are listed but absent."""
    catalogue = Catalogue({}, [])
    for manifest, bases in _manifests(root, []):
        for block in xml.children(manifest, "resources"):
            block_bases = [*bases, xml.xml_attribute(block, "base") or ""]
            for element in xml.children(block, "resource"):
                _add(element, folder, block_bases, find, catalogue)
    _settle_types(root, catalogue, findings)
    if catalogue.missing:
        names = ", ".join(catalogue.missing[:_SHOWN]) + (" …" if len(catalogue.missing) > _SHOWN else "")
        findings.add("file.missing", count=len(catalogue.missing), names=names)
    return catalogue


def _manifests(root: xml.Element, bases: list[str]):
    bases = [*bases, xml.xml_attribute(root, "base") or ""]
    yield root, bases
    for nested in xml.children(root, "manifest"):
        yield from _manifests(nested, bases)


def _add(element: xml.Element, folder: str, bases: list[str], find, catalogue: Catalogue) -> None:
    identifier = (xml.attribute(element, "identifier") or "").strip()
    href = (xml.attribute(element, "href") or "").strip()
    own = [*bases, xml.xml_attribute(element, "base") or ""]
    target = hrefs.resolve(folder, own, href, find) if href else None
    kind = (xml.attribute(element, "scormtype") or "").strip().lower()
    catalogue.resources.setdefault(identifier, Resource(identifier, href, target, kind))
    for listed in xml.children(element, "file"):
        named = hrefs.resolve(folder, own, xml.attribute(listed, "href") or "", find)
        if named.kind == hrefs.MISSING and named.path not in catalogue.missing[-200:]:
            catalogue.missing.append(named.path)


def _settle_types(root: xml.Element, catalogue: Catalogue, findings: Findings) -> None:
    """``sco`` or ``asset`` for every resource. Where none says which, all may report: the interface does no harm to an asset."""
    unsaid = not any(r.scorm_type for r in catalogue.resources.values())
    if unsaid and catalogue.resources:
        findings.add("resource.type")
    fallback = SCO if unsaid else ASSET
    for identifier, resource in catalogue.resources.items():
        kind = resource.scorm_type if resource.scorm_type in (SCO, ASSET) else fallback
        catalogue.resources[identifier] = Resource(identifier, resource.href, resource.target, kind)

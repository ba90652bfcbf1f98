"""Resources of a manifest: what each one opens, which files it lists, and what of it is missing."""

from collections.abc import Callable
from dataclasses import dataclass, replace

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
    """The resources of a manifest and of those nested in it, in order; ``missing`` are listed files that are absent.

    ``scopes`` has them by the identifier of their manifest ("" for the outermost) and their own: the same name may be used in each.
    """

    scopes: dict[str, dict[str, Resource]]
    missing: list[str]

    @property
    def resources(self) -> dict[str, Resource]:
        """All of them by identifier; of one name the outermost."""
        return {name: one for own in reversed(self.scopes.values()) for name, one in own.items()}

    def find(self, identifier: str, scope: str) -> Resource | None:
        """The resource that an item of that manifest means: its own, else one from anywhere in the package."""
        nearest_first = (self.scopes.get(scope, {}), *self.scopes.values())
        return next((own[identifier] for own in nearest_first if identifier in own), None)


def collect(root: xml.Element, folder: str, find: Callable[[str], str | None], findings: Findings) -> Catalogue:
    """Read every resource of the manifest and of those nested in it; note files that are listed but absent."""
    catalogue = Catalogue({"": {}}, [])
    for manifest, bases in _manifests(root, []):
        scope = "" if manifest is root else (xml.attribute(manifest, "identifier") or "").strip()
        for block in xml.children(manifest, "resources"):
            block_bases = [*bases, xml.xml_attribute(block, "base") or ""]
            for element in xml.children(block, "resource"):
                _add(element, folder, block_bases, find, catalogue, scope)
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


def _add(element: xml.Element, folder: str, bases: list[str], find, catalogue: Catalogue, scope: str) -> None:
    identifier = (xml.attribute(element, "identifier") or "").strip()
    href = (xml.attribute(element, "href") or "").strip()
    own = [*bases, xml.xml_attribute(element, "base") or ""]
    target = hrefs.resolve(folder, own, href, find) if href else None
    kind = (xml.attribute(element, "scormtype") or "").strip().lower()
    catalogue.scopes.setdefault(scope, {}).setdefault(identifier, Resource(identifier, href, target, kind))
    for listed in xml.children(element, "file"):
        named = hrefs.resolve(folder, own, xml.attribute(listed, "href") or "", find)
        if named.kind == hrefs.MISSING and named.path not in catalogue.missing[-200:]:
            catalogue.missing.append(named.path)


def _settle_types(root: xml.Element, catalogue: Catalogue, findings: Findings) -> None:
    """``sco`` or ``asset`` for every resource. Where none says which, all may report: the interface does no harm to an asset."""
    every = [resource for own in catalogue.scopes.values() for resource in own.values()]
    unsaid = not any(r.scorm_type for r in every)
    if unsaid and every:
        findings.add("resource.type")
    fallback = SCO if unsaid else ASSET
    for own in catalogue.scopes.values():
        for identifier, resource in own.items():
            kind = resource.scorm_type if resource.scorm_type in (SCO, ASSET) else fallback
            own[identifier] = replace(resource, scorm_type=kind)

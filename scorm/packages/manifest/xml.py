"""Hardened XML: no network, no DTD, no entities; names compared without prefix or case, as real packages need."""

import re
from collections.abc import Iterator

from lxml import etree

from scorm.packages.findings import Findings, Refused
from scorm.packages.manifest.text import as_text, repair_entities

MAX_BYTES = 16 << 20
Element = etree._Element
_XML_NAMESPACE = "{http://www.w3.org/XML/1998/namespace}"
_PREFIX = re.compile(r"[Pp]refix (\S+)")


def parse(data: bytes, findings: Findings, name: str = "imsmanifest.xml") -> Element:
    """The root element of a file of that name; repairs raw ``&`` and undeclared prefixes, refuses what is really broken with its line."""
    text = as_text(data, findings)
    try:
        return _strict(text)
    except etree.XMLSyntaxError as error:
        first = error
    repaired = repair_entities(text)
    if repaired != text:
        findings.add("manifest.ampersand", f"{name}:{first.lineno}")
    root, problems = _forgiving(repaired)
    serious = [p for p in problems if p.domain_name != "NAMESPACE"]
    if serious or root is None:
        problem = serious[0] if serious else first
        line = getattr(problem, "line", None) or first.lineno
        raise Refused("manifest.malformed", f"{name}:{line}", reason=_reason(problem))
    for problem in problems:
        prefix = _PREFIX.search(problem.message or "")
        findings.add("manifest.prefix", f"{name}:{problem.line}", prefix=prefix.group(1) if prefix else "?")
    return root


def _parser(recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, remove_comments=True, remove_pis=True, recover=recover,
    )  # fmt: skip


def _strict(text: str) -> Element:
    return etree.fromstring(text.encode("utf-8", "surrogatepass"), _parser(recover=False))


def _forgiving(text: str) -> tuple[Element | None, list]:
    parser = _parser(recover=True)
    root = etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    return root, list(parser.error_log)


def _reason(problem) -> str:
    """The parser's own words, without the line that is told apart."""
    message = getattr(problem, "message", None) or getattr(problem, "msg", None) or str(problem)
    return re.sub(r", line \d+, column \d+.*$", "", message)[:200]


def local(element: Element) -> str:
    """The element's name without namespace or undeclared prefix, in lower case."""
    return _bare(element.tag)


def _bare(name) -> str:
    return str(name).rpartition("}")[2].rpartition(":")[2].lower()


def namespace(element: Element) -> str:
    return etree.QName(element).namespace or ""


def children(element: Element | None, *names: str) -> list[Element]:
    """Direct children of these (lower-case) names, in order."""
    return [] if element is None else [child for child in element if isinstance(child.tag, str) and local(child) in names]


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant along a path of names, or None."""
    for name in path:
        found = children(element, name)
        if not found:
            return None
        element = found[0]
    return element


def text(element: Element | None) -> str:
    """All text inside, with white space collapsed."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def raw_text(element: Element | None) -> str:
    """All text inside, verbatim but for white space around it: launch data may mean its line breaks."""
    return "" if element is None else "".join(element.itertext()).strip()


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its lower-case local name, whatever its prefix or case."""
    if (exact := element.get(name)) is not None:
        return exact
    for key, value in element.attrib.items():
        if _bare(key) == name and not key.startswith(_XML_NAMESPACE):
            return value
    return None


def xml_attribute(element: Element, name: str) -> str | None:
    """``xml:base`` or ``xml:lang``."""
    return element.get(_XML_NAMESPACE + name)


def namespaces(root: Element) -> Iterator[str]:
    """Every namespace that is used or declared."""
    for element in root.iter(etree.Element):
        yield from (uri for uri in element.nsmap.values() if uri)


def source(element: Element | None) -> str:
    """The element as XML of its own, with the namespaces it needs; empty for None."""
    if element is None:
        return ""
    return etree.tostring(element, encoding="unicode", with_tail=False)

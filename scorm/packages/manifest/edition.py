"""Which SCORM, and which edition of it. Namespaces speak first, then the words of ``schemaversion``; the default is 1.2."""

import re

from lxml import etree

from scorm.packages.findings import Findings, Refused
from scorm.packages.manifest import xml

SCORM12, SCORM2004 = "scorm12", "scorm2004"
_NAMESPACES_2004 = frozenset({"adlcp_v1p3", "adlseq_v1p3", "adlnav_v1p3", "imsss"})
_NAMESPACES_12 = frozenset({"adlcp_rootv1p2", "imscp_rootv1p1p2", "imscp_rootv1p1"})
_PACKAGING_2004 = "imscp_v1p1"
_FOURTH_ONLY = frozenset({"data", "map"})
_EDITION = re.compile(r"([234])\s*(?:nd|rd|th)", re.IGNORECASE)


def detect(root: xml.Element, findings: Findings) -> tuple[str, str]:
    """(format, edition): ``("scorm12", "1.2")`` or ``("scorm2004", "2004 3rd Edition")``. Refuses other IMS packages by name."""
    metadata = xml.child(root, "metadata")
    schema = xml.text(xml.child(metadata, "schema"))
    version = xml.text(xml.child(metadata, "schemaversion"))
    uris = set(xml.namespaces(root))
    _refuse_other_packages(schema, uris, root)
    if not uris:
        findings.add("manifest.no_namespace")
    format_ = _format(uris, version)
    edition = "1.2" if format_ == SCORM12 else _edition_2004(version, root)
    if not version:
        findings.add("edition.unstated", edition=edition)
    elif not _is_known(version):
        findings.add("edition.unknown", version=version[:60], edition=edition)
    return format_, edition


def _format(uris: set[str], version: str) -> str:
    tails = {uri.rstrip("/").rpartition("/")[2].lower() for uri in uris}
    says_12, says_2004 = bool(tails & _NAMESPACES_12), bool(tails & _NAMESPACES_2004)
    if says_12 != says_2004:
        return SCORM12 if says_12 else SCORM2004
    if re.search(r"2004|cam|1\.3", version, re.IGNORECASE):
        return SCORM2004
    return SCORM2004 if _PACKAGING_2004 in tails and not version.startswith("1.2") else SCORM12


def _edition_2004(version: str, root: xml.Element) -> str:
    if "cam" in version.lower():
        return "2004 2nd Edition"
    if found := _EDITION.search(version.lower().replace("2004", "")):
        return {"2": "2004 2nd Edition", "3": "2004 3rd Edition", "4": "2004 4th Edition"}[found.group(1)]
    fourth = any(xml.namespace(e).endswith("adlcp_v1p3") and xml.local(e) in _FOURTH_ONLY for e in root.iter(etree.Element))
    return "2004 4th Edition" if fourth else "2004 3rd Edition"


def _is_known(version: str) -> bool:
    return bool(re.fullmatch(r"1\.2|CAM 1\.3|2004 (2nd|3rd|4th) edition|2004", version.strip(), re.IGNORECASE))


def _refuse_other_packages(schema: str, uris: set[str], root: xml.Element) -> None:
    """Common Cartridge and QTI use the same file name."""
    if "cartridge" in schema.lower() or any("imsccv1p" in uri for uri in uris):
        raise Refused("format.common_cartridge")
    types = {(xml.attribute(e, "type") or "").lower() for e in root.iter(etree.Element) if xml.local(e) == "resource"}
    if "qti" in schema.lower() or (types and all(kind.startswith("imsqti") for kind in types)):
        raise Refused("format.qti")

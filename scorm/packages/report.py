"""The import report: what the package is, what is in it, what was noticed; stored as data, read as sentences."""

from scorm.packages.findings import Finding, worst_first
from scorm.packages.inspection import Inspection
from scorm.packages.sentences import NOT_A_ZIP
from scorm.packages.tree import Tree


def build(inspection: Inspection, *, name: str, size: int) -> dict:
    """The report as JSON, without sentences: they are made in the reader's language by :func:`in_words`."""
    manifest, archive = inspection.manifest, inspection.archive
    return {
        "accepted": inspection.accepted,
        "file": {"name": name[:300], "size": size},
        "format": manifest.format if manifest else None,
        "edition": manifest.edition if manifest else None,
        "title": manifest.title if manifest else None,
        "files": len(archive.entries) if archive else None,
        "bytes": sum(entry.size for entry in archive.entries.values()) if archive else None,
        "tree": outline(manifest.tree) if manifest else [],
        "findings": [finding.to_json() for finding in inspection.findings.ordered()],
    }


def outline(tree: Tree) -> list[dict]:
    """What a person wants to see of the tree: titles, types, addresses."""
    return [{"identifier": o.identifier, "title": o.title, "items": [_node(n) for n in o.items]} for o in tree.organizations]


def _node(node) -> dict:
    return {
        "identifier": node.identifier,
        "title": node.title,
        "type": node.scorm_type,
        "launch": node.launch,
        "visible": node.visible,
        "items": [_node(child) for child in node.children],
    }


def findings_of(report: dict) -> list[Finding]:
    return worst_first(Finding.from_json(data) for data in report["findings"])


def in_words(report: dict) -> dict:
    """The report as the API answers it: every finding with severity and sentence."""
    spoken = [{"severity": f.severity, "code": f.code, "message": f.message, "where": f.where} for f in findings_of(report)]
    return {**report, "findings": spoken}


def not_a_zip(report: dict) -> bool:
    """True when the upload was something else altogether."""
    return any(f["code"] in NOT_A_ZIP for f in report["findings"])

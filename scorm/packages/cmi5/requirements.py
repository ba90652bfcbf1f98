"""Which requirement of the specification a refused course breaks, by the ids of the catalogue of requirements (``@cmi5/requirements``)."""

from scorm.packages.findings import Finding

_OF = {
    "cmi5.iri": "3.0.0.0-1",
    "cmi5.duplicate_block": "13.1.2.0-1",
    "cmi5.duplicate_objective": "13.1.3.0-1",
    "cmi5.duplicate_au": "13.1.4.0-1",
    "cmi5.url": "13.1.4.0-2",
    "cmi5.scheme": "13.1.4.0-2",
    "cmi5.query": "8.1.0.0-6",
    "cmi5.relative": "14.2.0.0-1",
    "cmi5.file_missing": "14.1.0.0-4",
    "cmi5.not_at_root": "14.1.0.0-2",
    "cmi5.idref": "4.4.0.0-2",
    "cmi5.none": "14.1.0.0-2",
    "cmi5.too_large": "4.4.0.0-1",
    "archive.html": "14.0.0.0-1",
}
_SCHEMA, _ZIP, _NONE = "13.2.0.0-1", "14.1.0.0-1", "14.1.0.0-2"
CONTENT_TYPE = "14.0.0.0-1"


def violated(finding: Finding) -> str:
    """The id of the requirement that an error is about; what is some other kind of package has no cmi5.xml where it should be."""
    area = finding.code.partition(".")[0]
    return _OF.get(finding.code) or {"archive": _ZIP, "cmi5": _SCHEMA, "manifest": _SCHEMA}.get(area, _NONE)

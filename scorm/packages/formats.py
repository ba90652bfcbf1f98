"""Which kind of package an archive is, told by the names inside it; what cannot be imported is refused by name."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from scorm.packages.findings import Findings, Refused

MANIFEST = "imsmanifest.xml"
# What says most about a course comes first.
_PREFERENCE = ("cmi5", "scorm", "tincan", "aicc", "h5p")
_NAMES = {"cmi5": "cmi5", "scorm": "SCORM", "tincan": "xAPI (tincan.xml)"}
_AICC = (".crs", ".des", ".cst")  # an .au alone is a sound
_OFFICE = {
    "ppt/presentation.xml": "PowerPoint",
    "word/document.xml": "Word",
    "xl/workbook.xml": "Excel",
    "content.xml": "OpenDocument",
}
_OTHERS = {
    "moodle_backup.xml": "format.moodle",
    "meta-inf/container.xml": "format.epub",
    "androidmanifest.xml": "archive.program",
    "meta-inf/manifest.mf": "archive.program",
}
_PAGES = (".html", ".htm", ".xhtml")
_DOCUMENTS = (".pptx", ".ppt", ".docx", ".doc", ".odp", ".odt", ".pdf", ".mp4", ".webm", ".mov", ".mp3", ".key", ".pps", ".ppsx")


def in_words(format_: str, edition: str) -> str:
    """A format as people call it: “SCORM 2004 4th Edition”, “cmi5”."""
    return f"SCORM {edition}" if format_.startswith("scorm") else edition


@dataclass(frozen=True, slots=True)
class Marker:
    """A file whose name tells the format; ``depth`` is how many folders it lies in."""

    format: str
    path: str

    @property
    def depth(self) -> int:
        return self.path.count("/")

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]


def markers(paths: Iterable[str]) -> list[Marker]:
    """Every file that tells a format, in the archive's order."""
    found = []
    for path in paths:
        name = path.rpartition("/")[2].lower()
        if name == MANIFEST:
            found.append(Marker("scorm", path))
        elif name in ("cmi5.xml", "tincan.xml"):
            found.append(Marker(name.removesuffix(".xml"), path))
        elif name == "h5p.json" and "/" not in path:
            found.append(Marker("h5p", path))
        elif name.endswith(_AICC):
            found.append(Marker("aicc", path))
    return found


def locate(paths: list[str], readable: Collection[str], findings: Findings) -> Marker:
    """The description of the one course in the archive, in a format among ``readable``; raise :class:`Refused` with what it is instead.

    The shallowest wins, at the same depth the richer format; two of one format at the same depth are two courses.
    """
    found = markers(paths)
    candidates = [m for m in found if m.format in readable]
    if not candidates:
        _refuse_other(paths, found)
    best = min(candidates, key=lambda m: (m.depth, _PREFERENCE.index(m.format)))
    rivals = [m for m in candidates if (m.format, m.depth) == (best.format, best.depth)]
    if len(rivals) > 1:
        raise Refused("course.several", folders=", ".join(m.folder or m.path for m in rivals[:5]))
    for other in sorted({m.format for m in found if m.format in _NAMES and m.format != best.format and m.depth <= best.depth}):
        findings.add("format.also", other=_NAMES[other], used=_NAMES[best.format])
    return best


def _refuse_other(paths: list[str], found: list[Marker]) -> None:
    for format_ in ("cmi5", "tincan", "h5p", "aicc"):
        if any(m.format == format_ for m in found):
            raise Refused(f"format.{format_}")
    lowered = {path.lower() for path in paths}
    for name, kind in _OFFICE.items():
        if name in lowered and ("[content_types].xml" in lowered or "mimetype" in lowered):
            raise Refused("format.office", kind=kind)
    for name, code in _OTHERS.items():
        if name in lowered:
            raise Refused(code)
    if any(path.endswith(_PAGES) for path in lowered):
        raise Refused("course.plain_html")
    if documents := sorted(path for path in paths if path.lower().endswith(_DOCUMENTS)):
        raise Refused("course.documents", names=", ".join(path.rpartition("/")[2] for path in documents[:3]))
    raise Refused("course.none")


def wrapped_zip(paths: list[str]) -> str | None:
    """The one zip inside a zip that is nothing but its wrapping, or None; several are refused."""
    inner = [path for path in paths if path.lower().endswith(".zip")]
    if not inner or markers(paths) or any(path.lower().endswith(_PAGES) for path in paths):
        return None
    if len(inner) > 1:
        raise Refused("archive.many_zips", count=len(inner))
    return inner[0]

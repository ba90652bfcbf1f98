"""An uploaded file, looked through: archive, format, manifest. Nothing is stored; the answer is a report."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import BinaryIO

from scorm.packages import formats, tincan
from scorm.packages.archive import Archive, Limits
from scorm.packages.archive.limits import in_words
from scorm.packages.archive.names import LEGACY
from scorm.packages.cmi5 import alone
from scorm.packages.cmi5.reading import read_alone, read_cmi5
from scorm.packages.findings import Findings, Refused
from scorm.packages.manifest import Manifest, read_manifest, xml
from scorm.packages.manifest import metadata as lom

_NO_TITLE = "Course"


@dataclass(slots=True)
class Inspection:
    """What was found. ``archive`` and ``manifest`` are None where reading had to stop before them."""

    findings: Findings
    archive: Archive | None = None
    manifest: Manifest | None = None

    @property
    def accepted(self) -> bool:
        return self.manifest is not None and not self.findings.errors


def inspect(
    stream: BinaryIO, *, name: str, limits: Limits, scratch: Callable[[], BinaryIO], only: Collection[str] | None = None
) -> Inspection:
    """Look through an upload. ``scratch()`` answers an empty file for a zip inside the zip, open as long as the caller needs it.

    ``only`` names the formats that are wanted, where not every format will do.
    """
    result = Inspection(Findings())
    try:
        if alone.is_alone(stream):
            result.archive = Archive(alone.wrapped(stream, scratch()), limits, result.findings)
            result.manifest = read_alone(result.archive, result.findings)
        else:
            result.archive = _unwrapped(Archive(stream, limits, result.findings), limits, result.findings, scratch)
            marker = formats.locate(list(result.archive.entries), READERS if only is None else only, result.findings)
            result.manifest = READERS[marker.format](result.archive, marker, result.findings)
        if not result.manifest.title:
            result.manifest.title = _title_from(name)
    except Refused as refusal:
        result.findings.append(refusal.finding)
    return result


def _unwrapped(archive: Archive, limits: Limits, findings: Findings, scratch: Callable[[], BinaryIO]) -> Archive:
    inner = formats.wrapped_zip(list(archive.entries))
    if inner is None:
        return archive
    copy = scratch()
    for chunk in archive.chunks(inner):
        copy.write(chunk)
    unwrapped = Archive(copy, limits, findings)
    if formats.wrapped_zip(list(unwrapped.entries)):
        raise Refused("archive.nested_twice")
    findings.add("archive.nested", inner)
    return unwrapped


def _scorm(archive: Archive, marker: formats.Marker, findings: Findings) -> Manifest:
    if marker.folder:
        findings.add("course.subfolder", marker.folder)
    if marker.path.rpartition("/")[2] != formats.MANIFEST:
        findings.add("manifest.name_case", marker.path)
    data = archive.read(marker.path, xml.MAX_BYTES)
    if data is None:
        raise Refused("manifest.too_large", marker.path, limit=in_words(xml.MAX_BYTES))
    manifest = _read(archive, data, marker.folder, findings)
    manifest.metadata = _completed(manifest.metadata, archive, marker.folder)
    return manifest


def _read(archive: Archive, data: bytes, folder: str, findings: Findings) -> Manifest:
    """Read the manifest; when files are missing and names are in an old code page, find the code page that has them."""
    manifest, found = _attempt(archive.find, data, folder)
    if archive.has_legacy_names() and _missing(found):
        for encoding in LEGACY[1:]:
            try:
                paths = archive.paths_in(encoding)
            except Refused:
                continue
            again, other = _attempt(lambda path, paths=paths: path if path in paths else None, data, folder)
            if _missing(other) < _missing(found):
                archive.reread_names(encoding)
                manifest, found = again, other
                findings.add("archive.recoded", encoding=encoding)
                break
    findings.extend(found)
    return manifest


def _attempt(find: Callable[[str], str | None], data: bytes, folder: str) -> tuple[Manifest, Findings]:
    findings = Findings()
    return read_manifest(data, folder=folder, find=find, findings=findings), findings


def _missing(findings: Findings) -> int:
    listed = sum(f.values["count"] for f in findings if f.code == "file.missing")
    return listed + sum(f.code == "item.launch_missing" for f in findings)


def _completed(about: lom.Metadata, archive: Archive, folder: str) -> lom.Metadata:
    """Metadata may lie in a file of its own; one that cannot be read is not worth a word."""
    path = archive.find(f"{folder}/{about.location}".lstrip("/")) if about.location else None
    data = archive.read(path, xml.MAX_BYTES) if path else None
    if data is None:
        return about
    try:
        return about.over(lom.read(xml.parse(data, Findings())))
    except Refused:
        return about


# How each format is read: from the archive and the file that tells it, to a manifest; refusals are raised, findings added.
READERS: dict[str, Callable[[Archive, formats.Marker, Findings], Manifest]] = {
    "scorm": _scorm,
    "cmi5": read_cmi5,
    "tincan": tincan.from_archive,
}


def _title_from(name: str) -> str:
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name
    return " ".join(stem.replace("_", " ").split())[:300] or _NO_TITLE

"""Build the sample packages: `python -m tools.build_samples [TARGET]`.

A folder with a `course.toml` is a course: its slides (HTML fragments, in the order of their names) and drawings are put
into the page of `_shared/`, and its manifest is written. A folder with an `imsmanifest.xml` is zipped as it stands.
The same sources always give the same bytes: fixed dates, sorted names, fixed permissions.
"""

import re
import sys
import tomllib
import zipfile
from html import escape
from pathlib import Path
from string import Template

from tools.sample_manifests import manifest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "sample_packages"
SHARED = SOURCES / "_shared"
BUILT = SOURCES / "built"

RUNTIME = ("course.css", "course.js", "deck.js", "find.js", "outcome.js", "questions.js", "scorm12.js", "scorm2004.js", "session.js", "words.js")
FRAME = {
    "en": {"contents": "Contents", "back": "Back", "progress": "Slides seen"},
    "fr": {"contents": "Sommaire", "back": "Précédent", "progress": "Pages vues"},
}
EPOCH = (2026, 1, 1, 0, 0, 0)


def build_all(target: Path = BUILT) -> list[Path]:
    """Build every package below `sample_packages/` into `target`; the paths of the zips, sorted by name."""
    folders = [path.parent for path in SOURCES.glob("*/course.toml")]
    folders += [path.parent for pattern in ("*/imsmanifest.xml", "probes/*/imsmanifest.xml") for path in SOURCES.glob(pattern)]
    return [build(folder, target) for folder in sorted(folders)]


def build(folder: Path, target: Path) -> Path:
    """Build the package in `folder` into `target`/<its name>.zip, replacing an older one."""
    files = course_files(folder) if (folder / "course.toml").exists() else raw_files(folder)
    target.mkdir(parents=True, exist_ok=True)
    name = folder.relative_to(SOURCES) if folder.is_relative_to(SOURCES) else Path(folder.name)
    path = target / ("-".join(name.parts) + ".zip")
    write_zip(path, files)
    return path


def write_zip(path: Path, files: dict[str, bytes]) -> None:
    """Write `files` (name in the archive → content) so that equal content gives equal bytes."""
    partial = path.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files, key=lambda name: (name != "imsmanifest.xml", name)):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name])
    partial.replace(path)


def raw_files(folder: Path) -> dict[str, bytes]:
    """The files of a package that is written out whole; its README stays behind."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != "README.md"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def course_files(folder: Path) -> dict[str, bytes]:
    """The pages, the run-time and the manifest of the course described by `folder`/course.toml."""
    course = tomllib.loads((folder / "course.toml").read_text("utf-8"))
    files = {f"shared/{name}": (SHARED / name).read_bytes() for name in RUNTIME}
    for sco in course["scos"]:
        files[sco["page"]] = page(folder, course, sco).encode()
    files["imsmanifest.xml"] = manifest(course, sorted(name for name in files if name.startswith("shared/")))
    return files


def page(folder: Path, course: dict, sco: dict) -> str:
    """The one HTML page of a SCO, with its slides and drawings inside."""
    frame = FRAME[course["language"]]
    template = Template((SHARED / "page.html").read_text("utf-8"))
    slides = [path.read_text("utf-8") for path in sorted((folder / sco["slides"]).glob("*.html"))]
    html = template.substitute(
        frame,
        language=course["language"], accent=course["accent"], steering=steering(course, sco),
        title=escape(sco["title"]), course=escape(course["title"]),
        sprite=(SHARED / "art" / "sprite.svg").read_text("utf-8"), slides="\n".join(slides),
    )  # fmt: skip
    return re.sub(r"<!-- art: ([\w-]+) -->", lambda found: drawing(folder, found[1]), html)


def steering(course: dict, sco: dict) -> str:
    """The attributes of <body> that tell the run-time how this SCO is finished."""
    values = {"version": course["version"], "finish": sco["finish"], "mark": sco.get("pass_mark"), "objective": sco.get("objective")}
    attributes = [f'data-{name}="{escape(str(value))}"' for name, value in values.items() if value is not None]
    return " ".join(attributes + (["data-chapter"] if sco.get("leads_on") else []))


def drawing(folder: Path, name: str) -> str:
    """The source of drawing `name`: the course's own, else the shared one."""
    own = folder / "art" / f"{name}.svg"
    return (own if own.exists() else SHARED / "art" / f"{name}.svg").read_text("utf-8").strip()


if __name__ == "__main__":
    for built in build_all(Path(sys.argv[1]) if sys.argv[1:] else BUILT):
        print(built)

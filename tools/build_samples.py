"""Build the sample packages into sample_packages/built: `python tools/build_samples.py [--if-changed]`.

A folder with a `course.toml` is a course: its slides (HTML fragments, in the order of their names) and drawings are put
into the page of `_shared/`, and its manifest is written. A folder with an `imsmanifest.xml` is zipped as it stands.
The same sources always give the same bytes: fixed dates, sorted names, fixed permissions.
"""

import hashlib
import re
import sys
import tomllib
import zipfile
from html import escape
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # as a script, this file sees only its own folder

from tools.sample_manifests import manifest  # noqa: E402

SOURCES = ROOT / "sample_packages"
SHARED = SOURCES / "_shared"
BUILT = SOURCES / "built"

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


def build_probe(target: Path, *, version: str, save: str, end: str = "finish", size: int = 0) -> Path:
    """A closing probe for SCORM `version` that saves at the event `save` (see probes/README.md) and ends by `end`."""
    folder = SOURCES / "probes" / "closing"
    title = f"Closing probe {version} {save} {end}"
    parameters = f"?version={version}&amp;save={save}&amp;end={end}&amp;size={size}"
    text = Template((folder / f"manifest-{version}.xml").read_text("utf-8")).substitute(title=title, parameters=parameters)
    files = {"imsmanifest.xml": text.encode()} | {name: (folder / name).read_bytes() for name in ("sco.html", "sco.js")}
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"closing-{version}-{save}-{end}-{size}.zip"
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
    files = {f"shared/{path.name}": path.read_bytes() for path in SHARED.iterdir() if path.suffix in {".js", ".css"}}
    for sco in course["scos"]:
        files[sco["page"]] = page(folder, course, sco).encode()
    files["imsmanifest.xml"] = manifest(course, sorted(name for name in files if name.startswith("shared/")))
    return files


def page(folder: Path, course: dict, sco: dict) -> str:
    """The one HTML page of a SCO, with its slides and drawings inside."""
    frame = FRAME[course["language"]]
    template = Template((SHARED / "page.html").read_text("utf-8"))
    slides = [path.read_text("utf-8") for path in sorted((folder / sco["slides"]).glob("*.html"))]
    if course["language"] == "fr":
        slides = [french_spaces(slide) for slide in slides]
    html = template.substitute(
        frame,
        language=course["language"], accent=course["accent"], steering=steering(course, sco),
        title=escape(sco["title"]), course=escape(course["title"]),
        sprite=(SHARED / "art" / "sprite.svg").read_text("utf-8"), slides="\n".join(slides),
    )  # fmt: skip
    return re.sub(r"<!-- art: ([\w-]+)(?: \| (.+?))? -->", lambda found: drawing(folder, found[1], found[2]), html)


def french_spaces(text: str) -> str:
    """French punctuation keeps its space, and the space keeps the line together."""
    return re.sub("« ", "«\u00a0", re.sub(r" (?=[?!:;»])", "\u202f", text))


def steering(course: dict, sco: dict) -> str:
    """The attributes of <body> that tell the run-time how this SCO is finished."""
    values = {"version": course["version"], "finish": sco["finish"], "mark": sco.get("pass_mark"), "objective": sco.get("objective")}
    attributes = [f'data-{name}="{escape(str(value))}"' for name, value in values.items() if value is not None]
    return " ".join(attributes + (["data-chapter"] if sco.get("leads_on") else []))


def drawing(folder: Path, name: str, label: str | None) -> str:
    """The source of drawing `name`: the course's own, else the shared one; described by `label` where one is given."""
    own = folder / "art" / f"{name}.svg"
    svg = (own if own.exists() else SHARED / "art" / f"{name}.svg").read_text("utf-8").strip()
    return re.sub(r'aria-label="[^"]*"', f'aria-label="{escape(label)}"', svg, count=1) if label else svg


def fingerprint() -> str:
    """A hash of everything that the built packages are made of."""
    made_of = [path for path in SOURCES.rglob("*") if path.is_file() and BUILT not in path.parents]
    made_of += [Path(__file__), Path(__file__).with_name("sample_manifests.py")]
    digest = hashlib.sha256()
    for path in sorted(made_of):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def up_to_date(stamp: Path) -> bool:
    """Whether the stamp of the last build fits the sources and its zips are still there."""
    lines = stamp.read_text("utf-8").splitlines() if stamp.exists() else [""]
    return lines[0] == fingerprint() and all((BUILT / name).exists() for name in lines[1:])


def main(arguments: list[str]) -> None:
    stamp = BUILT / ".stamp"
    if "--if-changed" in arguments and up_to_date(stamp):
        return
    built = build_all()
    stamp.write_text("\n".join([fingerprint(), *(path.name for path in built)]), "utf-8")
    print(f"Built {len(built)} sample packages.")


if __name__ == "__main__":
    main(sys.argv[1:])

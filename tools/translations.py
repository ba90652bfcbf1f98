"""Translations, one catalogue a package: ``update`` collects new texts, ``compile`` makes what runs, ``check`` fails on a gap.

python tools/translations.py update|compile|check [PACKAGE …]
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LANGUAGES = ("fr",)
METHODS = [("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2"), ("**.py", "python")]
KEYWORDS = {
    "_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "lazy_ngettext": (1, 2), "_l": None,
    "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3), "lazy_pgettext": ((1, "c"), 2),
}  # fmt: skip


def packages(names: list[str]) -> list[Path]:
    found = sorted(p.parent for p in ROOT.glob("*/__init__.py") if p.parent.name not in ("tests", "bench", "tools"))
    return [p for p in found if not names or p.name in names]


def extract(package: Path) -> Catalog:
    """Every text of a package that a person reads."""
    catalog = Catalog(project="Colloquium", charset="utf-8")
    for name, line, message, comments, context in extract_from_dir(package, METHODS, keywords=KEYWORDS):
        catalog.add(message, None, [(f"{package.name}/{name}", line)], auto_comments=comments, context=context)
    return catalog


def po_path(package: Path, language: str) -> Path:
    return package / "translations" / language / "LC_MESSAGES" / "messages.po"


def load(path: Path, language: str) -> Catalog:
    if not path.is_file():
        return Catalog(locale=language, project="Colloquium", charset="utf-8")
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def update(package: Path, language: str) -> None:
    template = extract(package)
    path = po_path(package, language)
    if not len(template) and not path.is_file():
        return
    catalog = load(path, language)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    out = io.BytesIO()
    write_po(out, catalog, width=120, sort_output=True, omit_header=False, include_lineno=False, ignore_obsolete=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue())


def compile_(package: Path, language: str) -> None:
    path = po_path(package, language)
    if not path.is_file():
        return
    target = path.with_suffix(".mo")
    if target.is_file() and target.stat().st_mtime >= path.stat().st_mtime:
        return
    with target.open("wb") as out:
        write_mo(out, load(path, language))


def gaps(package: Path, language: str) -> list[str]:
    """What a reader of ``language`` would see in English."""
    catalog = load(po_path(package, language), language)
    missing = []
    for message in extract(package):
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        known = catalog.get(key, message.context)
        strings = known.string if known and isinstance(known.string, tuple) else (known.string,) if known else ()
        if not strings or not all(strings) or (known and known.fuzzy):
            missing.append(f"{package.name} [{language}]: {key!r}")
    return missing


def main(action: str, *names: str) -> int:
    missing = []
    for package in packages(list(names)):
        for language in LANGUAGES:
            if action == "update":
                update(package, language)
            elif action == "compile":
                compile_(package, language)
            else:
                missing += gaps(package, language)
    print("\n".join(missing), end="\n" if missing else "")
    return 1 if missing else 0


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ("update", "compile", "check"):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

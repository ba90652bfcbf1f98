"""What pages call what was counted and what was done."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from core.erasure import registered

VERBS = {
    "merge": _l("Merged identifiers"),
    "split": _l("Split identifiers"),
    "export": _l("Exported a person's data"),
    "pseudonymise": _l("Began to pseudonymise"),
    "pseudonymised": _l("Pseudonymised"),
    "erase": _l("Began to erase"),
    "erased": _l("Erased"),
    "retention": _l("Deleted by a retention rule"),
    "rule added": _l("Added a retention rule"),
    "rule removed": _l("Removed a retention rule"),
    "attempt taken back": _l("Took an attempt back"),
    "part taken back": _l("Took a part of an attempt back"),
}


def held(described: Mapping[str, Mapping[str, int]]) -> list[tuple[str, int]]:
    """(what people call it, how many) of a description by erasers."""
    known = registered()
    return [(known[name].names.get(what, what), n) for name, counts in described.items() for what, n in counts.items()]


def by_part(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The same for counts under ``eraser.what``."""
    known = registered()
    found = []
    for key, n in counts.items():
        name, _dot, what = key.partition(".")
        found.append((known[name].names.get(what, what) if name in known else key, n))
    return found


def counted(counts: Mapping[str, int]) -> str:
    """Counts of a row of the audit on one line."""
    return ", ".join(f"{what}: {n}" for what, n in (by_part(counts) if any("." in key for key in counts) else counts.items()))

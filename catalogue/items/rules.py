"""What an item's fields may hold."""

import re
import unicodedata

MAX_TITLE = 300
MAX_DESCRIPTION = 20_000
MAX_MINUTES = 6_000
VISIBILITIES = ("draft", "published", "groups")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)

# Upper bounds in minutes, the last one open: what people choose by is "have I time for it now".
BANDS = (("short", 5), ("medium", 15), ("long", 60), ("longer", None))


def title(text: str) -> str:
    """One line without runs of blanks or control characters; empty when nothing is left."""
    printable = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(printable.split())


def description(text: str) -> str:
    """The text with plain line ends and without NUL, which PostgreSQL cannot hold."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def language(tag: str | None) -> str | None:
    """``"FR-ca"`` → ``"fr-CA"``; None for none; ``""`` for what is no language tag (BCP 47, the part in use)."""
    if not tag:
        return None
    if not _LANGUAGE.fullmatch(tag):
        return ""
    first, *rest = tag.split("-")
    cases = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(cases.get(len(part), str.lower)(part) for part in rest)])[:16]


def title_key(text: str) -> str:
    """What titles are sorted by: no accents, no capitals, the same on both databases."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.casefold()[:MAX_TITLE]


def band(minutes: int | None) -> str | None:
    """The duration band of a number of minutes; None when unknown. Bounds belong to the band above: 5 minutes is "medium"."""
    if minutes is None:
        return None
    return next(name for name, below in BANDS if below is None or minutes < below)

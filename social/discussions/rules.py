"""What may be written, when an edit shows, and how fast is too fast. Pure."""

import unicodedata
from datetime import datetime, timedelta

from core.markdown import MAX_CHARS

MAX_TITLE = 200
MAX_BODY = MAX_CHARS
GRACE = timedelta(minutes=5)
"""A correction made sooner than this after writing needs no mark."""
FLOOD_WINDOW = timedelta(minutes=1)
FLOOD_LIMIT = 10
"""As many comments may a person write within the window; nobody who thinks while writing meets it."""


def title(text: str) -> str:
    """A title on one line, without what cannot be seen."""
    printable = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(printable.split())


def body(text: str) -> str:
    """The text with plain line ends and without NUL, which PostgreSQL cannot hold."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def shows_as_edited(*, written: datetime, edited: datetime | None) -> bool:
    """True when an edit came later than the grace after writing."""
    return edited is not None and edited - written > GRACE


def floods(recent: int) -> bool:
    """True when so many comments within the window leave no room for another."""
    return recent >= FLOOD_LIMIT


def starter(item_id: int) -> int:
    """Which of the starter questions an item without talk shows; always the same for one item."""
    return item_id * 2_654_435_761 % 2**32

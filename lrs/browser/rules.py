"""What an address of the browser asks for, free of any database."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from lrs.statements.formats import is_uuid

PER_PAGE = 50
LONGEST = {"person": 300, "agent": 1000, "verb": 1000, "activity": 1000, "authority": 1000, "text": 100}
TEXTS = ("person", "agent", "verb", "activity", "registration", "from", "to", "text", "authority")
SWITCHES = ("related", "mentioned", "voided")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?").fullmatch
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss"})


@dataclass(frozen=True)
class Filters:
    """Which statements, as typed or linked to, and from where on.

    ``values`` holds the texts (:data:`TEXTS`) and switches ("1") that are set. ``since`` and ``until`` are microseconds, as ``seq`` is;
    ``since`` excludes itself. ``before`` and ``after`` are cursors: the seq that the page ends above or begins below. ``problems`` maps
    a name to what is wrong with its value: "registration", "date".
    """

    values: Mapping[str, str] = field(default_factory=dict)
    registration: UUID | None = None
    since: int | None = None
    until: int | None = None
    before: int | None = None
    after: int | None = None
    problems: Mapping[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> str:
        if name in TEXTS or name in SWITCHES:
            return self.values.get(name, "")
        raise AttributeError(name)

    @property
    def narrowed(self) -> bool:
        """True when anything but the place in the list was chosen."""
        return bool(self.values)

    def to(self, **changes: str | int | None) -> str:
        """The query string with something else chosen, from the first page; None or "" takes a filter away."""
        new = dict(self.values) | {name.rstrip("_"): str(value) for name, value in changes.items() if value not in (None, "")}
        gone = {name.rstrip("_") for name, value in changes.items() if value in (None, "")}
        order = (*TEXTS, *SWITCHES, "before", "after")
        return urlencode([(name, new[name]) for name in order if name in new and name not in gone])

    def here(self, **places: int | None) -> "Filters":
        """The same filters at another place of the list."""
        return replace(self, **({"before": None, "after": None} | places))


def read(args: Mapping[str, str], utc: Callable[[datetime], datetime]) -> Filters:
    """Filters of a query string. ``utc`` turns a moment without a zone, as the reader means it, into one of UTC."""
    values, problems = {}, {}
    for name in TEXTS:
        text = " ".join(plain(args.get(name, "")).split())[: LONGEST.get(name, 64)]
        if text:
            values[name] = text
    for name in SWITCHES:
        if args.get(name) in ("1", "true", "on"):
            values[name] = "1"
    registration = values.get("registration")
    if registration and not is_uuid(registration):
        problems["registration"] = "registration"
        registration = None
    times = {}
    for name in ("from", "to"):
        times[name] = None
        if name in values and (moment := _moment(values[name], utc, end=name == "to")) is not None:
            times[name] = moment
        elif name in values:
            problems[name] = "date"
    since = None if times["from"] is None else times["from"] - 1
    return Filters(
        values,
        UUID(registration) if registration else None,
        since,
        times["to"],
        _cursor(args.get("before", "")),
        _cursor(args.get("after", "")),
        problems,
    )


def _cursor(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _moment(text: str, utc: Callable[[datetime], datetime], *, end: bool) -> int | None:
    """The first microsecond of a day or moment, or the last one of it when ``end``; None when it is none."""
    try:
        if _DAY(text):
            moment, length = datetime.fromisoformat(text), timedelta(days=1)
        elif _MOMENT(text):
            moment = datetime.fromisoformat(text)
            length = timedelta(minutes=1) if len(text) == 16 else timedelta(seconds=1) if "." not in text else _MICROSECOND
        else:
            return None
        if end:
            moment += length
        aware = moment.astimezone(UTC) if moment.tzinfo else utc(moment)
    except (ValueError, OverflowError):
        return None
    return max((aware - _EPOCH) // _MICROSECOND - (1 if end else 0), 0)


def folded(text: str) -> str:
    """Text without case and accents, with single blanks: what is searched, and what is searched for."""
    text = text.casefold().translate(_LETTERS)
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.split())


def plain(text: str) -> str:
    """Text without what cannot be seen but changes how the rest looks: control characters, direction marks, lone surrogates."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if c in "\t\r\n" else c for c in text if c in "\t\r\n\u200c\u200d" or unicodedata.category(c)[0] != "C")


def shortened(text: str, most: int = 120) -> str:
    """One line of at most so many characters."""
    line = " ".join(plain(text[: most * 4]).split())
    return line if len(line) <= most and len(text) <= most * 4 else line[: most - 1].rstrip() + "…"


def like(text: str) -> str:
    """A pattern for LIKE with ``\\`` as its escape that finds the text anywhere."""
    for special in "\\%_":
        text = text.replace(special, "\\" + special)
    return f"%{text}%"

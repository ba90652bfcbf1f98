"""What the address of a catalogue page asks for, and the address of every page one click away from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from catalogue.items.rules import BANDS

SORTS = ("popular", "trending", "new", "title")
BAND_NAMES = tuple(name for name, _below in BANDS)
PER_PAGE = 24
MAX_PAGE = 100_000
MAX_QUERY = 200
MAX_CHOICES = 30


@dataclass(frozen=True)
class Filters:
    """A catalogue page as its address says it; several choices of one filter mean any of them."""

    q: str = ""
    theme: str = ""
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    durations: tuple[str, ...] = ()
    sort: str = "popular"
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """True when anything but order and page was chosen."""
        return bool(self.q or self.theme or self.kinds or self.languages or self.durations)

    def query(self) -> str:
        """The query string of this page, without what is the default."""
        pairs = [("q", self.q), ("theme", self.theme)]
        pairs += [("kind", k) for k in self.kinds] + [("language", v) for v in self.languages] + [("duration", d) for d in self.durations]
        pairs += [("sort", self.sort if self.sort != "popular" else ""), ("page", str(self.page) if self.page > 1 else "")]
        return urlencode([(name, value) for name, value in pairs if value])

    def to(self, **changes) -> str:
        """The query string of this page with something else chosen, from its first page."""
        return replace(self, **({"page": 1} | changes)).query()

    def toggled(self, name: str, value: str) -> str:
        """The query string with one choice of a filter switched on or off."""
        chosen = getattr(self, name)
        return self.to(**{name: tuple(v for v in chosen if v != value) if value in chosen else (*chosen, value)})


def read(args) -> Filters:
    """Filters of a query string (a werkzeug ``MultiDict``). What makes no sense is left out; an address typed by hand is no error."""
    sort = args.get("sort", "")
    return Filters(
        q=" ".join(args.get("q", "").replace("\x00", "").split())[:MAX_QUERY],
        theme=args.get("theme", "").replace("\x00", "")[:36],
        kinds=_choices(args.getlist("kind")),
        languages=_choices(args.getlist("language")),
        durations=tuple(d for d in _choices(args.getlist("duration")) if d in BAND_NAMES),
        sort=sort if sort in SORTS else "popular",
        page=page_number(args.get("page", "")),
    )


def _choices(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v.replace("\x00", "")[:40] for v in values if v))[:MAX_CHOICES]


def page_number(text: str) -> int:
    """A page from 1; what is no number is the first."""
    return min(max(int(text), 1), MAX_PAGE) if text.isascii() and text.isdigit() and len(text) < 10 else 1


@dataclass(frozen=True)
class Cell:
    """How many visible items share these four properties."""

    kind: str
    theme_id: int | None
    language: str | None
    duration: str | None
    count: int


@dataclass(frozen=True)
class Counts:
    """What stands beside each choice: how many items it would show with the other filters as they are."""

    total: int
    themes: dict[int, int]
    kinds: dict[str, int]
    languages: dict[str, int]
    durations: dict[str, int]


def count(cells: Iterable[Cell], filters: Filters, theme_ids: frozenset[int] | None) -> Counts:
    """Count every filter's choices under all other filters. ``theme_ids``: the chosen theme and those below it, None for all."""
    chosen: Mapping[str, object] = {
        "kind": filters.kinds,
        "theme_id": theme_ids,
        "language": filters.languages,
        "duration": filters.durations,
    }
    found: dict[str, dict] = {name: {} for name in chosen}
    total = 0
    for cell in cells:
        missed = [name for name, values in chosen.items() if _excludes(values, getattr(cell, name))]
        if not missed:
            total += cell.count
        for name in missed or chosen:
            if len(missed) <= 1 and (value := getattr(cell, name)) is not None:
                found[name][value] = found[name].get(value, 0) + cell.count
    return Counts(total, found["theme_id"], found["kind"], found["language"], found["duration"])


def _excludes(values, value) -> bool:
    """An empty tuple chooses nothing in particular; an empty set of themes (an unknown theme) excludes everything."""
    return values is not None and values != () and value not in values

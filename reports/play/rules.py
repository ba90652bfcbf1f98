"""What the pages of play are asked for, how an answer is taken apart, and what the figures of a question come to. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from urllib.parse import urlencode

STATUSES = ("passed", "failed", "completed", "incomplete", "not attempted")
SORTS = ("last", "person", "score", "time")
WHICH = ("all", "counts")
PER_PAGE, QUESTIONS, ENTRIES, ELEMENTS, COMMITS = 50, 20, 100, 200, 50
MAX_PAGE = 100_000
ENOUGH = 20
_PREFIX = re.compile(r"^(?:\{(?:case_matters|order_matters|lang)=[A-Za-z0-9-]{1,35}\})+")
_LISTS = ("choice", "sequencing", "fill-in", "long-fill-in")


@dataclass(frozen=True)
class Filters:
    """Which attempts: words of the person's name, a group, a standing, a version by its number, days of their beginning, all or those
    that count."""

    q: str = ""
    group: str = ""
    status: str = ""
    version: int | None = None
    since: date | None = None
    until: date | None = None
    which: str = "all"
    sort: str = "last"
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """True when anything but order and page was chosen."""
        return bool(self.q or self.group or self.status or self.version or self.since or self.until or self.which != "all")

    @property
    def begun(self) -> tuple[datetime | None, datetime | None]:
        """From the first moment of one day to the last of the other, in UTC; the second is excluded."""
        start = datetime(self.since.year, self.since.month, self.since.day, tzinfo=UTC) if self.since else None
        end = datetime(self.until.year, self.until.month, self.until.day, tzinfo=UTC) + timedelta(days=1) if self.until else None
        return start, end

    def to(self, **changes) -> str:
        """The query string of this page with something else chosen, from its first page."""
        new = replace(self, **({"page": 1} | changes))
        pairs = [("q", new.q), ("group", new.group), ("status", new.status), ("version", new.version), ("since", new.since)]
        pairs += [("until", new.until), ("which", new.which if new.which != "all" else "")]
        pairs += [("sort", new.sort if new.sort != "last" else ""), ("page", new.page if new.page > 1 else "")]
        return urlencode([(name, str(value)) for name, value in pairs if value])


def read(args) -> Filters:
    """Filters of a query string; what makes no sense is left out."""
    status, sort, which = args.get("status", ""), args.get("sort", ""), args.get("which", "")
    return Filters(
        q=" ".join(args.get("q", "").replace("\x00", "").split())[:100],
        group=args.get("group", "").replace("\x00", "")[:36],
        status=status if status in STATUSES else "",
        version=number(args.get("version", ""), most=1_000_000),
        since=_day(args.get("since", "")),
        until=_day(args.get("until", "")),
        which=which if which in WHICH else "all",
        sort=sort if sort in SORTS else "last",
        page=page(args),
    )


def page(args) -> int:
    """The page that an address asks for, from 1."""
    return number(args.get("page", ""), most=MAX_PAGE) or 1


def number(text: str, *, most: int) -> int | None:
    """A whole number from 1 to ``most`` (more counts as that); None for anything else."""
    return (min(int(text), most) or None) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2999 else None


def standing(completion: str, success: str) -> str:
    """One word for an attempt or a part: what it was judged, else how far it is."""
    return success if success in ("passed", "failed") else completion if completion in STATUSES else "incomplete"


@dataclass(frozen=True)
class Said:
    """An answer taken apart. ``form``: "text"; "truth"; "list" of members in any order, "steps" in order; "pairs" of (one, other);
    "range" from one number to another. ``parts`` are texts, or pairs of texts."""

    form: str
    parts: tuple = ()


def taken_apart(response: str, kind: str) -> Said:
    """An answer or a correct pattern in xAPI's spelling (xAPI 1.0.3 Data 2.4.4.1, Appendix C) by the type of its question."""
    text = _PREFIX.sub("", response)
    if kind == "true-false" and text in ("true", "false"):
        return Said("truth", (text,))
    if kind in ("matching", "performance"):
        return Said("pairs", tuple((one, other) for one, _, other in (part.partition("[.]") for part in text.split("[,]"))))
    if kind == "numeric" and "[:]" in text:
        low, _, high = text.partition("[:]")
        return Said("text", (low,)) if low == high else Said("range", (low, high))
    if kind in _LISTS and "[,]" in text:
        return Said("steps" if kind == "sequencing" else "list", tuple(text.split("[,]")))
    return Said("text", (text,))


@dataclass(frozen=True)
class Sums:
    """Of the attempts that answered a question right or wrong and have a score: how many, how many right, and the sums of their scores."""

    n: int = 0
    right: int = 0
    score: float = 0.0
    squares: float = 0.0
    score_of_right: float = 0.0


def separation(sums: Sums) -> float | None:
    """How the answer goes with the score of the attempt: the point-biserial correlation, -1 to 1.

    None with fewer than twenty attempts, or where all answered alike or all scored alike: there a number would say nothing.
    """
    if sums.n < ENOUGH or not 0 < sums.right < sums.n:
        return None
    mean = sums.score / sums.n
    spread = sums.squares / sums.n - mean * mean
    if spread < 1e-9:
        return None
    share = sums.right / sums.n
    mean_right, mean_wrong = sums.score_of_right / sums.right, (sums.score - sums.score_of_right) / (sums.n - sums.right)
    return max(-1.0, min(1.0, (mean_right - mean_wrong) / sqrt(spread) * sqrt(share * (1 - share))))


def cut(some: Sequence, page: int, per_page: int) -> tuple[Sequence, int]:
    """A page of a list, and how many pages it has."""
    pages = max(1, -(-len(some) // per_page))
    page = min(page, pages)
    return some[(page - 1) * per_page : page * per_page], pages

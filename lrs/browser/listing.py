"""A page of the list: which statements stand on it, and where the pages before and after it begin."""

from collections.abc import Sequence
from dataclasses import dataclass

from lrs.browser import queries, search
from lrs.browser.queries import Row, Wanted
from lrs.browser.rules import PER_PAGE, Filters

NEWS_AT_MOST = 100
NEWS_LOOKED_AT = 1_000
NEIGHBOURS_LOOKED_AT = 2_000


@dataclass(frozen=True)
class Page:
    """Statements, newest first. ``older`` and ``newer`` are cursors (a seq) or None. ``looked`` counts the statements that a search for
    words went through; ``unfinished`` is True when it stopped before it had a page full or came to the end."""

    rows: Sequence[Row]
    older: int | None = None
    newer: int | None = None
    looked: int | None = None
    unfinished: bool = False

    @property
    def newest(self) -> int:
        """What is newer than this page has a greater seq."""
        return self.rows[0].seq if self.rows else 0


def page(filters: Filters, wanted: Wanted) -> Page:
    """The page at the filter's cursor. A page of newer statements that is not full is the first page."""
    if filters.text:
        return _searched(filters, wanted)
    if filters.after is not None:
        rows = queries.page(wanted, limit=PER_PAGE + 1, beyond=filters.after, ascending=True)
        if len(rows) > PER_PAGE:
            shown = rows[PER_PAGE - 1 :: -1]
            return Page(shown, older=shown[-1].seq, newer=shown[0].seq)
        return page(filters.here(), wanted)
    rows = queries.page(wanted, limit=PER_PAGE + 1, beyond=filters.before)
    shown = rows[:PER_PAGE]
    older = shown[-1].seq if len(rows) > PER_PAGE else None
    return Page(shown, older=older, newer=_above(filters, shown))


def _above(filters: Filters, shown: Sequence[Row]) -> int | None:
    """Where a page that was reached by going down has newer statements above it."""
    if filters.before is None:
        return None
    return shown[0].seq if shown else filters.before - 1


def _searched(filters: Filters, wanted: Wanted) -> Page:
    up = filters.after is not None
    found = search.find(wanted, filters.text, limit=PER_PAGE, beyond=filters.after if up else filters.before, ascending=up)
    if up and found.ended is None:
        return _searched(filters.here(), wanted)
    rows = queries.rows_at(found.seqs) if found.seqs else []
    unfinished = found.ended is not None and len(found.seqs) < PER_PAGE
    if up:
        return Page(rows, rows[-1].seq if rows else filters.after + 1, found.ended, found.looked, unfinished)
    return Page(rows, found.ended, _above(filters, rows), found.looked, unfinished)


def news(filters: Filters, wanted: Wanted, *, since: int) -> int:
    """How many statements of a filter came after a seq, counted up to a hundred."""
    if filters.text:
        return len(search.find(wanted, filters.text, limit=NEWS_AT_MOST, beyond=since, ascending=True, at_most=NEWS_LOOKED_AT).seqs)
    return queries.count(wanted, most=NEWS_AT_MOST, beyond=since)


def neighbours(filters: Filters, wanted: Wanted, seq: int) -> tuple[Row | None, Row | None]:
    """The next newer and the next older statement of a filter; one of a search is looked for nearby only."""
    return _neighbour(filters, wanted, seq, ascending=True), _neighbour(filters, wanted, seq, ascending=False)


def _neighbour(filters: Filters, wanted: Wanted, seq: int, *, ascending: bool) -> Row | None:
    if not filters.text:
        return next(iter(queries.page(wanted, limit=1, beyond=seq, ascending=ascending)), None)
    found = search.find(wanted, filters.text, limit=1, beyond=seq, ascending=ascending, at_most=NEIGHBOURS_LOOKED_AT)
    return next(iter(queries.rows_at(found.seqs)), None) if found.seqs else None

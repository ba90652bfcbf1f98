"""Exports for spreadsheets and for data tools: one flat row a statement, in pieces."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from core.spreadsheet import cell
from lrs.definitions.names import best
from lrs.definitions.queries import language_maps
from lrs.exchange.rules import COLUMNS, row
from lrs.statements.parse import parse
from lrs.statements.queries import Found


def rows(page: Sequence[Found], languages: Sequence[str]) -> list[dict]:
    """The rows of a page. An activity that a statement does not name gets its name from the dictionary, in one query."""
    found = [row(parse(one.payload), lambda names: best(names, languages)) for one in page]
    nameless = {r["object_id"] for r in found if r["object_name"] is None} - {None}
    known = language_maps(nameless, kind="activity") if nameless else {}
    for r in found:
        if r["object_name"] is None and r["object_id"] in known:
            r["object_name"] = best(known[r["object_id"]], languages) or None
    return found


def as_csv(pages: Iterable[Sequence[Found]], languages: Sequence[str]) -> Iterator[bytes]:
    """UTF-8 with a mark, so that spreadsheets read accents; nothing in it runs as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")
    writer.writerow(COLUMNS)
    for page in pages:
        for found in rows(page, languages):
            writer.writerow([cell(found[name]) for name in COLUMNS])
        yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode("utf-8", "replace")

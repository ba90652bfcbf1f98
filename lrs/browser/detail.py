"""Everything about one statement, for its page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from markupsafe import Markup

from lrs.attachments.queries import of_statements
from lrs.browser import listing, names, queries, sentences
from lrs.browser.colours import coloured
from lrs.browser.meaning import Meaning
from lrs.browser.names import Names
from lrs.browser.queries import LARGEST, Row
from lrs.browser.rules import Filters
from lrs.browser.sentences import UNREADABLE, Line
from lrs.statements.parse import parse

MOST_REFERRING = 20


@dataclass(frozen=True)
class Attached:
    """An attachment as the statement declares it. ``kept`` is the size of the data we hold, None when it lies elsewhere or is missing."""

    sha2: str
    name: str
    description: str
    kind: str
    usage: str
    length: int
    kept: int | None
    elsewhere: str


@dataclass(frozen=True)
class Detail:
    """``statement`` is None when it cannot be read; ``json`` is None when it is too large to be coloured."""

    row: Row
    line: Line
    statement: dict | None
    called: Names
    json: Markup | None
    happened: datetime | None
    attachments: Sequence[Attached]
    voided_by: Line | None
    referring: Sequence[Line]
    newer: Row | None
    older: Row | None

    @property
    def stored(self) -> datetime:
        return self.line.stored


def of(uuid: UUID, filters: Filters, meaning: Meaning, *, shown: Callable[[Sequence[Row]], Sequence[Row]]) -> Detail | None:
    """The statement with what surrounds it, in a fixed number of queries; None when the reader may not see it or there is none.

    ``shown`` drops the rows that the reader may not see.
    """
    allowed = meaning.wanted.allowed
    row = queries.one(uuid, allowed)
    if row is None or not shown([row]):
        return None
    referring = queries.referring(uuid, allowed, limit=MOST_REFERRING)
    seen = {r.seq for r in shown([r.row for r in referring])}
    referring = [r for r in referring if r.row.seq in seen]
    payload = bytes(row.payload)
    listed = row if row.size <= LARGEST else row._replace(payload=None)
    own, *others = sentences.lines([listed, *(r.row for r in referring)])
    statement, called = _read(payload)
    beside = listing.neighbours(filters, meaning.wanted, row.seq)
    newer, older = (near if near is not None and shown([near]) else None for near in beside)
    return Detail(
        row=row,
        line=own,
        statement=statement,
        called=called,
        json=coloured(payload) if row.size <= LARGEST else None,
        happened=sentences.happened_at(statement) if statement else None,
        attachments=_attachments(row, statement, called) if statement and statement.get("attachments") else [],
        voided_by=next((line for line, r in zip(others, referring, strict=True) if r.voids), None),
        referring=[line for line, r in zip(others, referring, strict=True) if not r.voids],
        newer=newer,
        older=older,
    )


def _read(payload: bytes) -> tuple[dict | None, Names]:
    try:
        statement = parse(payload)
        return statement, names.of([statement])
    except UNREADABLE:
        return None, names.of([])


def _attachments(row: Row, statement: dict, called: Names) -> list[Attached]:
    kept = {one.sha2: one.size for one in of_statements([row.seq])}
    return [
        Attached(
            sha2=one["sha2"].lower(),
            name=called.text(one["display"]),
            description=called.text(one.get("description", {})),
            kind=one["contentType"],
            usage=one["usageType"],
            length=one["length"],
            kept=kept.get(one["sha2"].lower()),
            elsewhere=one.get("fileUrl", ""),
        )
        for one in statement["attachments"]
    ]

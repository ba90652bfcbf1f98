"""Read the log for an export: page by page by ``seq``, up to a moment before which everything is visible.

Each page is a short transaction of its own, so that an export of hours holds no lock and no old snapshot. What it promises is the log
as it was at the bound: statements that arrive, and voidings that happen, after it are not in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from core.db import db
from lrs.statements import consistency, formats, queries
from lrs.statements.models import Reference, Statement
from lrs.statements.queries import Filter, Found

PAGE = 250


def bound() -> int:
    """The moment, in microseconds since 1970, up to which an export that begins now is complete."""
    return formats.instant(consistency.through())


def archive(wanted: Filter, *, until: int) -> Iterator[list[Found]]:
    """Everything that matches, voided or not, such that reading it in again restores the same.

    Statements that refer to a match are matches too. Where times cut between a voided statement and the one that voids it, the
    latter follows it all the same: a file never holds a voided statement that would come back to life.
    """
    for page in _pages(replace(wanted, voided=True), until):
        yield page if wanted.since is None and wanted.until is None else _with_what_voids(page, wanted, until)


def valid(wanted: Filter, *, until: int) -> Iterator[list[Found]]:
    """What GET /statements shows: everything that matches and is not voided."""
    yield from _pages(replace(wanted, voided=False), until)


def known(ids: Iterable[str]) -> dict[str, bytes]:
    """Those of the ids that are in the log, with what is kept under them."""
    rows = db.session.execute(select(Statement.id, Statement.payload).where(Statement.id.in_([UUID(i) for i in ids])))
    return {str(uuid): payload for uuid, payload in rows}


def _pages(wanted: Filter, until: int) -> Iterator[list[Found]]:
    wanted = replace(wanted, until=until if wanted.until is None else min(wanted.until, until))
    beyond, page = None, [...]
    while page:
        page = queries.page(wanted, limit=PAGE, beyond=beyond)
        db.session.rollback()
        if page:
            yield page
            beyond = page[-1].seq


def _with_what_voids(page: list[Found], wanted: Filter, until: int) -> list[Found]:
    """The page with the first voiding statement of each voided one that lies outside the times asked for, right behind it."""
    voided, voiding = aliased(Statement), aliased(Statement)
    low, high = wanted.since or 0, min(until if wanted.until is None else wanted.until, until)
    first = (
        select(voided.seq.label("of"), func.min(Reference.seq).label("seq"))
        .join(Reference, Reference.target == voided.id)
        .where(voided.seq.in_([found.seq for found in page]), voided.voided, Reference.voids, Reference.seq <= until)
        .group_by(voided.seq)
        .subquery()
    )
    query = (
        select(first.c.of, voiding.seq, voiding.payload)
        .join(voiding, voiding.seq == first.c.seq)
        .where(or_(voiding.seq <= low, voiding.seq > high))
    )
    behind = {row[0]: Found(*row[1:]) for row in db.session.execute(query)}
    db.session.rollback()
    return [one for found in page for one in ((found, behind[found.seq]) if found.seq in behind else (found,))]

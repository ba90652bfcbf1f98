"""Reads of the queue. Who sees what: those who brought a file, and administrators."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, func, select, true
from sqlalchemy.orm import defer

from accounts.people import queries as people
from catalogue.items import queries as items
from catalogue.items.models import Item
from core.access import Principal
from core.db import db
from core.errors import NotFound
from scorm.packages.queue.models import Upload
from scorm.packages.queue.rules import STATES, UNFINISHED


@dataclass(frozen=True, slots=True)
class Summary:
    """How far a batch is: how many files in each state, how many of the done were known already, when it began, whose it is."""

    batch: str
    began: datetime | None
    counts: dict[str, int]
    duplicates: int = 0
    uploader: str | None = None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def unfinished(self) -> int:
        return sum(self.counts[state] for state in UNFINISHED)

    @property
    def finished(self) -> int:
        return self.total - self.unfinished


def mine(who: Principal) -> ColumnElement[bool]:
    """The condition on ``Upload`` that holds for what this principal may see."""
    if who.is_admin:
        return true()
    return Upload.uploader_id == who.person_id if who.signed_in else false()


def get(uuid: str, *, to: Principal) -> Upload:
    """One upload; :class:`NotFound` when there is none or it is somebody else's."""
    found = db.session.scalar(select(Upload).where(Upload.uuid == str(uuid), mine(to)))
    if found is None:
        raise NotFound()
    return found


def of_batch(batch: str, *, to: Principal, state: str = "") -> Select[tuple[Upload]]:
    """The uploads of a batch, the newest first."""
    found = select(Upload).where(Upload.batch == str(batch), mine(to)).order_by(Upload.id.desc())
    return found.where(Upload.state == state) if state else found


def listed(*, to: Principal, batch: str | None, state: str | None) -> Select[tuple[Upload]]:
    """All that this principal may see, the newest first, without reports."""
    found = select(Upload).options(defer(Upload.report)).where(mine(to)).order_by(Upload.id.desc())
    if batch is not None:
        found = found.where(Upload.batch == batch)
    return found.where(Upload.state == state) if state is not None else found


def summary(batch: str, *, to: Principal) -> Summary:
    """How far a batch is; one of which nothing has arrived yet is empty."""
    rows = db.session.execute(
        select(Upload.state, func.count(), func.min(Upload.created_at), func.count().filter(Upload.duplicate))
        .where(Upload.batch == str(batch), mine(to))
        .group_by(Upload.state)
    ).all()
    counts = dict.fromkeys(STATES, 0) | {state: count for state, count, _began, _known in rows}
    return Summary(str(batch), min((row[2] for row in rows), default=None), counts, sum(row[3] for row in rows))


def batches(*, to: Principal) -> Select:
    """(batch, uploader's id, when it began) of all batches that this principal may see, the newest first."""
    began = func.min(Upload.created_at)
    return (
        select(Upload.batch, Upload.uploader_id, began.label("began"))
        .where(mine(to))
        .group_by(Upload.batch, Upload.uploader_id)
        .order_by(began.desc(), Upload.batch)
    )


def summaries(page: list) -> list[Summary]:
    """How far the batches of a page of :func:`batches` are, in its order."""
    counts: dict[str, dict[str, int]] = {row.batch: dict.fromkeys(STATES, 0) for row in page}
    known: dict[str, int] = dict.fromkeys(counts, 0)
    rows = db.session.execute(
        select(Upload.batch, Upload.state, func.count(), func.count().filter(Upload.duplicate))
        .where(Upload.batch.in_(counts))
        .group_by(Upload.batch, Upload.state)
    )
    for batch, state, count, duplicates in rows:
        counts[batch][state] += count
        known[batch] += duplicates
    names = people.names(row.uploader_id for row in page if row.uploader_id)
    return [Summary(row.batch, row.began, counts[row.batch], known[row.batch], names.get(row.uploader_id)) for row in page]


def items_of(uploads: list[Upload], *, to: Principal) -> dict[str, Item]:
    """The items that came of the uploads and are still there, by uuid."""
    wanted = [upload.item_uuid for upload in uploads if upload.item_uuid]
    return {item.uuid: item for item in db.session.scalars(items.visible_items(to).where(Item.uuid.in_(wanted)))} if wanted else {}


def rows_of_batch(batch: str, *, to: Principal) -> Iterator[Upload]:
    """Every upload of a batch in the order of arrival, some at a time."""
    yield from db.session.scalars(
        select(Upload).where(Upload.batch == str(batch), mine(to)).order_by(Upload.id).execution_options(yield_per=50)
    )


def drafts_of_batch(batch: str, *, to: Principal) -> list[str]:
    """The packages of the drafts that came of a batch, by uuid, in the order of arrival."""
    return list(dict.fromkeys(db.session.scalars(select(Upload.package_uuid).where(*_drafts(batch, to)).order_by(Upload.id))))


def count_drafts(batch: str, *, to: Principal) -> int:
    """How many of them there are."""
    return db.session.scalar(select(func.count(Upload.package_uuid.distinct())).where(*_drafts(batch, to)))


def _drafts(batch: str, to: Principal) -> tuple:
    drafts = select(Item.uuid).where(Item.visibility == "draft")
    return Upload.batch == str(batch), mine(to), Upload.item_uuid.in_(drafts)


def waiting_of(uploader_id: int | None) -> int:
    """How many files of an uploader are not finished."""
    theirs = Upload.uploader_id == uploader_id
    return db.session.scalar(select(func.count()).select_from(Upload).where(theirs, Upload.state.in_(UNFINISHED)))


def due(moment: datetime) -> Select[tuple[Upload]]:
    """What may be taken up at that moment, in its order."""
    return select(Upload).where(Upload.state.in_(UNFINISHED), Upload.until <= moment).order_by(Upload.place, Upload.id)

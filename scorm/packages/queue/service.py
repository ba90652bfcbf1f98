"""The verbs of the queue. They flush, never commit.

Whoever works on a file holds a lease. All that a holder does to a row asks whether they still are it: after a pause that was longer
than the lease, another has taken over, and what was done meanwhile must not count (:class:`Lost`).
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select, update

from catalogue.themes import rules as themes
from core.access import Principal
from core.clock import now
from core.db import db
from core.errors import Conflict, NotFound, TooMany
from core.jobs import shared_now
from scorm.packages.importing import Imported
from scorm.packages.queue import queries, rules
from scorm.packages.queue.models import Upload


class Lost(Exception):
    """The lease has ended and somebody else holds it, or the file was forgotten."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a holder needs to know of a file, apart from any session."""

    id: int
    uuid: str
    holder: str
    uploader_id: int | None
    key: str
    sha256: str
    size: int
    name: str
    theme: str
    publish: bool
    attempts: int


def add(*, key: str, sha256: str, size: int, name: str, by: Principal, batch: str, theme: str, publish: bool) -> tuple[Upload, bool]:
    """A received file in the queue, and whether it is new: the same file in the same batch is there once, however often it is sent."""
    refuse_strangers(batch, by=by)
    same = select(Upload).where(Upload.batch == batch, Upload.uploader_id == by.person_id, Upload.sha256 == sha256, Upload.name == name)
    if known := db.session.scalar(same.limit(1)):
        return known, False
    waiting = refuse_too_many(by)
    upload = Upload(
        batch=batch, uploader_id=by.person_id, name=name, size=size, sha256=sha256, key=key, place=waiting, until=shared_now(),
        theme=f" {themes.SEPARATOR} ".join(themes.path_parts(theme.replace("\x00", ""))), publish=publish,
    )  # fmt: skip
    db.session.add(upload)
    db.session.flush()
    return upload, True


def refuse_too_many(by: Principal) -> int:
    """How many files this principal has in the queue; :class:`TooMany` when one more would be too many."""
    waiting, limit = queries.waiting_of(by.person_id), current_app.config["SETTINGS"].max_waiting_uploads
    if waiting >= limit:
        words = _("%(count)s of your files are waiting, the most that may. Send more when some of them are finished.", count=waiting)
        raise TooMany(words, retry_after=20)
    return waiting


def refuse_strangers(batch: str, *, by: Principal) -> None:
    """:class:`NotFound` when the batch is somebody else's: files are added to one's own."""
    other = select(Upload.id).where(Upload.batch == batch, Upload.uploader_id.is_distinct_from(by.person_id)).limit(1)
    if db.session.scalar(other) is not None:
        raise NotFound()


def batch_of(text: str | None, otherwise: UUID | str) -> str:
    """The batch that a request names; another where it names none, or nothing that could be one."""
    try:
        return str(UUID(text)) if text else str(otherwise)
    except ValueError:
        return str(otherwise)


def claim(holder: str) -> Job | None:
    """Take up the next file, or nothing. One whose holders have died too often is given up on the way."""
    moment = shared_now()
    while True:
        upload = db.session.scalar(queries.due(moment).limit(1).with_for_update(skip_locked=True))
        if upload is None:
            return None
        if upload.attempts < rules.MAX_ATTEMPTS:
            break
        _finish(upload, rules.FAILED, problem="interrupted")
        db.session.flush()
    upload.state, upload.holder, upload.until = rules.WORKING, holder, moment + rules.LEASE
    upload.attempts += 1
    db.session.flush()
    return Job(
        upload.id, upload.uuid, holder, upload.uploader_id, upload.key, upload.sha256, upload.size, upload.name, upload.theme,
        upload.publish, upload.attempts,
    )  # fmt: skip


def renew(job: Job) -> None:
    """The heartbeat: the holder lives and works on."""
    _hold(job, until=shared_now() + rules.LEASE)


def conclude(job: Job, imported: Imported) -> None:
    """Write down what has come of the file; it is nobody's work and nobody's lease any more."""
    _hold(
        job, state=rules.DONE if imported.accepted else rules.REFUSED, report=imported.report, package_uuid=imported.package_uuid,
        item_uuid=imported.item_uuid, duplicate=imported.duplicate, key=None, holder=None, problem=None, finished_at=now(),
    )  # fmt: skip


def put_back(job: Job, problem: str, *, after: timedelta, counts: bool = True) -> None:
    """Let it be tried again after a while; a try that was not the file's fault does not count."""
    attempts = job.attempts if counts else job.attempts - 1
    _hold(job, state=rules.WAITING, holder=None, problem=problem, attempts=attempts, until=shared_now() + after)


def give_up(job: Job, problem: str) -> None:
    """It is not tried again unless somebody asks for it; the file stays."""
    _hold(job, state=rules.FAILED, holder=None, problem=problem, finished_at=now())


def _hold(job: Job, **values) -> None:
    still_mine = (Upload.id == job.id, Upload.holder == job.holder, Upload.state == rules.WORKING)
    if db.session.execute(update(Upload).where(*still_mine).values(**values)).rowcount != 1:
        raise Lost(job.uuid)


def _finish(upload: Upload, state: str, *, problem: str | None) -> None:
    upload.state, upload.problem, upload.holder, upload.finished_at = state, problem, None, now()


def retry(*, upload: Upload) -> None:
    """Try a failed one again from the beginning; :class:`Conflict` when it is not failed."""
    if upload.state != rules.FAILED or upload.key is None:
        raise Conflict(_("Only what has failed can be tried again."))
    upload.state, upload.attempts, upload.problem, upload.finished_at = rules.WAITING, 0, None, None
    upload.until = shared_now()
    db.session.flush()


def forget(*, upload: Upload) -> str | None:
    """Take it off the pages, and out of the queue. Answers the key of the file that nobody needs then."""
    key = upload.key
    db.session.delete(upload)
    db.session.flush()
    return key

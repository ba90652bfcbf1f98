"""Forget what a person sent: names of files, reports, and files that still wait. What was imported is the catalogue's."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from accounts.people.erasing import people_of
from core.db import db
from core.erasure import Eraser, Step, Subject
from core.storage import storage
from scorm.packages.queue.models import Upload

CHUNK = 200


class UploadEraser(Eraser):
    """Uploads, waiting and finished."""

    names = {"uploads": _l("Uploaded files on the pages of uploads")}

    def describe(self, subject: Subject) -> dict[str, int]:
        return {"uploads": db.session.scalar(select(func.count()).select_from(Upload).where(_theirs(subject)))}

    def export(self, subject: Subject) -> Iterator[dict]:
        for upload in db.session.scalars(select(Upload).where(_theirs(subject)).order_by(Upload.id).execution_options(yield_per=CHUNK)):
            yield {
                "part": "upload",
                "name": upload.name,
                "size": upload.size,
                "sha256": upload.sha256,
                "state": upload.state,
                "sent": upload.created_at.isoformat(),
            }

    def erase(self, subject: Subject, *, mode: str, position: int) -> Step:
        """The files first: were the work to stop here, it would begin with the same rows again."""
        rows = db.session.execute(select(Upload.id, Upload.key).where(_theirs(subject)).order_by(Upload.id).limit(CHUNK)).all()
        for row in rows:
            if row.key:
                storage().delete(row.key)  # not discard: this must not be left to the sweep
        db.session.execute(delete(Upload).where(Upload.id.in_([row.id for row in rows])))
        return Step({"uploads": len(rows)}, rows[-1].id if rows else None)

    def remains(self, subject: Subject) -> bool:
        return db.session.scalar(select(Upload.id).where(_theirs(subject)).limit(1)) is not None


def _theirs(subject: Subject):
    return Upload.uploader_id.in_([person.id for person in people_of(subject)])

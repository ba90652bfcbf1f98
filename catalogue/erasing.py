"""What the catalogue knows of a person: how far they are, and which items are theirs. All by row, so a pseudonym changes nothing here."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from accounts.people.erasing import people_of
from catalogue.items.models import Item
from catalogue.progress.models import Progress
from core.db import db
from core.erasure import Eraser, Subject


class ProgressEraser(Eraser):
    """Progress and ownership; both stay under the pseudonym."""

    names = {"progress": _l("Items with progress (stays, without a name)"), "owned": _l("Items they look after (stay)")}

    def describe(self, subject: Subject) -> dict[str, int]:
        ids = [person.id for person in people_of(subject)]
        progress = select(func.count()).select_from(Progress).where(Progress.person_id.in_(ids))
        owned = select(func.count()).select_from(Item).where(Item.owner_id.in_(ids))
        return {"progress": db.session.scalar(progress), "owned": db.session.scalar(owned)}

    def export(self, subject: Subject) -> Iterator[dict]:
        ids = [person.id for person in people_of(subject)]
        query = select(Progress, Item).join(Item, Item.id == Progress.item_id).where(Progress.person_id.in_(ids))
        for progress, item in db.session.execute(query.order_by(Progress.first_at, Item.id)):
            yield {
                "part": "progress",
                "item": item.activity_iri,
                "title": item.title,
                "status": progress.status,
                "score": progress.score_scaled,
                "seconds": progress.duration_seconds,
                "first": progress.first_at.isoformat(),
                "last": progress.last_at.isoformat(),
            }

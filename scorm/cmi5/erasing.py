"""Forget actors of other systems: what is kept of them here is only what their units need while they play; the log is not ours."""

from collections.abc import Iterable, Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from core.db import db
from core.erasure import Eraser, Step, Subject
from scorm.cmi5.models import Enrolment

CHUNK = 200


class Cmi5Eraser(Eraser):
    """Registrations by agent. Those of people with an account name nobody; they go with their attempts."""

    names = {"cmi5_registrations": _l("Registrations for cmi5 courses from other systems")}

    def identifiers(self) -> Iterable[str]:
        return db.session.scalars(select(Enrolment.actor_key).where(Enrolment.actor_key.is_not(None)).distinct())

    def describe(self, subject: Subject) -> dict[str, int]:
        return {"cmi5_registrations": db.session.scalar(select(func.count()).select_from(Enrolment).where(_mine(subject)))}

    def export(self, subject: Subject) -> Iterator[dict]:
        for enrolment in db.session.scalars(select(Enrolment).where(_mine(subject)).order_by(Enrolment.id)):
            yield {
                "part": "cmi5 registration",
                "registration": enrolment.uuid,
                "actor": enrolment.actor,
                "registered": enrolment.created_at.isoformat(),
            }

    def erase(self, subject: Subject, *, mode: str, position: int) -> Step:
        """Units and sessions go with the registration; a unit that is open finds its session gone."""
        ids = list(db.session.scalars(select(Enrolment.id).where(_mine(subject)).order_by(Enrolment.id).limit(CHUNK)))
        db.session.execute(delete(Enrolment).where(Enrolment.id.in_(ids)))
        return Step({"cmi5_registrations": len(ids)}, position + 1 if len(ids) == CHUNK else None)


def _mine(subject: Subject):
    return Enrolment.actor_key.in_(subject.identifiers)

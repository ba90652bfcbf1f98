"""The records of privacy itself, and what stands beside the log: merges, the audit, and the names that statements gave."""

from collections.abc import Iterable, Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, or_, select, update

from core.db import db
from core.erasure import Eraser, Step, Subject
from lrs.identities.models import SamePerson
from lrs.privacy.models import Audit
from lrs.privacy.naming import Names
from lrs.statements.terms import AGENT, digest


class RecordEraser(Eraser):
    """Declarations that identifiers are one person's, and rows of the audit that name them."""

    names = {"merges": _l("Merged identifiers"), "audit": _l("Rows of the audit")}

    def identifiers(self) -> Iterable[str]:
        for one, other in db.session.execute(select(SamePerson.one, SamePerson.other)):
            yield from (one, other)

    def describe(self, subject: Subject) -> dict[str, int]:
        merges = select(func.count()).select_from(SamePerson).where(_links(subject))
        return {"merges": db.session.scalar(merges), "audit": len(_rows(subject))}

    def export(self, subject: Subject) -> Iterator[dict]:
        for link in db.session.scalars(select(SamePerson).where(_links(subject)).order_by(SamePerson.id)):
            yield {"part": "merge", "identifiers": [link.one, link.other], "at": link.at.isoformat()}

    def erase(self, subject: Subject, *, mode: str, position: int) -> Step:
        merges = db.session.execute(delete(SamePerson).where(_links(subject))).rowcount
        names = Names([*subject.words(), *subject.identifiers])
        rows = _rows(subject)
        for row in rows:
            values = {"target": names.without(row.target, subject.pseudonym), "reason": names.without(row.reason, "…")}
            if row.by_key in subject.pseudonyms:
                values |= {"by": "A former member", "by_key": ""}
            db.session.execute(update(Audit).where(Audit.id == row.id).values(**values))
        return Step({what: n for what, n in (("merges", merges), ("audit", len(rows))) if n})


def _links(subject: Subject):
    digests = [digest((AGENT, key)) for key in subject.identifiers]
    return or_(SamePerson.one_digest.in_(digests), SamePerson.other_digest.in_(digests))


def _rows(subject: Subject) -> list[Audit]:
    """Rows in which the person acted, or in whose words they stand. The audit is short: it is read whole."""
    names = Names([*subject.words(), *subject.identifiers])
    rows = db.session.execute(select(Audit.id, Audit.target, Audit.reason, Audit.by_key).order_by(Audit.id))
    return [r for r in rows if r.by_key in subject.pseudonyms or names.place(r.target) or names.place(r.reason)]

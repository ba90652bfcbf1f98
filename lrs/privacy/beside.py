"""What stands beside the log and may hold a person: documents, what activities are called, names that the browser has met."""

from collections.abc import Iterable, Iterator
from urllib.parse import unquote_plus

import orjson
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update

from core.db import Base, db
from core.erasure import Eraser, Step, Subject
from core.storage import storage
from lrs.credentials.models import LaunchCredential
from lrs.definitions.models import Definition
from lrs.documents.models import Document
from lrs.privacy.naming import Names
from lrs.privacy.rewriting import Rewriter
from lrs.statements.terms import AGENT, digest

CHUNK = 500


class DocumentEraser(Eraser):
    """Documents of the person's state and profile: gone in both modes, for only the content they belong to can read them."""

    names = {"documents": _l("Documents (state and profile)")}

    def __init__(self):
        self._files: set[str] = set()

    def identifiers(self) -> Iterable[str]:
        query = select(Document.agent).where(Document.agent.is_not(None)).distinct().execution_options(yield_per=CHUNK)
        return db.session.scalars(query)

    def describe(self, subject: Subject) -> dict[str, int]:
        return {"documents": db.session.scalar(select(func.count()).select_from(Document).where(_of(subject)))}

    def export(self, subject: Subject) -> Iterator[dict]:
        for row in db.session.scalars(select(Document).where(_of(subject)).order_by(Document.id).execution_options(yield_per=CHUNK)):
            yield {
                "part": "document",
                "resource": row.resource,
                "activity": row.activity,
                "registration": str(row.registration) if row.registration else None,
                "name": row.name,
                "type": row.content_type,
                "size": row.size,
                "content": _text(row),
            }

    def erase(self, subject: Subject, *, mode: str, position: int) -> Step:
        rows = db.session.execute(select(Document.id, Document.file).where(_of(subject)).limit(CHUNK)).all()
        db.session.execute(delete(Document).where(Document.id.in_([row.id for row in rows])))
        self._files |= {row.file for row in rows if row.file}
        return Step({"documents": len(rows)} if rows else {}, 0 if len(rows) == CHUNK else None)

    def remains(self, subject: Subject) -> bool:
        return db.session.scalar(select(Document.id).where(_of(subject)).limit(1)) is not None

    def finish(self) -> None:
        """Delete the files of what was deleted, unless another document has the same."""
        files, self._files = self._files, set()
        kept = set(db.session.scalars(select(Document.file).where(Document.file.in_(files)))) if files else set()
        db.session.rollback()
        for key in files - kept:
            storage().delete(key)


class DefinitionEraser(Eraser):
    """What activities are called: their IRIs and descriptions may hold an address or a UUID."""

    names = {"definitions": _l("Descriptions of activities that held an identifier")}

    def erase(self, subject: Subject, *, mode: str, position: int) -> Step:
        """The whole table is read in one go, without its bodies where nothing is found."""
        pattern = subject.secrets()
        if pattern is None:
            return Step({})
        clean = Rewriter(pseudonyms={}, home="", secrets=pattern, instead=subject.pseudonym, extension="", words=False)
        gone = changed = 0
        rows = db.session.execute(select(Definition.digest, Definition.iri, Definition.names, Definition.body))
        for row in rows.all():
            if pattern.search(row.iri):
                db.session.execute(delete(Definition).where(Definition.digest == row.digest))
                gone += 1
                continue
            names, body = clean.scrubbed(row.names), clean.scrubbed(row.body) if row.body else row.body
            if (names, body) != (row.names, row.body):
                db.session.execute(update(Definition).where(Definition.digest == row.digest).values(names=names, body=body))
                changed += 1
        return Step({"definitions": gone + changed} if gone + changed else {})


class CredentialEraser(Eraser):
    """Credentials of launches: gone at once, so that no launch writes on under the old identifier."""

    names = {"launch_keys": _l("Credentials of launches")}

    def identifiers(self) -> Iterable[str]:
        return db.session.scalars(select(LaunchCredential.actor_key).distinct())

    def describe(self, subject: Subject) -> dict[str, int]:
        mine = LaunchCredential.actor_key.in_(subject.identifiers)
        return {"launch_keys": db.session.scalar(select(func.count()).select_from(LaunchCredential).where(mine))}

    def begin(self, subject: Subject, *, mode: str) -> None:
        db.session.execute(delete(LaunchCredential).where(LaunchCredential.actor_key.in_(subject.identifiers)))

    def erase(self, subject: Subject, *, mode: str, position: int) -> Step:
        gone = db.session.execute(delete(LaunchCredential).where(LaunchCredential.actor_key.in_(subject.identifiers))).rowcount
        return Step({"launch_keys": gone} if gone else {})


class BrowserEraser(Eraser):
    """Names that the browser of statements keeps to search by (those of the person's own terms go with the terms), and saved filters."""

    names = {"seen": _l("Names to search by"), "filters": _l("Saved filters")}

    def erase(self, subject: Subject, *, mode: str, position: int) -> Step:
        return Step({what: n for what, n in (("seen", _forget_names(subject)), ("filters", _forget_filters(subject))) if n})


def _forget_names(subject: Subject) -> int:
    seen, pattern = Base.metadata.tables.get("lrs_seen"), subject.secrets()
    if seen is None or pattern is None:
        return 0
    rows = db.session.execute(select(seen.c.term_id, seen.c.name, seen.c.words))
    held = [row.term_id for row in rows if pattern.search(f"{row.name} {row.words}")]
    return db.session.execute(delete(seen).where(seen.c.term_id.in_(held))).rowcount


def _forget_filters(subject: Subject) -> int:
    """Those the person saved, and those that look for the person."""
    saved, names, uuids = Base.metadata.tables.get("lrs_saved_filter"), Names(subject.words()), subject.uuids()
    if saved is None:
        return 0
    rows = db.session.execute(select(saved.c.uuid, saved.c.owner, saved.c.query, saved.c.name)).all()
    about = [r.uuid for r in rows if r.owner in uuids or names.place(unquote_plus(r.query)) or names.place(r.name)]
    return db.session.execute(delete(saved).where(saved.c.uuid.in_(about))).rowcount


def _of(subject: Subject):
    return Document.agent_digest.in_([digest((AGENT, key)) for key in subject.identifiers])


def _text(row: Document):
    """The content where it is text, JSON as such."""
    data = row.content if row.content is not None else storage().open(row.file).read()
    try:
        return orjson.loads(data) if "json" in row.content_type else data.decode()
    except (UnicodeDecodeError, orjson.JSONDecodeError):
        return None

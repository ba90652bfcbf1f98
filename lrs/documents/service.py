"""Change documents, inside the caller's ``write()``.

Whoever changes something in a place first becomes the only one there until their transaction ends. So what is compared is what is replaced,
also where there is no row yet that could be locked, and ``updated`` grows in the order of commit (ADR 0026).
Each verb answers the storage keys that nothing needs once the unit of work has been committed.
"""

from sqlalchemy import delete, func, insert, select, update

from core.clock import now
from core.db import db
from core.errors import BadRequest, TooLarge
from core.storage import storage
from lrs.documents import queries, rules
from lrs.documents.models import Document
from lrs.documents.queries import Kept
from lrs.documents.receiving import Content, content_of
from lrs.documents.rules import Condition, Place
from lrs.statements.terms import AGENT, digest

_LOCKS = 727_104


def put(*, place: Place, name: str, content: Content, content_type: str, condition: Condition, version: str) -> list[str]:
    """Keep a document under a name, in the place of another one or as a new one.

    PreconditionFailed (412), Conflict (409) or BadRequest (400) as ``rules.may_put`` says; then nothing is changed.
    """
    moment = _alone(place)
    known = queries.one(place, name)
    rules.may_put(resource=place.resource, version=version, etag=known.etag if known else None, condition=condition)
    return _save(place, name, content, content_type, known, moment)


def post(
    *, place: Place, name: str, content: Content, content_type: str, condition: Condition, most: int, tolerant: bool = False
) -> list[str]:
    """Merge a JSON object into the document, or keep it as a new one.

    BadRequest (400) when what is posted or what is there is not a JSON object of the type application/json; ``tolerant`` lets a new
    document be anything. TooLarge (413) when both together have more than ``most`` bytes.
    """
    moment = _alone(place)
    known = queries.one(place, name)
    condition.require(known.etag if known else None)
    if known is None:
        if not tolerant:
            _require_object(content, content_type)
        return _save(place, name, content, content_type, None, moment)
    if not (rules.is_json(content_type) and rules.is_json(known.content_type)):
        raise BadRequest(
            "POST merges JSON objects; the posted or the kept document is not application/json. PUT replaces it.", code="no_merge"
        )
    if known.size + content.size > most:
        raise TooLarge(f"Both documents together are larger than {most} bytes, the most that can be merged here.")
    content.become(content_of(rules.merged(_read(known), content.read()), storage=storage()))
    return _save(place, name, content, known.content_type, known, moment)


def remove(*, place: Place, name: str, condition: Condition) -> list[str]:
    """Delete a document; nothing happens when there is none. PreconditionFailed (412) when it is not the one that is meant."""
    _alone(place)
    known = queries.one(place, name)
    condition.require(known.etag if known else None)
    if known is None:
        return []
    db.session.execute(delete(Document).where(Document.digest == place.digest_of(name)))
    return _files(known)


def remove_all(*, place: Place) -> list[str]:
    """Delete every document of a place."""
    _alone(place)
    here = Document.place == place.digest
    files = list(db.session.scalars(select(Document.file).where(here, Document.file.is_not(None))))
    db.session.execute(delete(Document).where(here))
    return files


def _alone(place: Place) -> int:
    """Wait to be the only one who changes this place, until the transaction ends (on SQLite ``write()`` has seen to that already);
    answers the moment of the change, later than any before it."""
    if db.session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(place.digest[:4], signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCKS, number)))
    last = db.session.scalar(select(func.max(Document.updated)).where(Document.place == place.digest)) or 0
    moment = now()
    return max(last + 1, int(moment.timestamp()) * 1_000_000 + moment.microsecond)


def _save(place: Place, name: str, content: Content, content_type: str, known: Kept | None, moment: int) -> list[str]:
    content.keep()
    values = {
        "content_type": content_type,
        "etag": content.etag,
        "size": content.size,
        "updated": moment,
        "content": content.inline,
        "file": content.key,
    }
    if known is not None:
        db.session.execute(update(Document).where(Document.digest == place.digest_of(name)).values(**values))
        return _files(known)
    of = {
        "digest": place.digest_of(name),
        "place": place.digest,
        "resource": place.resource,
        "activity": place.activity,
        "agent": place.agent,
        "agent_digest": digest((AGENT, place.agent)) if place.agent is not None else None,
        "registration": place.registration,
        "name": name,
    }
    db.session.execute(insert(Document).values(**of, **values))
    return []


def _files(known: Kept) -> list[str]:
    return [known.file] if known.file else []


def _read(known: Kept) -> bytes:
    if known.file is None:
        return known.content
    with storage().open(known.file) as stream:
        return stream.read()


def _require_object(content: Content, content_type: str) -> None:
    if not rules.is_json(content_type):
        raise BadRequest("POST takes JSON objects (application/json); PUT keeps anything.", code="no_merge")
    rules.merged(b"{}", content.read())

"""Read documents."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select

from core.db import db
from lrs.documents.models import Document
from lrs.documents.rules import Place


class Kept(NamedTuple):
    """A document: ``content`` or ``file`` (a key of the storage) is set; ``updated`` in microseconds since 1970."""

    etag: str
    content_type: str
    size: int
    updated: int
    content: bytes | None
    file: str | None


def one(place: Place, name: str) -> Kept | None:
    d = Document
    row = db.session.execute(
        select(d.etag, d.content_type, d.size, d.updated, d.content, d.file).where(d.digest == place.digest_of(name))
    ).one_or_none()
    return Kept(*row) if row else None


def names(place: Place, *, since: int | None = None) -> list[tuple[str, int]]:
    """(name, time of the last change) of the documents of a place that were changed after ``since``, oldest change first."""
    query = select(Document.name, Document.updated).where(Document.place == place.digest)
    if since is not None:
        query = query.where(Document.updated > since)
    return [(name, updated) for name, updated in db.session.execute(query.order_by(Document.updated))]


def named(files: Iterable[str]) -> set[str]:
    """Those of the storage keys that a document has."""
    wanted = list(files)
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        found |= set(db.session.scalars(select(Document.file).where(Document.file.in_(wanted[start : start + 500]))))
    return found

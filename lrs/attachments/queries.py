"""Which data came with which statements."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select

from core.db import db
from lrs.attachments.models import Attachment
from lrs.attachments.rules import storage_key

_AT_ONCE = 500


class Kept(NamedTuple):
    """Data of a statement as it is kept: whose (``seq``), by what hash, of which declared media type, how many bytes."""

    seq: int
    sha2: str
    content_type: str
    size: int

    @property
    def key(self) -> str:
        """Where it lies in the storage."""
        return storage_key(self.sha2)


def of_statements(seqs: Sequence[int]) -> list[Kept]:
    """The data that came with these statements, in the order of the statements; the same data once for each of them."""
    found: list[Kept] = []
    for start in range(0, len(seqs), _AT_ONCE):
        query = select(Attachment.seq, Attachment.sha2, Attachment.content_type, Attachment.size)
        some = db.session.execute(query.where(Attachment.seq.in_(seqs[start : start + _AT_ONCE])))
        found += [Kept(*row) for row in some]
    place = {seq: number for number, seq in enumerate(seqs)}
    return sorted(found, key=lambda kept: (place[kept.seq], kept.sha2))


def one(seq: int, sha2: str) -> Kept | None:
    """One piece of data of one statement. Ask by the statement, so that who may not see it cannot guess a hash."""
    row = db.session.get(Attachment, (seq, sha2.lower()))
    return Kept(row.seq, row.sha2, row.content_type, row.size) if row else None


def needed(sha2s: Iterable[str]) -> set[str]:
    """Those hashes whose data some statement came with."""
    wanted, found = list(sha2s), set()
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(Attachment.sha2).where(Attachment.sha2.in_(wanted[start : start + _AT_ONCE])).distinct()
        found |= set(db.session.scalars(query))
    return found

"""Take data away again: with the statements it came with, and when nothing came of its arrival."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select

from core.db import db, write, writing
from core.storage import storage
from lrs.attachments import queries
from lrs.attachments.models import Attachment
from lrs.attachments.rules import storage_key
from lrs.statements import terms

_AT_ONCE = 500


def forget(*, seqs: Sequence[int]) -> set[str]:
    """Untie the data of these statements, inside the caller's ``write()``; answers its hashes.

    The data itself stays until :func:`release` is called with them after the unit of work (or until the hourly sweep): before the
    commit nobody can know that it is over.
    """
    found: set[str] = set()
    for start in range(0, len(seqs), _AT_ONCE):
        some = Attachment.seq.in_(seqs[start : start + _AT_ONCE])
        found |= set(db.session.scalars(select(Attachment.sha2).where(some)))
        db.session.execute(delete(Attachment).where(some))
    return found


def release(sha2s: Iterable[str]) -> list[str]:
    """Delete the data with these hashes that no statement has any more; answers the hashes that are gone.

    Under the log's lock, so that a statement which comes with the same data at this moment is either seen here or brings it anew.
    """
    if writing():
        raise RuntimeError("release() comes after the unit of work that untied the data")
    wanted = set(sha2s)
    if not wanted:
        return []
    with write() as session:
        connection = session.connection()
        terms.dialect_of(connection).lock_and_look(connection, [])
        gone = sorted(wanted - queries.needed(wanted))
        for sha2 in gone:
            storage().delete(storage_key(sha2))
    return gone

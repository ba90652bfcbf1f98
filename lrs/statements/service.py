"""The one way into the log. Both verbs check at once and write at the end of the caller's unit of work.

Writing last keeps the log's lock short and means that nobody who holds it can wait for a row that another writer holds. What is
wrong with a statement is raised here; a :class:`Conflict` with a statement that is already there is raised when ``write()`` ends.
"""

from collections.abc import Sequence

import orjson
from sqlalchemy import event
from sqlalchemy.orm import Session

from core.db import db, writing
from core.identity import identity_base
from lrs.statements.append import append, forget_terms, remember_terms
from lrs.statements.prepare import Prepared, prepare

_WAITING = "lrs.waiting"


def store(raws: Sequence[bytes], *, authority: dict, version: str, trust: str = "self", batch: bool = True) -> list[str]:
    """Take statements in as the client wrote them, all or none; answer their ids in order.

    Raises StatementRefused (400) for an invalid one; Conflict (409) leaves the unit of work when an id is taken by another meaning.
    The same id with the same meaning is no error and changes nothing.
    """
    return enqueue(prepare(raws, authority=authority, version=version, trust=trust, batch=batch))


def record(*statements: dict) -> list[str]:
    """Colloquium's own acts, under the authority of the installation; answers their ids."""
    return store([orjson.dumps(s) for s in statements], authority=own_authority(), version="1.0.3", trust="system")


def own_authority() -> dict:
    """The agent that vouches for what this installation itself has seen."""
    return {"objectType": "Agent", "name": "Colloquium", "account": {"homePage": identity_base(), "name": "colloquium"}}


def enqueue(prepared: list[Prepared]) -> list[str]:
    """Let prepared statements be written when the current unit of work ends."""
    if not writing():
        raise RuntimeError("statements are stored inside write()")
    session = db.session()
    if not session.in_transaction():
        session.begin()  # so that a rollback is noticed, though nothing has been asked of the database yet
    within = session.get_nested_transaction()
    session.info.setdefault(_WAITING, []).extend((within, p) for p in prepared)
    return [p.id for p in prepared]


@event.listens_for(db.session, "before_commit")
def _write_waiting(session: Session) -> None:
    if session.in_nested_transaction():
        return
    waiting = session.info.pop(_WAITING, None)
    if waiting:
        append(session, [p for _, p in waiting])


@event.listens_for(db.session, "after_soft_rollback")
def _drop_waiting(session: Session, rolled_back) -> None:
    """A savepoint takes the statements that were stored inside it along; a whole rollback takes all."""
    if not rolled_back.nested:
        session.info.pop(_WAITING, None)
        forget_terms(session)
    elif _WAITING in session.info:
        session.info[_WAITING] = [(within, p) for within, p in session.info[_WAITING] if not _inside(within, rolled_back)]


def _inside(transaction, outer) -> bool:
    while transaction is not None:
        if transaction is outer:
            return True
        transaction = transaction.parent
    return False


@event.listens_for(db.session, "after_commit")
def _remember(session: Session) -> None:
    remember_terms(session)

"""The verbs on sessions."""

import secrets
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import joinedload

from accounts.people import passwords
from accounts.people.models import Person
from accounts.people.queries import by_email
from accounts.sessions import rules
from accounts.sessions.models import Session
from core.clock import now
from core.db import db
from core.errors import NotFound, SignInNeeded


def authenticate(*, email: str, password: str) -> Person | None:
    """The active person with this address and password, else None. Takes as long whether the address is known or not."""
    person = by_email(email)
    right = passwords.matches(person.password_hash if person else None, password)
    return person if right and person.active else None


def start(person: Person, *, address: str = "", user_agent: str = "", proof: str | None = None) -> str:
    """Open a session and answer its secret, which is nowhere else; it goes into the cookie.

    ``proof`` is the password hash that was just matched. :class:`SignInNeeded` when the person was disabled, or got another
    password, since they were read.
    """
    db.session.refresh(person, with_for_update=True)
    if not person.active or proof not in (None, person.password_hash):
        raise SignInNeeded()
    token = secrets.token_urlsafe(32)
    person.signed_in_at = now()
    db.session.add(
        Session(
            token_hash=_hash(token),
            csrf_secret=secrets.token_urlsafe(32),
            person_id=person.id,
            address=address[:45],
            browser=rules.browser_name(user_agent)[:200],
        )
    )
    db.session.flush()
    return token


def find(token: str) -> Session | None:
    """The living session of a cookie, with its person; None when there is none or the person is shut out."""
    found = db.session.scalar(select(Session).where(Session.token_hash == _hash(token)).options(joinedload(Session.person)))
    if found is None or not found.person.active:
        return None
    return found if rules.alive(created_at=found.created_at, seen_at=found.seen_at, at=now()) else None


def touch(session: Session) -> None:
    """Write down that the session was used now."""
    session.seen_at = now()
    db.session.flush()


def of_person(person_id: int) -> list[Session]:
    """The living sessions of a person, the last used first."""
    rows = db.session.scalars(select(Session).where(Session.person_id == person_id).order_by(Session.seen_at.desc()))
    return [s for s in rows if rules.alive(created_at=s.created_at, seen_at=s.seen_at, at=now())]


def end(token: str) -> None:
    """Sign out: the cookie is worth nothing from now on."""
    db.session.execute(delete(Session).where(Session.token_hash == _hash(token)))


def revoke(*, uuid: str, person_id: int) -> None:
    """End one session of a person; :class:`NotFound` when it is not theirs."""
    if not db.session.execute(delete(Session).where(Session.uuid == uuid, Session.person_id == person_id)).rowcount:
        raise NotFound()


def revoke_all(person_id: int, *, keep: str | None = None) -> None:
    """End the sessions of a person, all or all but the one whose cookie is ``keep``."""
    ended = delete(Session).where(Session.person_id == person_id)
    if keep is not None:
        ended = ended.where(Session.token_hash != _hash(keep))
    db.session.execute(ended)


def purge(at: datetime) -> None:
    """Drop the rows of sessions that are over."""
    db.session.execute(delete(Session).where(or_(Session.seen_at <= at - rules.IDLE, Session.created_at <= at - rules.ABSOLUTE)))


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

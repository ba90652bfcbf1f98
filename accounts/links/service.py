"""The verbs on one-use links."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from accounts.links.models import Link
from core.clock import now
from core.db import db
from core.errors import NotFound


def mint(*, purpose: str, valid: timedelta, person_id: int | None = None) -> str:
    """Make a link's secret and answer it; earlier ones for the same purpose and person are dead from now on."""
    db.session.execute(delete(Link).where(Link.purpose == purpose, Link.person_id == person_id, Link.used_at.is_(None)))
    token = secrets.token_urlsafe(32)
    db.session.add(Link(purpose=purpose, token_hash=_hash(token), person_id=person_id, expires_at=now() + valid))
    db.session.flush()
    return token


def look(token: str, *, purpose: str) -> Link:
    """The living link of a secret, left as it is: a mail scanner that follows it must not use it up. Else :class:`NotFound`."""
    found = db.session.scalar(select(Link).where(*_living(token, purpose)))
    if found is None:
        raise dead()
    return found


def use(token: str, *, purpose: str) -> Link:
    """Use a link up and answer it; of several at once exactly one succeeds, the others get :class:`NotFound`."""
    used = update(Link).where(*_living(token, purpose)).values(used_at=now()).returning(Link.id)
    link_id = db.session.scalar(used)
    if link_id is None:
        raise dead()
    return db.session.get(Link, link_id)


def dead() -> NotFound:
    """The refusal of a link that is unknown, used or too old; which of them is nobody's business."""
    return NotFound(_("This link has been used already or is too old. Ask for a new one."), code="dead_link")


def void(person_id: int) -> None:
    """Make every unused link of a person dead."""
    db.session.execute(delete(Link).where(Link.person_id == person_id, Link.used_at.is_(None)))


def purge(before: datetime) -> None:
    """Drop links that ended before a moment."""
    db.session.execute(delete(Link).where(Link.expires_at < before))


def _living(token: str, purpose: str) -> tuple:
    return Link.token_hash == _hash(token), Link.purpose == purpose, Link.used_at.is_(None), Link.expires_at > now()


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

"""Make, find, check and revoke machine credentials."""

import logging
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from core.clock import now
from core.db import db, write
from core.errors import Invalid, NotFound, Unavailable
from core.identity import identity_base
from lrs.credentials import rules
from lrs.credentials.models import Credential

log = logging.getLogger("colloquium.credentials")


class Issued(NamedTuple):
    """A new credential; the secret is known only now."""

    key: str
    secret: str


class Caller(NamedTuple):
    """Whom a request to ``/xapi`` comes from: a key. Whatever else will identify callers (launches) answers with the same."""

    key: str
    name: str
    scopes: frozenset[str]
    authority: dict


def create(*, name: str, scopes: Iterable[str], expires_at: datetime | None = None) -> Issued:
    """Make a credential; Invalid for an empty name or an unknown scope."""
    name, wanted = name.strip(), list(dict.fromkeys(scopes))
    problems = {}
    if not 0 < len(name) <= 200:
        problems["name"] = [_("Give it a name of at most 200 characters.")]
    if unknown := [s for s in wanted if s not in rules.SCOPES]:
        problems["scopes"] = [_("Unknown scope %(scope)s; choose from: %(all)s.", scope=unknown[0], all=", ".join(rules.SCOPES))]
    elif not wanted:
        problems["scopes"] = [_("Choose at least one scope.")]
    if expires_at is not None and expires_at <= now():
        problems["expires_at"] = [_("The date of expiry must lie ahead.")]
    if problems:
        raise Invalid(fields=problems)
    issued = Issued(secrets.token_hex(16), secrets.token_urlsafe(32))
    row = Credential(
        key=issued.key, secret_hash=rules.hashed(issued.secret), name=name, scopes=" ".join(wanted), created_at=now(), expires_at=expires_at
    )
    db.session.add(row)
    db.session.flush()
    return issued


def revoke(*, key: str) -> Credential:
    """From now on the key is refused; revoking twice changes nothing. NotFound for an unknown key."""
    found = db.session.scalar(select(Credential).where(Credential.key == key))
    if found is None:
        raise NotFound(_("There is no key %(key)s.", key=key[:40]))
    found.revoked_at = found.revoked_at or now()
    db.session.flush()
    return found


def check(key: str, secret: str) -> Caller | None:
    """The caller of a key and its secret, read from the database each time so that a revoked key is dead at once everywhere."""
    c = Credential
    row = db.session.execute(
        select(c.id, c.secret_hash, c.name, c.scopes, c.expires_at, c.revoked_at, c.last_used_at).where(c.key == key)
    ).one_or_none()
    moment = now()
    if row is None or not rules.matches(secret, row.secret_hash):
        return None
    if not rules.alive(revoked_at=row.revoked_at, expires_at=row.expires_at, at=moment):
        return None
    if rules.use_is_worth_noting(row.last_used_at, moment):
        _note_use(row.id, moment)
    return Caller(key, row.name, frozenset(row.scopes.split()), authority_of(key, row.name))


def _note_use(credential_id: int, moment: datetime) -> None:
    """A busy or read-only database must not keep anybody from reading: the time is then noted another time."""
    try:
        with write() as session:
            session.execute(update(Credential).where(Credential.id == credential_id).values(last_used_at=moment))
    except (Unavailable, OperationalError):
        log.warning("the last use of credential %s could not be noted", credential_id)


def authority_of(key: str, name: str) -> dict:
    """The agent that vouches for statements sent with a key (1.0.3 Data 2.4.9)."""
    return {"objectType": "Agent", "name": name, "account": {"homePage": identity_base(), "name": f"key:{key}"}}

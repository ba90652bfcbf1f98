"""From a key and its secret to the caller. The row is read each time, so that what was revoked is dead at once in every process."""

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from core.clock import now
from core.db import db, write
from core.errors import Unavailable
from core.identity import identity_base
from lrs.credentials import rules
from lrs.credentials.callers import Bound, Caller
from lrs.credentials.models import Credential, LaunchCredential

log = logging.getLogger("colloquium.credentials")


def check(key: str, secret: str) -> Caller | None:
    """The caller of a key and its secret; None when they are unknown, wrong, expired or revoked."""
    return _launch(key, secret) if key.startswith(rules.LAUNCH_PREFIX) else _machine(key, secret)


def _machine(key: str, secret: str) -> Caller | None:
    c = Credential
    row = db.session.execute(
        select(c.id, c.secret_hash, c.name, c.scopes, c.origins, c.expires_at, c.revoked_at, c.last_used_at).where(c.key == key)
    ).one_or_none()
    moment = now()
    if row is None or not rules.matches(secret, row.secret_hash):
        return None
    if not rules.alive(revoked_at=row.revoked_at, expires_at=row.expires_at, at=moment):
        return None
    if rules.use_is_worth_noting(row.last_used_at, moment):
        _note_use(row.id, moment)
    return Caller(key, row.name, frozenset(row.scopes.split()), authority_of(key, row.name), frozenset(row.origins.split()))


def _launch(key: str, secret: str) -> Caller | None:
    c = LaunchCredential
    row = db.session.execute(
        select(c.secret_hash, c.actor_key, c.registration, c.activity, c.scopes, c.origins, c.expires_at, c.revoked_at).where(c.key == key)
    ).one_or_none()
    if row is None or not rules.matches(secret, row.secret_hash):
        return None
    if not rules.alive(revoked_at=row.revoked_at, expires_at=row.expires_at, at=now()):
        return None
    bound = Bound(row.actor_key, UUID(row.registration) if row.registration else None, row.activity)
    name = f"launch:{row.registration or key.removeprefix(rules.LAUNCH_PREFIX)}"
    return Caller(key, name, frozenset(row.scopes.split()), _authority_of_launch(name), frozenset(row.origins.split()), bound)


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


def _authority_of_launch(name: str) -> dict:
    """The agent that vouches for a launch: it names the registration, and so the person on whose behalf, without saying who that is."""
    return {"objectType": "Agent", "name": "Content, on behalf of its learner", "account": {"homePage": identity_base(), "name": name}}

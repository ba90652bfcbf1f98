"""From a key and its secret to the caller. The row is read each time, so that what was revoked is dead at once in every process."""

import logging
from datetime import datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from core.clock import now
from core.db import db, write
from core.errors import TooMany, Unavailable
from core.identity import identity_base
from lrs.credentials import rules
from lrs.credentials.callers import Bound, Caller
from lrs.credentials.launches import in_force
from lrs.credentials.meter import Meter
from lrs.credentials.models import Credential, LaunchCredential

log = logging.getLogger("colloquium.credentials")
METER = "lrs.credentials.meter"


def check(key: str, secret: str) -> Caller | None:
    """The caller of a key and its secret; None when they are unknown, wrong, expired or revoked. TooMany beyond the key's rate."""
    return _launch(key, secret) if key.startswith(rules.LAUNCH_PREFIX) else _machine(key, secret)


def _machine(key: str, secret: str) -> Caller | None:
    c = Credential
    columns = (c.id, c.secret_hash, c.old_secret_hash, c.old_secret_until, c.name, c.scopes, c.origins, c.rate_limit)
    query = select(*columns, c.expires_at, c.revoked_at, c.last_used_at).where(c.key == key)
    row = db.session.execute(query).one_or_none()
    moment = now()
    if row is None or not rules.opens(secret, row.secret_hash, row.old_secret_hash, until=row.old_secret_until, at=moment):
        return None
    if not rules.alive(revoked_at=row.revoked_at, expires_at=row.expires_at, at=moment):
        return None
    if row.rate_limit is not None:
        _count(row.id, row.rate_limit, moment)
    if rules.use_is_worth_noting(row.last_used_at, moment):
        _note_use(row.id, moment)
    return Caller(key, row.name, frozenset(row.scopes.split()), authority_of(key, row.name), frozenset(row.origins.split()))


def _launch(key: str, secret: str) -> Caller | None:
    c = LaunchCredential
    columns = (c.secret_hash, c.actor_key, c.registration, c.activity, c.scopes, c.origins, c.launch, c.keeps, c.guard, c.expires_at)
    row = db.session.execute(select(*columns, c.revoked_at).where(c.key == key)).one_or_none()
    if row is None or not rules.matches(secret, row.secret_hash):
        return None
    if not rules.alive(revoked_at=row.revoked_at, expires_at=row.expires_at, at=now()) or not in_force(row.launch):
        return None
    bound = Bound(row.actor_key, UUID(row.registration) if row.registration else None, row.activity, row.guard)
    name = f"launch:{row.registration or key.removeprefix(rules.LAUNCH_PREFIX)}"
    scopes, origins = frozenset(row.scopes.split()), frozenset(row.origins.split())
    return Caller(key, name, scopes, _authority_of_launch(name), origins, bound, row.keeps)


def _count(credential_id: int, per_minute: int, moment: datetime) -> None:
    settings, extensions = current_app.config["SETTINGS"], current_app.extensions
    meter = extensions.get(METER) or extensions.setdefault(METER, Meter(settings.data_dir / "rates"))
    if wait := meter.take(credential_id, per_minute=per_minute, at=moment):
        raise TooMany(
            f"This key may send {per_minute} requests a minute. Wait {wait} s, or ask an administrator for more.",
            code="rate_limit",
            retry_after=wait,
        )


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

"""Make, change, renew and revoke the keys of machines."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, NotFound
from lrs.credentials import rules
from lrs.credentials.callers import Caller
from lrs.credentials.launches import end_launches, issue_launch, sweep_launches
from lrs.credentials.models import Credential
from lrs.credentials.signing_in import authority_of, check

__all__ = [
    "Caller", "Issued", "authority_of", "check", "create", "edit", "end_launches", "issue_launch", "revoke", "rotate", "sweep_launches",
]  # fmt: skip


class Issued(NamedTuple):
    """A new credential; the secret is known only now."""

    key: str
    secret: str


def create(
    *,
    name: str,
    scopes: Iterable[str],
    origins: Iterable[str] = (),
    rate_limit: int | None = None,
    expires_at: datetime | None = None,
) -> Issued:
    """Make a credential; Invalid names every field that is wrong."""
    wanted, origins = list(dict.fromkeys(scopes)), list(origins)
    problems = {**_name_problems(name), **_origin_problems(origins), **_rate_problems(rate_limit)}
    if unknown := [s for s in wanted if s not in rules.SCOPES]:
        problems["scopes"] = [_("Unknown scope %(scope)s; choose from: %(all)s.", scope=unknown[0][:100], all=", ".join(rules.SCOPES))]
    elif not wanted:
        problems["scopes"] = [_("Choose at least one scope.")]
    if expires_at is not None and expires_at <= now():
        problems["expires_at"] = [_("The date of expiry must lie ahead.")]
    if problems:
        raise Invalid(fields=problems)
    issued = Issued(secrets.token_hex(16), secrets.token_urlsafe(32))
    row = Credential(
        key=issued.key,
        secret_hash=rules.hashed(issued.secret),
        name=name.strip(),
        scopes=" ".join(wanted),
        origins=_as_browsers_write(origins),
        rate_limit=rate_limit,
        created_at=now(),
        expires_at=expires_at,
    )
    db.session.add(row)
    db.session.flush()
    return issued


def edit(*, key: str, **changes) -> Credential:
    """Change ``name``, ``origins`` or ``rate_limit`` (None: no limit). Scopes and expiry stay: what may do more is another key."""
    found = get(key=key)
    problems = {}
    if "name" in changes:
        problems |= _name_problems(changes["name"])
    if "origins" in changes:
        problems |= _origin_problems(changes["origins"])
    if "rate_limit" in changes:
        problems |= _rate_problems(changes["rate_limit"])
    if problems:
        raise Invalid(fields=problems)
    if "name" in changes:
        found.name = changes["name"].strip()
    if "origins" in changes:
        found.origins = _as_browsers_write(changes["origins"])
    if "rate_limit" in changes:
        found.rate_limit = changes["rate_limit"]
    db.session.flush()
    return found


def rotate(*, key: str, grace: timedelta = timedelta(days=1)) -> Issued:
    """Give a key a new secret; the one before works on for ``grace``, one before that no longer. Conflict for a key that is dead."""
    if not timedelta(0) <= grace <= rules.LONGEST_GRACE:
        raise Invalid(fields={"grace": [_("The old secret may work on for at most 30 days.")]})
    found, moment = get(key=key), now()
    if not rules.alive(revoked_at=found.revoked_at, expires_at=found.expires_at, at=moment):
        raise Conflict(_("This key no longer works. Make a new one."), code="key_dead")
    issued = Issued(key, secrets.token_urlsafe(32))
    found.old_secret_hash, found.old_secret_until = (found.secret_hash, moment + grace) if grace else (None, None)
    found.secret_hash, found.rotated_at = rules.hashed(issued.secret), moment
    db.session.flush()
    return issued


def revoke(*, key: str) -> Credential:
    """From now on the key is refused; revoking twice changes nothing. NotFound for an unknown key."""
    found = get(key=key)
    found.revoked_at = found.revoked_at or now()
    db.session.flush()
    return found


def get(*, key: str) -> Credential:
    """One key by its name; NotFound for an unknown one."""
    found = db.session.scalar(select(Credential).where(Credential.key == key[:100])) if "\0" not in key else None
    if found is None:
        raise NotFound(_("There is no key %(key)s.", key=key[:40]))
    return found


def _name_problems(name: str) -> dict:
    good = 0 < len(name.strip()) <= 200 and "\0" not in name
    return {} if good else {"name": [_("Give it a name of at most 200 characters.")]}


def _origin_problems(origins: list[str]) -> dict:
    wrong = next((text for text in origins if rules.origin(text) is None), None)
    if wrong is not None:
        return {"origins": [_("“%(text)s” is not an origin: write https://tool.example.org, or * for every site.", text=wrong[:100])]}
    return {"origins": [_("At most %(most)s origins.", most=rules.MOST_ORIGINS)]} if len(origins) > rules.MOST_ORIGINS else {}


def _rate_problems(rate_limit: int | None) -> dict:
    good = rate_limit is None or 1 <= rate_limit <= rules.MOST_PER_MINUTE
    return {} if good else {"rate_limit": [_("A limit is a whole number from 1 to %(most)s.", most=rules.MOST_PER_MINUTE)]}


def _as_browsers_write(origins: list[str]) -> str:
    """Each once, as the column keeps them."""
    return " ".join(dict.fromkeys(filter(None, map(rules.origin, origins))))

"""Make, change and revoke machine credentials, and those of launches."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from core.clock import now
from core.db import db
from core.errors import Invalid, NotFound
from lrs.credentials import rules
from lrs.credentials.callers import Caller
from lrs.credentials.models import Credential, LaunchCredential
from lrs.credentials.signing_in import authority_of, check
from lrs.statements.keys import agent_key

__all__ = ["Caller", "Issued", "authority_of", "check", "create", "end_launches", "issue_launch", "revoke"]
FORGOTTEN_AFTER = timedelta(days=1)


class Issued(NamedTuple):
    """A new credential; the secret is known only now."""

    key: str
    secret: str


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


def issue_launch(
    *, actor: dict, registration: UUID | None, activity: str, scopes: Iterable[str], expires_at: datetime, origins: Iterable[str] = ()
) -> Issued:
    """A credential for one launch, to be handed to the content that it opens.

    It speaks for ``actor`` (an identified agent) about ``activity`` and what lies below it, in ``registration``; ``origins`` are sites
    other than our own whose pages may use it. ValueError for an unidentified actor or a scope that no launch may have.
    """
    wanted = list(dict.fromkeys(scopes))
    actor_key = agent_key(actor)
    if actor_key is None or not wanted or set(wanted) - rules.LAUNCH_SCOPES:
        raise ValueError(f"a launch needs an identified actor and scopes among {sorted(rules.LAUNCH_SCOPES)}")
    issued = Issued(rules.LAUNCH_PREFIX + secrets.token_hex(16), secrets.token_urlsafe(32))
    db.session.add(
        LaunchCredential(
            key=issued.key,
            secret_hash=rules.hashed(issued.secret),
            actor_key=actor_key,
            registration=str(registration) if registration else None,
            activity=activity,
            scopes=" ".join(wanted),
            origins=" ".join(origins),
            created_at=now(),
            expires_at=expires_at,
        )
    )
    db.session.flush()
    return issued


def end_launches(*, key: str | None = None, registration: UUID | None = None, actor_keys: Iterable[str] | None = None) -> int:
    """Refuse, from now on, one launch's credential, those of a registration, or those of a person; answers how many were in force."""
    c = LaunchCredential
    chosen = [
        *([c.key == key] if key is not None else []),
        *([c.registration == str(registration)] if registration is not None else []),
        *([c.actor_key.in_(list(actor_keys))] if actor_keys is not None else []),
    ]
    if not chosen:
        raise ValueError("say which launches end")
    moment = now()
    return db.session.execute(update(c).where(*chosen, c.revoked_at.is_(None), c.expires_at > moment).values(revoked_at=moment)).rowcount


def sweep_launches() -> int:
    """Forget credentials of launches that ended or expired a day ago; answers how many."""
    before = now() - FORGOTTEN_AFTER
    return db.session.execute(delete(LaunchCredential).where(LaunchCredential.expires_at < before)).rowcount

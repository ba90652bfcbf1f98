"""Credentials of launches: made when content is opened, confined to it, dead when it ends (ADR 0028)."""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, update

from core.clock import now
from core.db import db, write
from lrs.credentials import rules
from lrs.credentials.models import LaunchCredential
from lrs.statements.keys import agent_key

FORGOTTEN_AFTER = timedelta(days=1)


class LaunchKey(NamedTuple):
    """A new credential of a launch; the secret is known only now."""

    key: str
    secret: str

    def as_basic(self) -> str:
        """What stands behind ``Basic`` in an Authorization header."""
        return b64encode(f"{self.key}:{self.secret}".encode()).decode()


def issue_launch(
    *,
    actor: dict,
    registration: UUID | None,
    activity: str,
    scopes: Iterable[str],
    expires_at: datetime,
    origins: Iterable[str] = (),
    guard: str | None = None,
) -> LaunchKey:
    """A credential for one launch, to be handed to the content that it opens.

    It speaks for ``actor`` (an identified agent) about ``activity`` and what lies below it, in ``registration``; ``origins`` are sites
    other than our own whose pages may use it; ``guard`` names who keeps further rules (``lrs.xapi.guards``). ValueError for an
    unidentified actor, or a scope that no launch may have.
    """
    wanted, actor_key = list(dict.fromkeys(scopes)), agent_key(actor)
    if actor_key is None or not activity or not wanted or set(wanted) - rules.LAUNCH_SCOPES:
        raise ValueError(f"a launch needs an identified actor, an activity and scopes among {sorted(rules.LAUNCH_SCOPES)}")
    issued = LaunchKey(rules.LAUNCH_PREFIX + secrets.token_hex(16), secrets.token_urlsafe(32))
    row = LaunchCredential(
        key=issued.key,
        secret_hash=rules.hashed(issued.secret),
        actor_key=actor_key,
        registration=str(registration) if registration else None,
        activity=activity,
        scopes=" ".join(wanted),
        origins=" ".join(origins),
        guard=guard,
        created_at=now(),
        expires_at=expires_at,
    )
    db.session.add(row)
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
    """Forget credentials of launches a day after they expired; answers how many."""
    with write() as session:
        return session.execute(delete(LaunchCredential).where(LaunchCredential.expires_at < now() - FORGOTTEN_AFTER)).rowcount

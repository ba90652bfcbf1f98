"""Credentials of launches: made when content is opened, confined to it, dead when it ends (ADR 0028)."""

import secrets
from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import aliased

from core.clock import now
from core.db import db, write
from lrs.credentials import rules
from lrs.credentials.models import LaunchCredential
from lrs.statements.keys import agent_key

FORGOTTEN_AFTER = timedelta(days=1)
_WATCH = "lrs.launches"


class LaunchKey(NamedTuple):
    """A new credential of a launch; the secret is known only now."""

    key: str
    secret: str

    def as_basic(self) -> str:
        """What stands behind ``Basic`` in an Authorization header."""
        return b64encode(f"{self.key}:{self.secret}".encode()).decode()


def watch(app: Flask, still_open: Callable[[str], bool]) -> None:
    """Ask ``still_open(launch)`` at every use of a key whether what it was issued for is still open; one watcher per application."""
    app.extensions[_WATCH] = still_open


def in_force(launch: str | None) -> bool:
    """Whether the launch that a key names is still open; a key that names none depends on its own times alone."""
    still_open = current_app.extensions.get(_WATCH)
    return launch is None or (still_open is not None and still_open(launch))


def issue_launch(
    *,
    actor: dict,
    registration: UUID | None,
    activity: str,
    scopes: Iterable[str],
    expires_at: datetime,
    origins: Iterable[str] = (),
    guard: str | None = None,
    launch: str | None = None,
    keeps: bool = True,
) -> LaunchKey:
    """A credential for one launch, to be handed to the content that it opens.

    It speaks for ``actor`` (an identified agent) about ``activity`` and what lies below it, in ``registration``; ``origins`` are sites
    other than our own whose pages may use it; ``guard`` names who keeps further rules (``lrs.xapi.guards``); ``launch`` is
    what it is issued for (see ``watch``). With ``keeps`` false it may write as it may otherwise, and nothing of it is kept.
    ValueError for an unidentified actor, or a scope that no launch may have.
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
        launch=launch,
        keeps=keeps,
        guard=guard,
        created_at=now(),
        expires_at=expires_at,
    )
    db.session.add(row)
    db.session.flush()
    return issued


def end_launches(
    *,
    key: str | None = None,
    launch: str | None = None,
    registration: UUID | None = None,
    actor_keys: Iterable[str] | None = None,
    grace: timedelta = timedelta(0),
) -> int:
    """Refuse one key, those of a launch, of a registration, or of a person, from now on or after a time of grace for what is on its way.

    Answers how many were in force.
    """
    c = LaunchCredential
    chosen = [
        *([c.key == key] if key is not None else []),
        *([c.launch == launch] if launch is not None else []),
        *([c.registration == str(registration)] if registration is not None else []),
        *([c.actor_key.in_(list(actor_keys))] if actor_keys is not None else []),
    ]
    if not chosen:
        raise ValueError("say which launches end")
    moment = now()
    ending = {"expires_at": moment + grace} if grace else {"revoked_at": moment}
    return db.session.execute(update(c).where(*chosen, c.revoked_at.is_(None), c.expires_at > moment + grace).values(**ending)).rowcount


def taken_over(launch: str) -> bool:
    """Whether a launch has had a key, and a newer one was issued in the same registration for another launch that is to be kept."""
    c, newer = LaunchCredential, aliased(LaunchCredential)
    query = (
        select(newer.id)
        .join(c, and_(newer.registration == c.registration, newer.id > c.id))
        .where(c.launch == launch, newer.launch != launch, newer.keeps)
    )
    return db.session.scalar(query.limit(1)) is not None


def sweep_launches() -> int:
    """Forget credentials of launches a day after they expired; answers how many."""
    with write() as session:
        return session.execute(delete(LaunchCredential).where(LaunchCredential.expires_at < now() - FORGOTTEN_AFTER)).rowcount

"""Who did what that touches people's data."""

from collections.abc import Mapping

from flask import has_request_context
from sqlalchemy import Select, select

from core.access import principal
from core.db import db
from core.erasure import account_key
from lrs.privacy.models import Audit

COMMAND_LINE, BACKGROUND = "command line", "background"


def note(verb: str, *, target: str = "", counts: Mapping[str, int] | None = None, reason: str = "", by: str | None = None) -> Audit:
    """Add a row, inside ``write()``; who acts is the person of the request, otherwise ``by`` or the command line."""
    name, key = doer() if by is None else (by, "")
    row = Audit(verb=verb, by=name, by_key=key, target=target, counts=dict(counts or {}), reason=reason.strip()[:1000])
    db.session.add(row)
    db.session.flush()
    return row


def doer() -> tuple[str, str]:
    """Name and agent key of who acts now."""
    if not has_request_context():
        return COMMAND_LINE, ""
    who = principal()
    return (who.name or who.kind, account_key(who.uuid) if who.uuid else "")


def listing() -> Select[tuple[Audit]]:
    """Every row, the newest first."""
    return select(Audit).order_by(Audit.id.desc())

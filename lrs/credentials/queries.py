"""Reads of machine credentials."""

from sqlalchemy import Select, select

from lrs.credentials.models import Credential


def listing() -> Select:
    """All credentials, those in force first, newest first."""
    return select(Credential).order_by(Credential.revoked_at.is_not(None), Credential.created_at.desc(), Credential.id.desc())

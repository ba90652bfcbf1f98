"""Decisions about machine credentials, free of any database."""

import binascii
import hmac
from base64 import b64decode
from datetime import datetime, timedelta
from hashlib import sha256

SCOPES = ("all", "all/read", "statements/read", "statements/read/mine", "statements/write", "define", "profile", "state")
USE_NOTED_EVERY = timedelta(minutes=5)
_IMPLIED_BY = {
    "statements/read": {"all", "all/read"},
    "statements/read/mine": {"all", "all/read", "statements/read"},
    "statements/write": {"all"},
    "define": {"all"},
    "profile": {"all"},
    "profile/read": {"all", "all/read", "profile"},
    "state": {"all"},
    "state/read": {"all", "all/read", "state"},
}


def permits(scopes: frozenset[str], needed: str) -> bool:
    """True when one of the scopes is the needed one or includes it (1.0.3 Communication 4.2)."""
    return needed in scopes or bool(scopes & _IMPLIED_BY[needed])


def only_own(scopes: frozenset[str]) -> bool:
    """True when statements may be read, but only those that this credential vouches for."""
    return not permits(scopes, "statements/read") and permits(scopes, "statements/read/mine")


def hashed(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def matches(secret: str, secret_hash: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(hashed(secret), secret_hash)


def parse_basic(header: str | None) -> tuple[str, str] | None:
    """Key and secret of an ``Authorization: Basic`` header; None when there is none or it is malformed."""
    kind, _, encoded = (header or "").partition(" ")
    if kind.lower() != "basic" or len(encoded) > 1000:
        return None
    try:
        key, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (key, secret) if colon else None


def alive(*, revoked_at: datetime | None, expires_at: datetime | None, at: datetime) -> bool:
    return revoked_at is None and (expires_at is None or at < expires_at)


def use_is_worth_noting(last_used_at: datetime | None, at: datetime) -> bool:
    """The time of last use is kept to some minutes, so that reading does not become writing."""
    return last_used_at is None or at - last_used_at >= USE_NOTED_EVERY

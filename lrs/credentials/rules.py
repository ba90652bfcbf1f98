"""Decisions about machine credentials, free of any database."""

import binascii
import hmac
from base64 import b64decode
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from lrs.credentials.callers import Bound

SCOPES = ("all", "all/read", "statements/read", "statements/read/mine", "statements/write", "define", "profile", "state")
LAUNCH_SCOPES = frozenset(SCOPES) - {"all", "all/read"}
LAUNCH_PREFIX = "launch-"
EVERYWHERE = "*"
MOST_ORIGINS = 50
MOST_PER_MINUTE = 1_000_000
LONGEST_GRACE = timedelta(days=30)
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


def opens(secret: str, secret_hash: bytes, old_hash: bytes | None, *, until: datetime | None, at: datetime) -> bool:
    """True for the secret, and for the one before it as long as its time of grace lasts."""
    return matches(secret, secret_hash) or (old_hash is not None and until is not None and at < until and matches(secret, old_hash))


def parse_basic(header: str | None) -> tuple[str, str] | None:
    """Key and secret of an ``Authorization: Basic`` header; None when there is none or it is malformed."""
    kind, _, encoded = (header or "").partition(" ")
    if kind.lower() != "basic" or len(encoded) > 1000:
        return None
    try:
        key, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (key, secret) if colon and "\0" not in key else None


def alive(*, revoked_at: datetime | None, expires_at: datetime | None, at: datetime) -> bool:
    return revoked_at is None and (expires_at is None or at < expires_at)


def use_is_worth_noting(last_used_at: datetime | None, at: datetime) -> bool:
    """The time of last use is kept to some minutes, so that reading does not become writing."""
    return last_used_at is None or at - last_used_at >= USE_NOTED_EVERY


def origin(text: str) -> str | None:
    """An origin as browsers write it (``https://tool.example.org``, without a slash at its end), ``*``, or None when it is neither."""
    if text == EVERYWHERE:
        return text
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if not parts.scheme or not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        return None
    if not text.isascii() or not text.isprintable() or set(text) & set(" *,;'\"<>\\"):
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{host}{f':{port}' if port not in (None, usual) else ''}"


def origin_allowed(given: str, allowed: frozenset[str]) -> bool:
    """May a page of this origin use a credential with these origins? ``null`` (a file, a sandbox) only where every site may."""
    return EVERYWHERE in allowed or given in allowed


def at_or_below(iri: str, root: str) -> bool:
    """True for an activity and for what its IRI continues: ``…/course``, ``…/course/slide-2``, ``…/course#q1``, ``…/course?q=1``."""
    if iri == root:
        return True
    return iri.startswith(root) and (root[-1] in "/#?=:" or iri[len(root)] in "/#?&:")


def outside(bound: Bound, *, agent_key: str | None = None, registration: UUID | str | None = None, activity: str | None = None) -> str:
    """The name of the first thing that is not the launch's own, or "" when all are. What is None was not named and is not judged."""
    if agent_key is not None and agent_key != bound.actor_key:
        return "agent"
    if registration is not None and bound.registration is not None and str(registration).lower() != str(bound.registration):
        return "registration"
    if activity is not None and not at_or_below(activity, bound.activity):
        return "activity"
    return ""

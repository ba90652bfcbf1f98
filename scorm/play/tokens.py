"""What opens what on the content origin. Tokens are computed from the launch and the server's secret, never stored.

A play token opens the player, a commit token writes results: both belong to one launch, whose row says whether it still holds. A
read token opens the files of one package version for one person; it changes once a day, so that browsers keep the media, and a
copied address stops working within two days.
"""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

PLAY, COMMIT, READ = "play", "commit", "read"
READ_WINDOW = 86_400


def token_for(purpose: str, subject: str, *, secret: str) -> str:
    """The token of a subject for one purpose; it opens nothing else."""
    return f"{subject}.{_mac(purpose, subject, secret)}"


def subject_of(purpose: str, token: str, *, secret: str) -> str | None:
    """The subject a genuine token names, else None."""
    subject, _, mac = token.rpartition(".")
    genuine = hmac.compare_digest(mac.encode(), _mac(purpose, subject, secret).encode())
    return subject if subject and genuine else None


def read_token(*, version_uuid: str, person_uuid: str, at: float, secret: str) -> str:
    """A token for a person to read a version's files; ``at`` is seconds since 1970."""
    return token_for(READ, f"{version_uuid}~{person_uuid}~{int(at // READ_WINDOW)}", secret=secret)


def version_of(token: str, *, at: float, secret: str) -> str | None:
    """The uuid of the version whose files a read token opens now, else None."""
    subject = subject_of(READ, token, secret=secret)
    if subject is None or subject.count("~") != 2:
        return None
    version, _person, window = subject.split("~")
    return version if 0 <= int(at // READ_WINDOW) - int(window) <= 1 else None


def _mac(purpose: str, subject: str, secret: str) -> str:
    digest = hmac.new(secret.encode(), f"launch:{purpose}:{subject}".encode(), sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")

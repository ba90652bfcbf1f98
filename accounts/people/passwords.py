"""Passwords: which are accepted, how they are kept, how they are checked.

Length is what counts (ASVS 5.0 6.2): ten characters at least, no rule about their kind, and none that everybody tries first.
Hashing takes some tens of milliseconds and 19 MiB on purpose: do it before ``write()``.
"""

import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from accounts.people.rules import invalid
from core.errors import Invalid

MIN_LENGTH = 10
MAX_LENGTH = 256  # far above any passphrase; bounds the work that a stranger can ask for
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def check(password: str, *, email: str = "", name: str = "") -> None:
    """Refuse a password that is short, very long, commonplace, or the person's own address or name."""
    if len(password) < MIN_LENGTH:
        raise _refusal(_("Choose a password of at least %(min)s characters. Several words are fine.", min=MIN_LENGTH))
    if len(password) > MAX_LENGTH:
        raise _refusal(_("Choose a password of at most %(max)s characters.", max=MAX_LENGTH))
    plain = _plain(password)
    own = {_plain(email), _plain(email.partition("@")[0]), _plain(name)}
    if plain in own or plain in commonplace() or len(set(plain)) <= 3:
        raise _refusal(_("This password is easy to guess. Choose another one; several unrelated words are a good start."))


def accepted(password: str, *, email: str = "", name: str = "") -> str:
    """The hash of a password that passes :func:`check`. Call before ``write()``."""
    check(password, email=email, name=name)
    return digest(password)


def _refusal(message: str) -> Invalid:
    return invalid("password", message)


def _plain(text: str) -> str:
    """Without case and spaces: the form in which guesses are compared."""
    return "".join(text.casefold().split())


@cache
def commonplace() -> frozenset[str]:
    """Passwords of ten characters or more that are tried first, one a line in ``commonplace.txt``."""
    lines = (Path(__file__).parent / "commonplace.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line)


def digest(password: str) -> str:
    """The argon2id hash to store. The same characters typed on another keyboard give the same bytes (NFKC)."""
    return _hasher.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """True when ``password`` is the one behind ``stored``. Without a stored hash it works just as long, then says no."""
    try:
        return _hasher.verify(stored or _decoy(), _normal(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """True when the hash was made with other parameters than today's and should be made again at sign-in."""
    return _hasher.check_needs_rehash(stored)


@cache
def _decoy() -> str:
    """A hash that nothing matches, so that an unknown address takes as long as a known one."""
    return _hasher.hash("no password hashes to this; it only costs the same time")


def _normal(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password[:MAX_LENGTH]).encode("utf-8", "surrogatepass")

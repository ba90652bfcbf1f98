"""The verbs of setting an installation up."""

from datetime import timedelta

from accounts.links import service as links
from accounts.people import queries
from accounts.people import service as people
from accounts.people.models import Person
from core import mail

VALID = timedelta(days=1)


def link() -> str | None:
    """The address of the set-up page with a new secret; None when there is an administrator."""
    if queries.administrator_exists():
        return None
    return mail.link(f"/setup/{links.mint(purpose='setup', valid=VALID)}")


def check(token: str) -> None:
    """Raise :class:`NotFound` unless the secret can make the first administrator."""
    if queries.administrator_exists():
        raise links.dead()
    links.look(token, purpose="setup")


def make_administrator(*, token: str, email: str, name: str, language: str, password_hash: str) -> Person:
    """Use the secret up and make the first administrator."""
    check(token)
    links.use(token, purpose="setup")
    return people.create(email=email, name=name, role="admin", language=language, password_hash=password_hash)

"""The verbs of choosing a new password."""

from datetime import timedelta
from email.message import EmailMessage

from flask_babel import force_locale
from flask_babel import gettext as _

from accounts.links import service as links
from accounts.people import queries
from accounts.people import service as people
from accounts.people.models import Person
from core import mail
from core.errors import Conflict

VALID = timedelta(hours=1)
HANDED_OVER = timedelta(days=1)  # an administrator gives this one to the person by other means


def asked(email: str) -> EmailMessage | None:
    """The mail to send because somebody typed this address; None when no active person has it, which nobody must notice."""
    person = queries.by_email(email)
    if person is None or not person.active:
        return None
    return _letter(person, _address(person, VALID))


def link(person: Person) -> str:
    """A link to hand over; valid for a day, for one use. :class:`Conflict` for somebody who is shut out."""
    if not person.active:
        raise Conflict(_("%(name)s is disabled. Enable the account first.", name=person.name), code="disabled")
    return _address(person, HANDED_OVER)


def _address(person: Person, valid: timedelta) -> str:
    return mail.link(f"/reset/{links.mint(purpose='reset', valid=valid, person_id=person.id)}")


def _letter(person: Person, address: str) -> EmailMessage:
    with force_locale(person.language):
        text = _(
            "Hello %(name)s,\n\n"
            "somebody, hopefully you, asked for a new password on Colloquium. Choose it here:\n\n"
            "%(address)s\n\n"
            "The link works once, for an hour. If it was not you, ignore this: your password stays as it is.",
            name=person.name,
            address=address,
        )
        return mail.compose(to=person.email, subject=_("A new password for Colloquium"), text=text)


def whose(token: str) -> Person:
    """Whom a living link is for; :class:`NotFound` otherwise."""
    return _allowed(links.look(token, purpose="reset").person_id)


def choose(*, token: str, password_hash: str) -> Person:
    """Use the link up and set the password; every session and every other link of the person ends."""
    person = _allowed(links.use(token, purpose="reset").person_id)
    people.set_password(person, password_hash=password_hash)
    return person


def _allowed(person_id: int) -> Person:
    person = queries.get(person_id)
    if not person.active:
        raise links.dead()
    return person

"""The verbs of inviting."""

from collections.abc import Iterable
from datetime import timedelta
from email.message import EmailMessage

from flask_babel import force_locale
from flask_babel import gettext as _

from accounts.groups import queries as group_queries
from accounts.groups import service as groups
from accounts.links import service as links
from accounts.people import queries, rules
from accounts.people import service as people
from accounts.people.models import Person
from core import mail
from core.errors import Conflict

VALID = timedelta(days=7)


def invite(*, email: str, name: str, role: str, language: str, group_uuids: Iterable[str] = ()) -> Person:
    """Make an account without a password, in these groups; without a name, one is guessed from the address."""
    name = name.strip() or rules.name_from_email(rules.clean_email(email))
    person = people.create(email=email, name=name, role=role, language=language)
    for uuid in group_uuids:
        groups.add(group=group_queries.by_uuid(uuid), person_id=person.id)
    return person


def link(person: Person) -> str:
    """The address at which an invited person chooses a password; valid for seven days, for one use."""
    if not person.active or person.password_hash:
        raise Conflict(_("%(name)s has an account already, or may not come in.", name=person.name), code="not_invited")
    return mail.link(f"/invitation/{links.mint(purpose='invitation', valid=VALID, person_id=person.id)}")


def letter(person: Person, address: str) -> EmailMessage:
    """The mail that brings the link, in the person's language."""
    with force_locale(person.language):
        text = _(
            "Hello %(name)s,\n\n"
            "you are invited to learn with others on Colloquium. Choose a password here:\n\n"
            "%(address)s\n\n"
            "The link works once, until seven days from now. If you did not expect this, ignore it: nothing happens.",
            name=person.name,
            address=address,
        )
        return mail.compose(to=person.email, subject=_("Your invitation to Colloquium"), text=text)


def invited(token: str) -> Person:
    """Whom a living link is for; :class:`NotFound` otherwise."""
    return _welcome(links.look(token, purpose="invitation").person_id)


def accept(*, token: str, name: str, password_hash: str) -> Person:
    """Use the link up: the invited person says what they are called and has a password from now on."""
    person = _welcome(links.use(token, purpose="invitation").person_id)
    people.edit(person, name=name)
    people.set_password(person, password_hash=password_hash)
    return person


def _welcome(person_id: int) -> Person:
    person = queries.get(person_id)
    if not person.active or person.password_hash:
        raise links.dead()
    return person

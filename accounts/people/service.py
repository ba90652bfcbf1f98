"""The verbs on people. Whatever changes what a person may do ends their sessions in the same transaction."""

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from accounts.groups.models import Membership
from accounts.links import service as links
from accounts.people import passwords, rules
from accounts.people.models import Person
from accounts.people.queries import by_email
from accounts.sessions import service as sessions
from core.db import db
from core.errors import Conflict
from core.i18n import LANGUAGES

LANGUAGE_CODES = tuple(LANGUAGES)


def create(
    *,
    email: str,
    name: str,
    role: str = "learner",
    language: str = "en",
    password: str | None = None,
    password_hash: str | None = None,
) -> Person:
    """Make an account. :class:`Invalid` for what cannot be written, :class:`Conflict` when the address has an account.

    Without a password the person is invited: a link lets them choose one. A ``password`` is hashed here, which takes some tens of
    milliseconds of the unit of work; where that matters, pass what ``passwords.accepted`` answered before it began.
    """
    if password is not None:
        password_hash = passwords.accepted(password, email=email, name=name)
    person = Person(
        email=rules.clean_email(email),
        name=rules.clean_name(name),
        role=rules.clean_role(role),
        language=rules.clean_language(language, LANGUAGE_CODES),
        password_hash=password_hash,
    )
    if by_email(person.email) is not None:
        raise _taken(person.email)
    db.session.add(person)
    _flush_address(person.email)
    return person


def _flush_address(email: str) -> None:
    """Flush; the database has the last word on two people taking one address at the same moment."""
    try:
        db.session.flush()
    except IntegrityError as clash:
        raise _taken(email) from clash


def _taken(email: str) -> Conflict:
    message = _("There is already an account with the address %(email)s.", email=email)
    return Conflict(message, code="email_taken", fields={"email": [message]})


def edit(person: Person, *, name: str | None = None, email: str | None = None, language: str | None = None) -> None:
    """Change what a person is called, where they are written to, or the language they read; None leaves as it is.

    Links that were sent to the old address are dead.
    """
    if name is not None:
        person.name = rules.clean_name(name)
    if language is not None:
        person.language = rules.clean_language(language, LANGUAGE_CODES)
    if email is not None and (cleaned := rules.clean_email(email)) != person.email:
        if by_email(cleaned) is not None:
            raise _taken(cleaned)
        person.email = cleaned
        links.void(person.id)
    _flush_address(person.email)


def set_role(person: Person, *, role: str) -> None:
    """Give another role. Ends every session; who no longer trains no longer sees the results of groups."""
    role = rules.clean_role(role)
    if role == person.role:
        return
    if role != "admin":
        _refuse_losing_last_administrator(person)
    person.role = role
    if role not in rules.TRAINING_ROLES:
        db.session.execute(update(Membership).where(Membership.person_id == person.id).values(is_trainer=False))
    sessions.revoke_all(person.id)
    db.session.flush()


def disable(person: Person) -> None:
    """Shut a person out at once. What they did stays."""
    if not person.active:
        return
    _refuse_losing_last_administrator(person)
    person.active = False
    links.void(person.id)
    sessions.revoke_all(person.id)
    db.session.flush()


def enable(person: Person) -> None:
    """Let a person in again; they sign in with the password they had."""
    person.active = True
    db.session.flush()


def set_password(person: Person, *, password_hash: str) -> None:
    """Change the password; every session ends, here and elsewhere, and so does every link that could change it."""
    person.password_hash = password_hash
    links.void(person.id)
    sessions.revoke_all(person.id)
    db.session.flush()


def _refuse_losing_last_administrator(person: Person) -> None:
    """Keep one active administrator; the rows are locked, so that two cannot resign at the same moment."""
    if person.role != "admin" or not person.active:
        return
    administrators = select(Person.id).where(Person.role == "admin", Person.active).with_for_update()
    if db.session.scalars(administrators).all() == [person.id]:
        raise Conflict(_("This is the only administrator. Make somebody else an administrator first."), code="last_administrator")

"""Who acts: the person of the session, or, for a machine key, the person named by ``on_behalf_of``."""

from contextlib import contextmanager

from flask_babel import gettext as _
from sqlalchemy import select

from accounts.people.models import Person
from accounts.people.queries import by_email
from core.access import Principal, principal
from core.db import db, write
from core.errors import Forbidden, Invalid
from lrs import projections


def acting(on_behalf_of: str | None = None) -> Principal:
    """The person who acts. A key with scope ``all`` must name one by e-mail, and then has exactly that person's rights.

    :class:`Forbidden` when a person names somebody else; :class:`Invalid` when a key names nobody, or nobody who may come in.
    """
    who = principal()
    if who.kind != "key":
        if on_behalf_of:
            raise Forbidden(_("Only a machine key may act on behalf of somebody."))
        return who
    if "all" not in who.scopes:
        raise Forbidden(_("This key may only read."))
    person = by_email(on_behalf_of) if on_behalf_of else None
    if person is None or not person.active:
        message = _("Name the person who acts by the e-mail address of their active account.")
        raise Invalid(message, fields={"on_behalf_of": [message]})
    return Principal(kind="person", person_id=person.id, uuid=person.uuid, role=person.role, name=person.name)


def one_at_a_time(person_id: int) -> None:
    """Let the acts of one person follow each other until the unit of work ends: a double click finds what the first one did."""
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


@contextmanager
def act():
    """A person's unit of work, and at once what follows from it, so that they see the effect of what they did."""
    with write():
        yield
    projections.catch_up(limit_ms=50)

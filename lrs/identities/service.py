"""The verbs on identities. They declare and take back; statements are never touched."""

from flask_babel import gettext as _
from sqlalchemy import select

from core.db import db
from core.errors import Conflict, Invalid, NotFound
from lrs.identities.models import SamePerson
from lrs.identities.queries import identifiers_of
from lrs.identities.rules import clean_key
from lrs.statements.terms import AGENT, digest


def merge(*, one: str, other: str, by: str = "") -> SamePerson:
    """Declare that two agent keys are one person, with all that each was merged with before.

    Raises Invalid for what is no agent key or the same one twice, Conflict when they are one person already.
    """
    one, other = sorted((clean_key(one), clean_key(other)))
    if one == other:
        raise Invalid(_("These are the same identifier."), fields={"other": [_("Write another identifier.")]})
    if other in identifiers_of(one):
        raise Conflict(_("These identifiers are one person already."), code="already_merged")
    link = SamePerson(one=one, other=other, one_digest=digest((AGENT, one)), other_digest=digest((AGENT, other)), by=by)
    db.session.add(link)
    db.session.flush()
    return link


def split(*, link_id: int) -> SamePerson:
    """Take one declaration back; whoever was one person only through it is two again. Raises NotFound."""
    link = db.session.get(SamePerson, link_id)
    if link is None:
        raise NotFound(_("These identifiers are not merged."))
    db.session.delete(link)
    db.session.flush()
    return link


def link_between(one: str, other: str) -> SamePerson:
    """The declaration about two agent keys. Raises NotFound when there is none about just these two."""
    one, other = sorted((clean_key(one), clean_key(other)))
    pair = SamePerson.one_digest == digest((AGENT, one)), SamePerson.other_digest == digest((AGENT, other))
    link = db.session.scalar(select(SamePerson).where(*pair))
    if link is None:
        raise NotFound(_("These two identifiers were not merged with each other."))
    return link

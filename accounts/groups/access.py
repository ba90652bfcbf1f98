"""Who may see whose results: the one place that says so.

One's own; those of the people in the groups one trains, for trainers and administrators; everybody's, for administrators.
"""

from sqlalchemy import ColumnElement, false, or_, select, true

from accounts.groups.queries import trained_person_ids
from accounts.people.models import Person
from core.access import Principal
from core.db import db


def visible_people(principal: Principal) -> ColumnElement[bool]:
    """The condition on :class:`Person` that holds for those whose results the principal may see."""
    if principal.is_admin:
        return true()
    if principal.person_id is None:
        return false()
    own = Person.id == principal.person_id
    if not principal.may("trainer"):
        return own
    return or_(own, Person.id.in_(trained_person_ids(principal.person_id)))


def may_see_results(principal: Principal, person_id: int) -> bool:
    """True when the principal may see the results of this person."""
    seen = select(Person.id).where(Person.id == person_id, visible_people(principal))
    return db.session.scalar(seen) is not None

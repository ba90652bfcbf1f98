"""What people do in the browser: keep filters for another day, and void a statement."""

from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from core.access import Principal
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.identity import person_agent
from lrs.browser.models import SavedFilter
from lrs.browser.rules import plain
from lrs.statements.models import Statement, Term
from lrs.statements.rules import VOIDED
from lrs.statements.service import record

MOST_FILTERS = 50
LONGEST_QUERY = 4000


def save_filter(*, by: Principal, name: str, query: str) -> SavedFilter:
    """Keep a filter under a name; one of the same name is replaced. Invalid without a name, without a filter, or beyond fifty."""
    name = " ".join(plain(name).split())
    if not 0 < len(name) <= 80:
        raise Invalid(_("Give the filter a name of at most 80 characters."), fields={"name": [_("at most 80 characters")]})
    if not query or len(query) > LONGEST_QUERY:
        raise Invalid(_("Choose a filter first; then it can be saved."))
    found = db.session.scalar(select(SavedFilter).where(SavedFilter.owner == by.uuid, SavedFilter.name == name))
    if found is None:
        count = db.session.scalar(select(func.count()).select_from(SavedFilter).where(SavedFilter.owner == by.uuid))
        if count >= MOST_FILTERS:
            raise Invalid(_("There are %(most)d saved filters already; delete one first.", most=MOST_FILTERS))
        found = SavedFilter(owner=by.uuid, name=name)
        db.session.add(found)
    found.query, found.created_at = query, now()
    db.session.flush()
    return found


def delete_filter(*, by: Principal, uuid: str) -> SavedFilter:
    """Drop a filter of one's own and answer it, so that it can be saved again; NotFound when it is not theirs."""
    found = db.session.scalar(select(SavedFilter).where(SavedFilter.uuid == uuid, SavedFilter.owner == by.uuid))
    if found is None:
        raise NotFound()
    db.session.expunge(found)
    db.session.execute(delete(SavedFilter).where(SavedFilter.uuid == uuid))
    return found


def void(*, by: Principal, statement: UUID) -> str:
    """Take a statement back, in the name of an administrator, by another that says so (1.0.3 Data 2.3.2); answers the id of that one.

    NotFound for an unknown statement, Conflict for one that is voided already or itself voids.
    """
    if not by.is_admin or by.uuid is None:
        raise Forbidden()
    found = db.session.execute(
        select(Statement.voided, Term.text).join(Term, Term.id == Statement.verb_id).where(Statement.id == statement)
    )
    row = found.one_or_none()
    if row is None:
        raise NotFound()
    if row.text == VOIDED:
        raise Conflict(_("This statement voids another one; it cannot be voided itself."), code="voids")
    if row.voided:
        raise Conflict(_("This statement is voided already."), code="voided")
    uuid = str(uuid4())
    record(
        {
            "id": uuid,
            "actor": person_agent(uuid=by.uuid, name=by.name),
            "verb": {"id": VOIDED, "display": {"en": "voided", "fr": "a annulé"}},
            "object": {"objectType": "StatementRef", "id": str(statement)},
        }
    )
    return uuid

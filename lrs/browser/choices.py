"""What the filters offer to choose from: verbs that were seen, and who vouches; and a person's saved filters."""

from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import and_, select

from core.access import Principal
from core.db import db
from lrs.browser import names
from lrs.browser.models import SavedFilter, Seen
from lrs.credentials import queries as credentials
from lrs.credentials.signing_in import authority_of
from lrs.rollups.models import Rollup
from lrs.rollups.rules import ALL, ALWAYS
from lrs.statements.keys import agent_key
from lrs.statements.models import Statement, Term
from lrs.statements.service import own_authority
from lrs.statements.terms import VERB

MOST = 200


class Choice(NamedTuple):
    """A value of a filter and its name."""

    value: str
    name: str


def verbs(chosen: str = "") -> list[Choice]:
    """The verbs seen, by name, at most two hundred; the chosen one in any case."""
    query = select(Term.text).join(Seen, Seen.term_id == Term.id).where(Seen.kind == VERB).order_by(Seen.name, Seen.term_id)
    iris = list(db.session.scalars(query.limit(MOST)))
    if chosen and chosen not in iris:
        iris.append(chosen)
    called = names.of([], also=[(VERB, iri) for iri in iris])
    return sorted((Choice(iri, called.verb({"id": iri})) for iri in iris), key=lambda choice: (choice.name.casefold(), choice.value))


def authorities(chosen: str = "") -> list[Choice]:
    """This installation and the keys of machines, those in force first; the chosen one in any case."""
    found = [Choice(agent_key(own_authority()), _("This installation"))]
    found += [Choice(agent_key(authority_of(c.key, c.name)), c.name) for c in db.session.scalars(credentials.listing().limit(MOST))]
    if chosen and chosen not in (choice.value for choice in found):
        found.append(Choice(chosen, chosen))
    return found


def saved(by: Principal) -> list[SavedFilter]:
    """The filters that a person keeps, by name."""
    return list(db.session.scalars(select(SavedFilter).where(SavedFilter.owner == by.uuid).order_by(SavedFilter.name)))


class SeenTerm(NamedTuple):
    """A verb or activity of the store: IRI, name, how many statements, and the seq of the last one (None when it only stands in the
    context of others)."""

    iri: str
    name: str
    statements: int
    last: int | None


def seen(kind: str, *, limit: int, after: tuple[str, int] | None = None) -> list[tuple[SeenTerm, tuple[str, int]]]:
    """Terms by the name that statements gave them, with the cursor behind each; the last seq comes from an index, one step a term."""
    column = Statement.verb_id if kind == VERB else Statement.activity_id
    last = select(Statement.seq).where(column == Seen.term_id).order_by(Statement.seq.desc()).limit(1).correlate(Seen).scalar_subquery()
    counted = and_(Rollup.term_id == Seen.term_id, Rollup.grain == ALL, Rollup.start == ALWAYS)
    query = select(Term.text, Seen.name, Seen.term_id, Rollup.statements, last).join(Term, Term.id == Seen.term_id)
    query = query.outerjoin(Rollup, counted).where(Seen.kind == kind)
    if after is not None:
        name, number = after
        query = query.where((Seen.name > name) | ((Seen.name == name) & (Seen.term_id > number)))
    rows = db.session.execute(query.order_by(Seen.name, Seen.term_id).limit(limit)).all()
    called = names.of([], also=[(kind, row[0]) for row in rows])
    say = called.verb if kind == VERB else called.activity
    return [(SeenTerm(iri, say({"id": iri}), count or 0, newest), (name, number)) for iri, name, number, count, newest in rows]

"""Reading the log for people: pages of a filter, one statement, its neighbours, and what refers to it.

Like ``lrs.statements.queries``, every answer is a union of streams in the order of ``seq``, each from an index that ends in it. A filter
here may mean several agents or activities at once (a person has several identifiers): then each has a stream of its own, so that a page
costs the same in a log of a thousand and of a million statements.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select, true, union
from sqlalchemy.orm import aliased

from core.db import db
from lrs.statements import terms
from lrs.statements.models import Reference, Statement, StatementActivity, StatementAgent, Term

LARGEST = 256 << 10
SEARCHED_PART = 64 << 10
Numbers = frozenset[int]


@dataclass(frozen=True)
class Wanted:
    """What a filter means, in numbers of the dictionary; None does not filter, an empty set finds nothing.

    ``agents`` are actors (members and objects too); ``mentioned`` adds every other place. ``allowed`` are the actors whose statements the
    reader may see, None for all. ``since`` excludes itself.
    """

    agents: Numbers | None = None
    verb: Numbers | None = None
    activities: Numbers | None = None
    authority: Numbers | None = None
    registration: UUID | None = None
    since: int | None = None
    until: int | None = None
    mentioned: bool = False
    related: bool = False
    voided: bool = False
    allowed: Numbers | None = None

    @property
    def hopeless(self) -> bool:
        """True when something is asked for that the log does not know."""
        return any(n is not None and not n for n in (self.agents, self.verb, self.activities, self.authority, self.allowed))


class Row(NamedTuple):
    """A statement of a list. ``payload`` is None when it is larger than 256 KiB (``size`` says how large)."""

    seq: int
    id: UUID
    voided: bool
    trust: str
    size: int
    payload: bytes | None
    actor_id: int | None
    verb_id: int
    activity_id: int | None


class Referring(NamedTuple):
    """A statement that refers to another, directly or through a third; ``voids`` when it voids it."""

    row: Row
    voids: bool


def numbers(kind: str, texts: Iterable[str]) -> Numbers:
    """The numbers of those agents, verbs or activities that the log knows."""
    return frozenset(terms.find(db.session.connection(), {(kind, text) for text in texts}).values())


def texts(term_ids: Iterable[int]) -> dict[int, str]:
    """Number → agent key or IRI."""
    return dict(db.session.execute(select(Term.id, Term.text).where(Term.id.in_(set(term_ids)))).all())


def page(wanted: Wanted, *, limit: int, beyond: int | None = None, ascending: bool = False) -> list[Row]:
    """The next statements below (or, ``ascending``, above) a seq, in that order."""
    seqs = _seqs(wanted, limit, beyond, ascending)
    if seqs is None:
        return []
    found = seqs.subquery()
    order = Statement.seq.asc() if ascending else Statement.seq.desc()
    query = select(*_row(Statement)).join(found, found.c.seq == Statement.seq).order_by(order).limit(limit)
    return [Row(*row) for row in db.session.execute(query)]


def count(wanted: Wanted, *, most: int, beyond: int) -> int:
    """How many statements a filter has above a seq, counted up to ``most``."""
    seqs = _seqs(wanted, most, beyond, True)
    if seqs is None:
        return 0
    return db.session.scalar(select(func.count()).select_from(select(seqs.subquery().c.seq).limit(most).subquery())) or 0


def texts_of(wanted: Wanted, *, limit: int, beyond: int | None, ascending: bool) -> list[tuple[int, bytes]]:
    """(seq, first 64 KiB of the statement) of the next statements: what a search for words looks at."""
    seqs = _seqs(wanted, limit, beyond, ascending)
    if seqs is None:
        return []
    found = seqs.subquery()
    order = Statement.seq.asc() if ascending else Statement.seq.desc()
    part = func.substr(Statement.payload, 1, SEARCHED_PART)
    query = select(Statement.seq, part).join(found, found.c.seq == Statement.seq).order_by(order).limit(limit)
    return [(seq, bytes(start)) for seq, start in db.session.execute(query)]


def rows_at(seqs: Sequence[int]) -> list[Row]:
    """The statements at these places, newest first."""
    query = select(*_row(Statement)).where(Statement.seq.in_(seqs)).order_by(Statement.seq.desc())
    return [Row(*row) for row in db.session.execute(query)]


def one(uuid: UUID, allowed: Numbers | None) -> Row | None:
    """A statement by its id, voided or not, whole whatever its size, if the reader may see it."""
    s = Statement
    columns = (s.seq, s.id, s.voided, s.trust, func.length(s.payload), s.payload, s.actor_id, s.verb_id, s.activity_id)
    row = db.session.execute(select(*columns).where(s.id == uuid, *_allowed(s, allowed))).one_or_none()
    return Row(*row) if row else None


def referring(uuid: UUID, allowed: Numbers | None, *, limit: int) -> list[Referring]:
    """The statements that refer to one, oldest first: the first that voids it comes before all others that do."""
    query = select(Reference.voids, *_row(Statement)).join(Statement, Statement.seq == Reference.seq)
    query = query.where(Reference.target == uuid, *_allowed(Statement, allowed)).order_by(Reference.seq).limit(limit)
    return [Referring(Row(*row), voids) for voids, *row in db.session.execute(query)]


def _row(s) -> tuple:
    size = func.length(s.payload)
    small = case((size <= LARGEST, s.payload))
    return (s.seq, s.id, s.voided, s.trust, size, small, s.actor_id, s.verb_id, s.activity_id)


def _allowed(s, allowed: Numbers | None) -> list[ColumnElement[bool]]:
    return [] if allowed is None else [s.actor_id.in_(allowed)]


def _seqs(wanted: Wanted, limit: int, beyond: int | None, ascending: bool) -> Select | None:
    """A query of at least the next ``limit`` seqs, in no order; None when nothing can be found."""
    if wanted.hopeless:
        return None
    streams = _streams(wanted, lambda query, column: _next(query, column, wanted, limit, beyond, ascending))
    limited = [_next(query, column, wanted, limit, beyond, ascending) for query, column in streams]
    if len(limited) == 1:
        return limited[0]
    return union(*(select(stream.subquery().c.seq) for stream in limited))


def _next(query: Select, column, wanted: Wanted, limit: int, beyond: int | None, ascending: bool) -> Select:
    bounded = query.where(*_bounds(wanted, column, beyond, ascending))
    return bounded.order_by(column.asc() if ascending else column.desc()).limit(limit)


def _bounds(wanted: Wanted, column, beyond: int | None, ascending: bool) -> list[ColumnElement[bool]]:
    low, high = wanted.since, wanted.until
    if beyond is not None and ascending:
        low = beyond if low is None else max(low, beyond)
    elif beyond is not None:
        high = beyond - 1 if high is None else min(high, beyond - 1)
    return [*([column > low] if low is not None else []), *([column <= high] if high is not None else [])]


Next = Callable[[Select, object], Select]


def _streams(wanted: Wanted, then: Next) -> list[tuple[Select, object]]:
    """(query of seqs, its column of seq) for each place where the leading term can be; the rest are conditions."""
    s = aliased(Statement)
    common = [*_common(s, wanted), *_allowed(s, wanted.allowed)]
    rest = [*_common(s, wanted, led=True), *_about(s, wanted)]
    own = select(s.seq.label("seq"))
    if wanted.agents is not None:
        also = [*rest, *_allowed(s, wanted.allowed)]
        streams = [_led(wanted.agents, lambda agent: (own.where(s.actor_id == agent, *also), s.seq), then)]
        if wanted.mentioned:
            streams.append(_led(wanted.agents, lambda agent: (own.where(s.authority_id == agent, *also), s.seq), then))
        side = aliased(StatementAgent)
        joined = select(side.seq.label("seq")).join(s, s.seq == side.seq)
        for direct in (True, False) if wanted.mentioned else (True,):
            streams.append(
                _led(
                    wanted.agents,
                    lambda agent, d=direct: (joined.where(side.agent_id == agent, side.direct.is_(d), *also), side.seq),
                    then,
                )
            )
        return streams
    if wanted.activities is not None:
        streams = [_led(wanted.activities, lambda activity: (own.where(s.activity_id == activity, *common), s.seq), then)]
        if wanted.related:
            side = aliased(StatementActivity)
            joined = select(side.seq.label("seq")).join(s, s.seq == side.seq)
            streams.append(_led(wanted.activities, lambda activity: (joined.where(side.activity_id == activity, *common), side.seq), then))
        return streams
    if wanted.allowed is not None:
        return [_led(wanted.allowed, lambda agent: (own.where(s.actor_id == agent, *rest), s.seq), then)]
    return [(own.where(*common), s.seq)]


def _led(leading: Numbers, stream: Callable[[object], tuple[Select, object]], then: Next) -> tuple[Select, object]:
    """One stream for several leading terms: the next seqs of each term, found by its index.

    Without this the database would sort everything that any of the terms ever had. PostgreSQL joins laterally; SQLite, which cannot,
    looks the seqs of each term up by a subquery.
    """
    if len(leading) == 1:
        return stream(next(iter(leading)))
    term = select(Term.id).where(Term.id.in_(leading)).subquery()
    each = then(*stream(term.c.id))
    if db.session.get_bind().dialect.name == "postgresql":
        nexts = each.lateral()
        return select(nexts.c.seq).select_from(term.join(nexts, true())), nexts.c.seq
    s = aliased(Statement)
    return select(s.seq.label("seq")).select_from(term).join(s, s.seq.in_(each.correlate(term))), s.seq


def _common(s, wanted: Wanted, *, led: bool = False) -> list[ColumnElement[bool]]:
    """What every stream must fulfil. ``led``: by agents, so that verb and authority are conditions and no index for them is to be taken."""
    shown = [] if wanted.voided else [s.voided.is_(False)]
    verb = [_is(_unled(s.verb_id) if led else s.verb_id, wanted.verb)] if wanted.verb is not None else []
    authority = [_is(_unled(s.authority_id) if led else s.authority_id, wanted.authority)] if wanted.authority is not None else []
    registration = [s.registration == wanted.registration] if wanted.registration is not None else []
    return [*shown, *verb, *authority, *registration]


def _about(s, wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.activities is None:
        return []
    own = _is(_unled(s.activity_id), wanted.activities)
    if not wanted.related:
        return [own]
    return [or_(own, exists().where(_is(StatementActivity.activity_id, wanted.activities), StatementActivity.seq == s.seq))]


def _unled(column) -> ColumnElement:
    """The column where SQLite, which knows nothing of how often a value occurs, must not take its index: it would walk all statements with
    a common verb instead of those of one person."""
    return column + 0


def _is(column, leading: Numbers) -> ColumnElement[bool]:
    """Plain equality wherever it is possible, so that the index gives its rows in order."""
    return column == next(iter(leading)) if len(leading) == 1 else column.in_(leading)

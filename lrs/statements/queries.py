"""Find statements. Every answer is a stream in the order of ``seq`` from an index that ends in it, so that a page costs the same
in a log of a thousand and of a million statements.

An agent or a related activity is found in several places: each place is a stream with its own limit, and the streams are united.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select, union
from sqlalchemy.orm import aliased

from core.db import db
from lrs.statements import terms
from lrs.statements.models import Reference, Statement, StatementActivity, StatementAgent
from lrs.statements.terms import ACTIVITY, AGENT, VERB


@dataclass(frozen=True, slots=True)
class Filter:
    """What GET /statements asks for; times are microseconds since 1970, ``after`` and ``before`` exclude their own seq.

    ``authority`` limits to what one agent vouches for (scope ``statements/read/mine``). ``voided`` ones come too when asked for.
    """

    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: UUID | None = None
    related_agents: bool = False
    related_activities: bool = False
    since: int | None = None
    until: int | None = None
    ascending: bool = False
    authority: str | None = None
    voided: bool = False


class Found(NamedTuple):
    seq: int
    payload: bytes


def stored(ids: Sequence[str]) -> set[str]:
    """Those of the ids that a statement has, in small letters."""
    return {str(found) for found in db.session.scalars(select(Statement.id).where(Statement.id.in_([UUID(i) for i in ids])))}


def one(uuid: UUID, *, voided: bool, authority: str | None = None) -> Found | None:
    """The statement with an id, if it is (or is not) voided."""
    query = select(Statement.seq, Statement.payload).where(Statement.id == uuid, Statement.voided == voided)
    if authority is not None:
        number = _numbers([(AGENT, authority)]).get((AGENT, authority))
        query = query.where(Statement.authority_id == number)
    row = db.session.execute(query).one_or_none()
    return Found(*row) if row else None


def page(wanted: Filter, *, limit: int, beyond: int | None = None) -> list[Found]:
    """The next ``limit`` statements in order, voided ones left out; ``beyond`` is the seq of the last one already had."""
    numbers = _numbers(_keys(wanted))
    if len(numbers) < len(set(_keys(wanted))):
        return []
    bounds = _Bounds(wanted, beyond)
    common = _common(wanted, numbers)
    streams = [*_streams(wanted, numbers, common), *_referring(wanted, numbers)]
    limited = [_limited(s, bounds, wanted.ascending, limit) for s in streams]
    seqs = union(*(select(s.subquery().c.seq) for s in limited)).subquery() if len(limited) > 1 else limited[0].subquery()
    order = Statement.seq.asc() if wanted.ascending else Statement.seq.desc()
    query = select(Statement.seq, Statement.payload).join(seqs, seqs.c.seq == Statement.seq).order_by(order).limit(limit)
    return [Found(*row) for row in db.session.execute(query)]


def _keys(wanted: Filter) -> list[terms.Key]:
    pairs = ((AGENT, wanted.agent), (VERB, wanted.verb), (ACTIVITY, wanted.activity), (AGENT, wanted.authority))
    return [(kind, text) for kind, text in pairs if text is not None]


def _numbers(keys: Sequence[terms.Key]) -> dict[terms.Key, int]:
    return terms.find(db.session.connection(), keys)


class _Bounds:
    """The range of seq: after ``low``, up to ``high``."""

    def __init__(self, wanted: Filter, beyond: int | None):
        self.low, self.high = wanted.since, wanted.until
        if beyond is not None and wanted.ascending:
            self.low = beyond if self.low is None else max(beyond, self.low)
        elif beyond is not None:
            self.high = beyond - 1 if self.high is None else min(beyond - 1, self.high)

    def on(self, column) -> list[ColumnElement[bool]]:
        return [*([column > self.low] if self.low is not None else []), *([column <= self.high] if self.high is not None else [])]


def _common(wanted: Filter, numbers: dict[terms.Key, int]) -> list[ColumnElement[bool]]:
    """What every stream must fulfil, whatever it is led by."""
    return [*_may_be_shown(Statement, wanted, numbers), *_columns(Statement, wanted, numbers)]


def _may_be_shown(s, wanted: Filter, numbers: dict[terms.Key, int]) -> list[ColumnElement[bool]]:
    own = [s.authority_id == numbers[AGENT, wanted.authority]] if wanted.authority is not None else []
    return [*([] if wanted.voided else [s.voided.is_(False)]), *own]


def _columns(s, wanted: Filter, numbers: dict[terms.Key, int]) -> list[ColumnElement[bool]]:
    verb = [_verb(s, wanted) == numbers[VERB, wanted.verb]] if wanted.verb is not None else []
    registration = [s.registration == wanted.registration] if wanted.registration is not None else []
    return [*verb, *registration]


def _verb(s, wanted: Filter) -> ColumnElement[int]:
    """The verb as a condition. SQLite, which has no statistics, takes the index of a verb for as good as that of a person or registration,
    and would walk most of the log: adding nothing hides it where another key leads."""
    other_leads = wanted.activity is None and (wanted.agent is not None or wanted.registration is not None)
    return s.verb_id + 0 if other_leads and db.session.get_bind().dialect.name == "sqlite" else s.verb_id


def _streams(wanted: Filter, numbers: dict, common: list) -> list[tuple[Select, object]]:
    """(query of seqs, its column of seq) for each place where the leading key can be."""
    own = select(Statement.seq.label("seq"))
    if wanted.agent is not None:
        agent = numbers[AGENT, wanted.agent]
        also = [*common, *_activity_condition(Statement, wanted, numbers)]
        streams = [(own.where(Statement.actor_id == agent, *also), Statement.seq)]
        if wanted.related_agents:
            streams.append((own.where(Statement.authority_id == agent, *also), Statement.seq))
        for direct in (True, False) if wanted.related_agents else (True,):
            side = select(StatementAgent.seq.label("seq")).join(Statement, Statement.seq == StatementAgent.seq)
            streams.append((side.where(StatementAgent.agent_id == agent, StatementAgent.direct.is_(direct), *also), StatementAgent.seq))
        return streams
    if wanted.activity is not None:
        activity = numbers[ACTIVITY, wanted.activity]
        streams = [(own.where(Statement.activity_id == activity, *common), Statement.seq)]
        if wanted.related_activities:
            side = select(StatementActivity.seq.label("seq")).join(Statement, Statement.seq == StatementActivity.seq)
            streams.append((side.where(StatementActivity.activity_id == activity, *common), StatementActivity.seq))
        return streams
    return [(own.where(*common), Statement.seq)]


def _activity_condition(s, wanted: Filter, numbers: dict) -> list[ColumnElement[bool]]:
    if wanted.activity is None:
        return []
    activity = numbers[ACTIVITY, wanted.activity]
    if not wanted.related_activities:
        return [s.activity_id == activity]
    related = exists().where(StatementActivity.activity_id == activity, StatementActivity.seq == s.seq)
    return [or_(s.activity_id == activity, related)]


def _agent_condition(s, wanted: Filter, numbers: dict) -> list[ColumnElement[bool]]:
    if wanted.agent is None:
        return []
    agent = numbers[AGENT, wanted.agent]
    kinds = (True, False) if wanted.related_agents else (True,)  # named, so that the index is used down to its seq
    further = exists().where(StatementAgent.agent_id == agent, StatementAgent.direct.in_(kinds), StatementAgent.seq == s.seq)
    own = [s.actor_id == agent, s.authority_id == agent] if wanted.related_agents else [s.actor_id == agent]
    return [or_(*own, further)]


def _referring(wanted: Filter, numbers: dict) -> list[tuple[Select, object]]:
    """The stream of statements that refer to a match, voided or not. There are few references, so they lead, and each is looked up:
    joined, a database may begin with everything that matches, which is most of the log for a common verb."""
    target, s = aliased(Statement), aliased(Statement)
    match = [*_columns(target, wanted, numbers), *_agent_condition(target, wanted, numbers), *_activity_condition(target, wanted, numbers)]
    if not match:
        return []
    matching = exists().where(target.id == Reference.target, *match)
    shown = exists().where(s.seq == Reference.seq, *_may_be_shown(s, wanted, numbers))
    return [(select(Reference.seq.label("seq")).where(matching, shown), Reference.seq)]


def _limited(stream: tuple[Select, object], bounds: _Bounds, ascending: bool, limit: int) -> Select:
    query, column = stream
    return query.where(*bounds.on(column)).order_by(column.asc() if ascending else column.desc()).limit(limit)

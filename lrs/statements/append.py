"""Append prepared statements to the log: under one lock, in one round trip, all or nothing.

Whoever appends holds the log's lock until their transaction has ended, and takes ``seq`` under it; so ``seq`` grows in the order of
commit, and a reader that has seen ``seq`` n has seen everything below n (ADR 0003).
"""

import random
from collections.abc import Sequence

from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict
from lrs.attachments import links
from lrs.statements import references, terms
from lrs.statements.formats import utc_text
from lrs.statements.log import Look, Rows
from lrs.statements.meaning import same
from lrs.statements.models import Log
from lrs.statements.parse import parse
from lrs.statements.prepare import Prepared
from lrs.statements.splice import complete
from lrs.statements.terms import ACTIVITY, AGENT, VERB

_NEW_TERMS = "lrs.new_terms"
_LAST = "lrs.last"


def append(session: Session, statements: Sequence[Prepared]) -> None:
    """Store what is new. The same id with the same meaning changes nothing; with another meaning it is a :class:`Conflict`."""
    session.flush()
    connection = session.connection()
    log = terms.dialect_of(connection)
    look = log.lock_and_look(connection, [s.id for s in statements])
    generation = look.generation if look.generation is not None else _begin(connection)
    fresh = _new_ones(statements, look.known)
    session.info[_LAST] = look.last
    if not fresh:
        return
    numbers = _numbers(session, connection, fresh, generation)
    first = max(look.last + 1, _microseconds())
    rows = _rows(fresh, first, numbers, look)
    log.insert(connection, rows)
    references.complete(connection, rows.references)
    if carried := [(seq, s.carried) for seq, s in enumerate(fresh, first) if s.carried]:
        links.tie(connection, carried)
    session.info[_LAST] = rows.statements[-1][0]


def last_appended(session: Session) -> int:
    """The end of the log as the last unit of work of this session left it; once that is committed, so is everything up to it."""
    return session.info.get(_LAST, 0)


def _microseconds() -> int:
    moment = now()
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def _begin(connection: Connection) -> int:
    generation = random.getrandbits(62)
    connection.execute(insert(Log).values(id=1, generation=generation))
    return generation


def _new_ones(statements: Sequence[Prepared], known: dict[str, bytes]) -> list[Prepared]:
    """Those whose ids are not in the log yet, each id once."""
    fresh: dict[str, Prepared] = {}
    for statement in statements:
        kept = known.get(statement.id)
        if kept is None and statement.id in fresh:
            kept = fresh[statement.id].raw
        if kept is None:
            fresh[statement.id] = statement
        elif not same(parse(kept), parse(statement.raw), version=statement.version):
            raise Conflict(
                f"There is another statement with the id {statement.id}; statements cannot be changed.", code="statement_conflict"
            )
    return list(fresh.values())


def _numbers(session: Session, connection: Connection, fresh: list[Prepared], generation: int) -> dict[terms.Key, int]:
    """The number of every term of these statements; new ones are written, and remembered once the transaction has committed."""
    cache = terms.cache().of_generation(generation)
    wanted: set[terms.Key] = set()
    for s in fresh:
        k = s.keys
        wanted |= {(VERB, k.verb), (AGENT, k.actor), (ACTIVITY, k.activity), (AGENT, s.authority_key)}
        if k.agents:
            wanted |= {(AGENT, a) for a in k.agents}
        wanted |= {(AGENT, a) for a in k.related_agents}
        wanted |= {(ACTIVITY, a) for a in k.related_activities}
    wanted -= {(AGENT, None), (ACTIVITY, None)}
    known = cache.ids
    numbers = {key: known[key] for key in wanted if key in known}
    if len(numbers) < len(wanted):
        found = terms.find(connection, wanted - numbers.keys())
        missing = wanted - numbers.keys() - found.keys()
        if missing:
            found |= terms.add(connection, missing)
        numbers |= found
        session.info.setdefault(_NEW_TERMS, []).append((generation, found))
    return numbers


def remember_terms(session: Session) -> None:
    """After a commit: what was found and written in it is now certain."""
    for generation, found in session.info.pop(_NEW_TERMS, ()):
        terms.cache().learn(found, generation)


def forget_terms(session: Session) -> None:
    session.info.pop(_NEW_TERMS, None)


def _rows(fresh: list[Prepared], first: int, numbers: dict[terms.Key, int], look: Look) -> Rows:
    rows = Rows()
    targets = {s.keys.refers_to for s in fresh if s.keys.voids}
    for seq, s in enumerate(fresh, first):
        k = s.keys
        payload = complete(s.raw, s.tail, stored=utc_text(seq).encode(), needs_timestamp=s.needs_timestamp)
        rows.statements.append(
            (
                seq,
                s.id,
                numbers[AGENT, k.actor] if k.actor is not None else None,
                numbers[VERB, k.verb],
                numbers[ACTIVITY, k.activity] if k.activity is not None else None,
                numbers[AGENT, s.authority_key] if s.authority_key is not None else None,
                k.registration,
                s.trust,
                s.id in look.doomed and not k.voids,
                payload,
            )
        )
        rows.agents += [(numbers[AGENT, a], True, seq) for a in k.agents]
        rows.agents += [(numbers[AGENT, a], False, seq) for a in k.related_agents]
        rows.activities += [(numbers[ACTIVITY, a], seq) for a in k.related_activities]
        if k.refers_to is not None:
            rows.references.append((k.refers_to, seq, k.voids))
    rows.voided = sorted(targets)
    rows.voided_verb = numbers.get((VERB, next((s.keys.verb for s in fresh if s.keys.voids), "")), 0)
    return rows

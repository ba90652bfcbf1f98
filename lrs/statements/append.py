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
from lrs.statements.terms import ACTIVITY, AGENT, VERB, Numbers

_NEW_TERMS = "lrs.new_terms"
_LAST = "lrs.last"


def append(session: Session, statements: Sequence[Prepared]) -> None:
    """Store what is new. The same id with the same meaning changes nothing; with another meaning it is a :class:`Conflict`."""
    [refusal] = append_groups(session, [statements])
    if refusal is not None:
        raise refusal


def append_groups(session: Session, groups: Sequence[Sequence[Prepared]]) -> list[Conflict | None]:
    """Store what is new of several requests, one after the other. One that conflicts is left out whole; answers for each why, or None."""
    session.flush()
    connection = session.connection()
    log = terms.dialect_of(connection)
    statements = [s for group in groups for s in group]
    numbers = Numbers(_terms_of(statements))
    look = log.lock_and_look(connection, [s.id for s in statements], list(numbers.asked))
    numbers.answered(connection, look)
    fresh, refusals = _new_ones(groups, look.known)
    session.info[_LAST] = look.last
    if fresh:
        generation = look.generation if look.generation is not None else _begin(connection)
        first = max(look.last + 1, _microseconds())
        rows = _rows(fresh, first, numbers, look)
        rows.terms = numbers.settle(_terms_of(fresh))
        log.insert(connection, rows)
        references.complete(connection, rows.references)
        if carried := [(seq, s.carried) for seq, s in enumerate(fresh, first) if s.carried]:
            links.tie(connection, carried)
        session.info.setdefault(_NEW_TERMS, []).append((generation, numbers.learned))
        session.info[_LAST] = rows.statements[-1][0]
    return refusals


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


def _new_ones(groups: Sequence[Sequence[Prepared]], known: dict[str, bytes]) -> tuple[list[Prepared], list[Conflict | None]]:
    """Those whose ids are not in the log yet, each id once; and which groups are refused."""
    fresh: dict[str, Prepared] = {}
    refusals: list[Conflict | None] = []
    for group in groups:
        own: dict[str, Prepared] = {}
        try:
            for statement in group:
                before = fresh.get(statement.id) or own.get(statement.id)
                kept = known.get(statement.id) or (before.raw if before else None)
                if kept is None:
                    own[statement.id] = statement
                else:
                    _must_mean(kept, statement)
        except Conflict as conflict:
            refusals.append(conflict)
        else:
            fresh |= own
            refusals.append(None)
    return list(fresh.values()), refusals


def _must_mean(kept: bytes, statement: Prepared) -> None:
    if not same(parse(kept), parse(statement.raw)):
        raise Conflict(f"There is another statement with the id {statement.id}; statements cannot be changed.", code="statement_conflict")


def _terms_of(statements: Sequence[Prepared]) -> set[terms.Key]:
    """Every agent, verb and activity of these statements."""
    wanted: set[terms.Key] = set()
    for s in statements:
        k = s.keys
        wanted |= {(VERB, k.verb), (AGENT, k.actor), (ACTIVITY, k.activity), (AGENT, s.authority_key)}
        if k.agents:
            wanted |= {(AGENT, a) for a in k.agents}
        wanted |= {(AGENT, a) for a in k.related_agents}
        wanted |= {(ACTIVITY, a) for a in k.related_activities}
    return wanted - {(AGENT, None), (ACTIVITY, None)}


def remember_terms(session: Session) -> None:
    """After a commit: what was found and written in it is now certain."""
    for generation, found in session.info.pop(_NEW_TERMS, ()):
        terms.cache().learn(found, generation)


def forget_terms(session: Session) -> None:
    session.info.pop(_NEW_TERMS, None)


def _rows(fresh: list[Prepared], first: int, numbers: Numbers, look: Look) -> Rows:
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
    rows.voided_verb = next((numbers[VERB, s.keys.verb] for s in fresh if s.keys.voids), 0)
    return rows

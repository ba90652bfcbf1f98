"""The verbs of retention. Nothing is ever deleted without a rule that somebody made.

A deletion takes the statement, its side rows, its references to others and its attachments along. What the projections made of it stays
as it was counted; only a rebuild begins from what is left (ADR 0033).
"""

import time
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import delete

from core.clock import now
from core.db import db, write
from core.errors import NotFound
from lrs.attachments import service as attachments
from lrs.privacy import audit
from lrs.privacy.models import Audit
from lrs.retention import queries, rules
from lrs.retention.models import RetentionRule
from lrs.statements import side, terms
from lrs.statements.keys import keys_of
from lrs.statements.models import Reference, Statement
from lrs.statements.parse import parse

CHUNK = 500


def add(*, kind: str, days: str | int | None = None, verb: str = "", activity: str = "", reason: str = "") -> RetentionRule:
    """Make a rule; it takes effect with the next run. Raises Invalid."""
    columns = rules.clean(kind=kind, days=days, verb=verb.strip(), activity=activity.strip())
    rule = RetentionRule(**columns, by=audit.doer()[0], reason=reason.strip()[:1000])
    db.session.add(rule)
    db.session.flush()
    audit.note("rule added", target=rules.in_words(**columns), reason=rule.reason)
    return rule


def remove(*, rule_id: int) -> None:
    """Take a rule away. What it has deleted stays deleted. Raises NotFound."""
    rule = db.session.get(RetentionRule, rule_id)
    if rule is None:
        raise NotFound(_("There is no such rule."))
    audit.note("rule removed", target=words(rule))
    db.session.delete(rule)
    db.session.flush()


def words(rule: RetentionRule) -> str:
    return rules.in_words(kind=rule.kind, days=rule.days, verb=rule.verb, activity=rule.activity)


def run(*, limit_ms: int | None = None, rule_id: int | None = None, by: str | None = None) -> dict[int, int]:
    """Delete what the rules say, oldest first, in bounded units of work; answers how many statements each rule took.

    Call outside ``write()``. Interrupted, it goes on with the next call, for what is gone is not found again.
    """
    deadline = None if limit_ms is None else time.monotonic() + limit_ms / 1000
    wanted = [r.id for r in queries.listing() if r.kind == rules.DELETE and rule_id in (None, r.id)]
    done: dict[int, int] = {}
    for one in wanted:
        done[one] = _run(one, deadline, by)
    return done


def _run(rule_id: int, deadline: float | None, by: str | None) -> int:
    """One rule, chunk by chunk. The row of the audit grows with each, in the same unit of work."""
    total, beyond, row_id = 0, 0, None
    counts = {"statements": 0, "attachments": 0}
    loose: set[str] = set()
    while True:
        with write():
            rule = db.session.get(RetentionRule, rule_id)
            rows = _next(rule, beyond) if rule is not None else []
            found = _delete(rows)
            loose |= found
            counts = {"statements": counts["statements"] + len(rows), "attachments": counts["attachments"] + len(found)}
            if rows:
                row = (row_id and db.session.get(Audit, row_id)) or audit.note("retention", target=words(rule), by=by)
                row.counts, row_id = counts, row.id
        total += len(rows)
        if len(rows) < CHUNK or (deadline is not None and time.monotonic() > deadline):
            break
        beyond = rows[-1].seq
    attachments.release(loose)
    return total


def _next(rule: RetentionRule, beyond: int) -> Sequence:
    conditions = queries.due(rule, keeping=queries.keeping(), at=now())
    return db.session.execute(queries.chunk(conditions, beyond=beyond, limit=CHUNK)).all()


def _delete(rows: Sequence) -> set[str]:
    """Statements with everything that belongs to them; answers the hashes of their attachments."""
    if not rows:
        return set()
    seqs, connection = [row.seq for row in rows], db.session.connection()
    known = [(row.seq, keys_of(parse(row.payload))) for row in rows]
    numbers = terms.find(connection, set().union(*(side.terms_of(keys) for _seq, keys in known)))
    side.take_away(connection, known, numbers)
    db.session.execute(delete(Reference).where(Reference.seq.in_(seqs)))
    loose = attachments.forget(seqs=seqs)
    db.session.execute(delete(Statement).where(Statement.seq.in_(seqs)))
    return loose

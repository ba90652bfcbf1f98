"""The statements of a person: described, exported, rewritten chunk by chunk.

The dictionary leads: whatever the index finds by a number of the subject is rewritten and gets the number of the pseudonym instead, so
the work is done when nothing is found any more, wherever it was interrupted. Statements that arrive meanwhile get the old numbers (they
stay in the dictionary until the end) and are found like the others. The last chunk, under the log's lock, sees that nothing is left,
drops the old terms and begins a new generation, which empties the memory of terms in every process.
"""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, delete, func, insert, select, union, update

from core.db import db
from core.erasure import Candidate, Eraser, Mention, Step, Subject, account_key
from core.identity import activity_iri, identity_base
from lrs.attachments import queries as attachments
from lrs.attachments import service as attachment_service
from lrs.attachments.models import Attachment
from lrs.attachments.rules import PREFIX
from lrs.browser.models import Seen
from lrs.identities.queries import identifiers_of
from lrs.privacy import counts
from lrs.privacy.naming import Names, names_given, readable
from lrs.privacy.rewriting import Rewriter
from lrs.statements import side, terms
from lrs.statements.generation import begin_again
from lrs.statements.keys import Keys, agent_key, keys_of
from lrs.statements.models import Statement, StatementActivity, StatementAgent, Term
from lrs.statements.parse import parse
from lrs.statements.terms import ACTIVITY, AGENT

CHUNK = 100
SCAN = 2_000
SAMPLE = 20
_BY_IDENTIFIER, _BY_TEXT = 0, 1


class StatementEraser(Eraser):
    """What the log says about a person."""

    names = {
        "statements": _l("Statements they made"),
        "mentioned_in": _l("Statements of others that name them as a participant"),
        "attachments": _l("Attachments of their statements"),
        "signatures": _l("Signatures that were lost"),
    }

    def find(self, text: str, *, limit: int) -> list[Candidate]:
        pattern = func.lower(Term.text).contains(text.lower(), autoescape=True)
        rows = db.session.scalars(select(Term.text).where(Term.kind == AGENT, pattern).order_by(Term.id).limit(limit))
        return [Candidate(key, key.partition(" ")[2]) for key in rows if key != _own()]

    def widen(self, subject: Subject) -> Subject:
        for key in subject.identifiers:
            subject = subject.with_identifiers(*identifiers_of(key)).with_texts(*_names_of(key))
        return subject

    def identifiers(self) -> Iterable[str]:
        last = 0
        while rows := db.session.execute(
            select(Term.id, Term.text).where(Term.kind == AGENT, Term.id > last).order_by(Term.id).limit(SCAN)
        ).all():
            yield from (row.text for row in rows)
            last = rows[-1].id

    def describe(self, subject: Subject) -> dict[str, int]:
        numbers = _numbers(subject)
        made = db.session.scalar(select(func.count()).select_from(Statement).where(Statement.actor_id.in_(numbers)))
        elsewhere = select(StatementAgent.seq).where(StatementAgent.agent_id.in_(numbers))
        vouched = select(Statement.seq).where(Statement.authority_id.in_(numbers), Statement.actor_id.not_in(numbers))
        others = db.session.scalar(select(func.count()).select_from(union(elsewhere, vouched).subquery()))
        carried = select(func.count()).select_from(Attachment).join(Statement, Statement.seq == Attachment.seq)
        data = db.session.scalar(carried.where(Statement.actor_id.in_(numbers)))
        return {"statements": made, "mentioned_in": others, "attachments": data}

    def export(self, subject: Subject) -> Iterator[dict]:
        """The statements they made, oldest first, each with its attachments' places in the archive of the log."""
        numbers, last = _numbers(subject), 0
        while numbers:
            mine = select(Statement.seq, Statement.payload).where(Statement.actor_id.in_(numbers), Statement.seq > last)
            rows = db.session.execute(mine.order_by(Statement.seq).limit(CHUNK)).all()
            if not rows:
                return
            yield from ({"part": "statement", "statement": parse(row.payload)} for row in rows)
            last = rows[-1].seq

    def begin(self, subject: Subject, *, mode: str) -> None:
        if _own() in subject.pseudonyms:
            raise ValueError("the installation's own agent cannot be erased")

    def erase(self, subject: Subject, *, mode: str, position: int) -> Step:
        connection = _locked()
        old = _numbers(subject) if position == _BY_IDENTIFIER else _numbers_by_text(subject)
        seqs = _seqs_of(old)
        if seqs:
            return Step(_rewrite(connection, seqs, old, subject, mode), position)
        _forget_terms(old, subject)
        return Step({}, _BY_TEXT if position == _BY_IDENTIFIER else None)

    def remains(self, subject: Subject) -> bool:
        _locked()
        return bool(_numbers(subject))

    def finish(self) -> None:
        from core.storage import storage

        kept = {key.removeprefix(PREFIX) for key, _written in storage().keys(PREFIX)}
        attachment_service.release(kept - attachments.needed(kept))

    def mentions(self, subject: Subject, *, position: int) -> tuple[list[Mention], int | None]:
        """Statements whose bytes hold a name; the whole log is read, so many at a time."""
        names = Names(subject.words())
        rows = db.session.execute(
            select(Statement.seq, Statement.id, Statement.payload).where(Statement.seq > position).order_by(Statement.seq).limit(SCAN)
        ).all()
        if not rows or not names:
            return [], None
        carrying = set(db.session.scalars(select(Attachment.seq).where(Attachment.seq.between(rows[0].seq, rows[-1].seq))))
        theirs = [r for r in rows if r.seq in carrying and _made_by(r.payload, subject)]
        found = [Mention("attachment", str(row.id)) for row in theirs]
        for row in rows:
            if row not in theirs and (place := names.place(readable(row.payload))):
                found.append(Mention("statement", str(row.id), *place))
        return found, rows[-1].seq if len(rows) == SCAN else None

    def show(self, uuids: Sequence[str]) -> dict[str, tuple[str, str]]:
        rows = db.session.execute(select(Statement.id, Statement.payload).where(Statement.id.in_([UUID(u) for u in uuids])))
        return {str(row.id): (readable(row.payload), url_for("lrs.statement", uuid=row.id)) for row in rows}


def _made_by(payload: bytes, subject: Subject) -> bool:
    """True for a statement that carries the pseudonym as its actor; what its attachments hold nobody but a person can tell."""
    key = agent_key(parse(payload)["actor"])
    return key in {account_key(new) for new in subject.pseudonyms.values()}


def _own() -> str:
    return account_key("colloquium")


def _locked() -> Connection:
    """The connection of this unit of work, with the log's lock held until it ends."""
    connection = db.session.connection()
    terms.dialect_of(connection).lock_and_look(connection, [])
    return connection


def _numbers(subject: Subject) -> list[int]:
    found = terms.find(db.session.connection(), [(AGENT, key) for key in subject.identifiers])
    return sorted(found.values())


def _numbers_by_text(subject: Subject) -> list[int]:
    """Terms, of activities above all, in whose text something of the person stands."""
    pattern = subject.secrets()
    if pattern is None:
        return []
    rows = db.session.execute(select(Term.id, Term.text).where(Term.kind.in_((AGENT, ACTIVITY))).execution_options(yield_per=SCAN))
    return [row.id for row in rows if pattern.search(row.text)]


def _seqs_of(numbers: list[int]) -> list[int]:
    """Some statements that are found by one of these numbers."""
    if not numbers:
        return []
    places = (
        (Statement.seq, Statement.actor_id),
        (Statement.seq, Statement.authority_id),
        (Statement.seq, Statement.activity_id),
        (StatementAgent.seq, StatementAgent.agent_id),
        (StatementActivity.seq, StatementActivity.activity_id),
    )
    found: set[int] = set()
    for seq, number in places:
        if len(found) < CHUNK:
            found.update(db.session.scalars(select(seq).where(number.in_(numbers)).limit(CHUNK - len(found))))
    return sorted(found)


def _rewriter(subject: Subject, mode: str) -> Rewriter:
    return Rewriter(
        pseudonyms=subject.pseudonyms,
        home=identity_base(),
        secrets=subject.secrets(),
        instead=subject.pseudonym,
        extension=activity_iri("extension", "signature-removed"),
        words=mode == "erase",
    )


def _rewrite(connection: Connection, seqs: list[int], old: list[int], subject: Subject, mode: str) -> dict[str, int]:
    """Rewrite the payloads, then the numbers they are found by."""
    rewriter, done = _rewriter(subject, mode), {"statements": len(seqs), "signatures": 0, "attachments": 0}
    before: list[tuple[int, Keys]] = []
    after: list[tuple[int, Keys]] = []
    columns: dict[int, tuple[bytes, str | None]] = {}
    wanted: set[terms.Key] = set()
    for seq, payload in db.session.execute(select(Statement.seq, Statement.payload).where(Statement.seq.in_(seqs))).all():
        new = rewriter.statement(payload)
        statement = parse(new.payload)
        keys, authority = keys_of(statement), agent_key(statement["authority"])
        before.append((seq, keys_of(parse(payload))))
        after.append((seq, keys))
        columns[seq] = new.payload, authority
        wanted |= side.terms_of(keys) | {key for key in ((AGENT, keys.actor), (AGENT, authority), (ACTIVITY, keys.activity)) if key[1]}
        done["signatures"] += new.unsigned
        done["attachments"] += _untie(seq, new.dropped)
    numbers = terms.find(connection, wanted)
    numbers |= {key: _new_term(key) for key in sorted(wanted - numbers.keys())}
    if still := set(numbers.values()) & set(old):
        raise RuntimeError(f"{len(still)} terms are still needed by rewritten statements")
    side.take_away(connection, before, terms.find(connection, set().union(*(side.terms_of(keys) for _seq, keys in before))))
    for seq, keys in after:
        _write(seq, *columns[seq], keys, numbers)
    side.write(connection, after, numbers)
    return {what: count for what, count in done.items() if count}


def _new_term(key: terms.Key) -> int:
    """A new term of the dictionary; the log's lock is held."""
    kind, text = key
    return db.session.scalar(insert(Term).values(kind=kind, text=text, digest=terms.digest(key)).returning(Term.id))


def _untie(seq: int, sha2s: Iterable[str]) -> int:
    if not sha2s:
        return 0
    return db.session.execute(delete(Attachment).where(Attachment.seq == seq, Attachment.sha2.in_(sha2s))).rowcount


def _write(seq: int, payload: bytes, authority: str | None, keys: Keys, numbers: dict[terms.Key, int]) -> None:
    """The statement's new bytes, and the numbers by which it is found from now on."""
    values = {
        "payload": payload,
        "actor_id": numbers.get((AGENT, keys.actor)),
        "authority_id": numbers.get((AGENT, authority)),
        "activity_id": numbers.get((ACTIVITY, keys.activity)),
    }
    db.session.execute(update(Statement).where(Statement.seq == seq).values(**values))


def _forget_terms(numbers: list[int], subject: Subject) -> None:
    """Drop terms that nothing refers to any more, and let every process forget them. Counts by period go to the terms in their place."""
    if not numbers:
        return
    rows = db.session.scalars(select(Term).where(Term.id.in_(numbers)))
    old = {row.id: (row.kind, _in_place_of(row.text, subject)) for row in rows}
    new = terms.find(db.session.connection(), set(old.values()))
    counts.move({number: new.get(key) for number, key in old.items()})
    db.session.execute(delete(Seen).where(Seen.term_id.in_(numbers)))
    db.session.execute(delete(Term).where(Term.id.in_(numbers)))
    begin_again()


def _in_place_of(text: str, subject: Subject) -> str:
    """The text of the term that takes a term's place."""
    if text in subject.pseudonyms:
        return account_key(subject.pseudonyms[text])
    pattern = subject.secrets()
    return pattern.sub(subject.pseudonym, text) if pattern is not None else text


def _names_of(key: str) -> set[str]:
    """What recent statements call an agent."""
    number = terms.find(db.session.connection(), [(AGENT, key)]).get((AGENT, key))
    if number is None:
        return set()
    made = select(Statement.seq).where(Statement.actor_id == number).order_by(Statement.seq.desc()).limit(SAMPLE)
    other = select(StatementAgent.seq).where(StatementAgent.agent_id == number).order_by(StatementAgent.seq.desc()).limit(SAMPLE)
    seqs = [*db.session.scalars(made), *db.session.scalars(other)]
    payloads = db.session.scalars(select(Statement.payload).where(Statement.seq.in_(seqs)))
    return {name for payload in payloads for name in names_given(parse(payload), key)}

"""Keeping the lists of questions and answers: with each commit, and from stored states that were never listed. All inside ``write()``."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from sqlalchemy import delete, exists, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from core.db import db, write
from scorm.packages.models import PackageVersion
from scorm.play.answers.models import Answer, Question
from scorm.play.answers.reading import KINDS, Interaction, alike, interactions
from scorm.play.course import course_of
from scorm.play.models import Attempt, Registration, ScoState
from scorm.play.stored import stored_cmi

BATCH = 50
LONGEST = 250
_START = "cmi.interactions."
# In the very words of the index, so that both databases take it.
_UNLISTED = text("NOT sco_state.listed")


def keep(state: ScoState, cmi: Mapping[str, str], *, before: Mapping[str, str], changed: Iterable[str], item_id: int, edition: str) -> None:
    """List what a commit changed: ``changed`` are the elements that it set, between the stored elements ``before`` and ``cmi``.

    A state that was never listed, that began anew, or in which an entry now is of another question, is listed from its beginning.
    """
    touched = frozenset(name[len(_START) :].partition(".")[0] for name in changed if name.startswith(_START))
    renamed = any(f"{_START}{n}.id" in before and cmi.get(f"{_START}{n}.id") != before[f"{_START}{n}.id"] for n in touched)
    began_anew = any(name.startswith(_START) and name not in cmi for name in before)
    if renamed or began_anew or not state.listed:
        forget(state)
        touched, state.listed = None, True
    if touched is None or touched:
        _list(state.attempt_id, item_id, state.sco, _last(cmi, edition, touched))


def list_states(*, limit: int = BATCH) -> int:
    """List the next states that never were: of older releases, of a restored backup, or after ``again``. Answers how many.

    States that a commit works on now are passed over: it lists them itself.
    """
    query = (
        select(ScoState, Registration.item_id, PackageVersion.uuid)
        .join(Attempt, Attempt.id == ScoState.attempt_id)
        .join(Registration, Registration.id == Attempt.registration_id)
        .join(PackageVersion, PackageVersion.id == Attempt.version_id)
        .where(_UNLISTED)
        .order_by(ScoState.id)
        .limit(limit)
        .with_for_update(of=ScoState, skip_locked=True)
    )
    if db.session.scalar(select(ScoState.id).where(_UNLISTED).limit(1)) is None:
        return 0
    with write():
        rows = db.session.execute(query).all()
        for state, item_id, version in rows:
            relist(state, item_id=item_id, edition=course_of(version).edition)
    return len(rows)


def relist(state: ScoState, *, item_id: int, edition: str) -> None:
    """List the answers of a state from its beginning, in place of what was listed of it."""
    forget(state)
    _list(state.attempt_id, item_id, state.sco, _last(stored_cmi(state), edition, None))
    state.listed = True


def again() -> None:
    """Forget all lists; ``list_states`` then makes them from the stored states."""
    db.session.execute(delete(Answer))
    db.session.execute(delete(Question))
    db.session.execute(update(ScoState).values(listed=False))


def _last(cmi: Mapping[str, str], edition: str, touched: frozenset[str] | None) -> dict[str, tuple[Interaction, int]]:
    """{identifier: (its last entry, how many it has)}, of the questions that have one of the touched entries.

    Courses that note every try make an entry for each, so all entries of a question are looked at, wherever the touched one stands.
    """
    wanted = None
    if touched is not None:
        names = {cmi.get(f"{_START}{n}.id") for n in touched} - {None, ""}
        if not names:
            return {}
        ids = {e: v for e, v in cmi.items() if e.startswith(_START) and e.endswith(".id") and e.count(".") == 3}
        wanted = frozenset(element[len(_START) : -len(".id")] for element, value in ids.items() if value in names)
    found: dict[str, tuple[Interaction, int]] = {}
    for entry in interactions(cmi, edition=edition, only=wanted):
        found[entry.identifier] = (entry, found.get(entry.identifier, (None, 0))[1] + 1)
    return found


def _list(attempt_id: int, item_id: int, sco: str, found: Mapping[str, tuple[Interaction, int]]) -> None:
    if not found:
        return
    questions = _questions(item_id, sco, [entry for entry, _tries in found.values()])
    rows = [
        {
            "attempt_id": attempt_id,
            "question_id": questions[entry.identifier],
            "response": alike(entry.response, entry.kind)[:LONGEST],
            "verdict": entry.verdict,
            "points": entry.points,
            "latency": entry.latency,
            "tries": tries,
        }
        for entry, tries in found.values()
    ]
    statement = _insert(Answer)
    said = {name: statement.excluded[name] for name in ("response", "verdict", "points", "latency", "tries")}
    db.session.execute(statement.on_conflict_do_update(index_elements=["attempt_id", "question_id"], set_=said), rows)


def _questions(item_id: int, sco: str, entries: list[Interaction]) -> dict[str, int]:
    """{identifier: row id}. New ones are added, in an order that is the same for everybody; what a SCO now says differently is kept."""
    digests = {digest_of(sco, entry.identifier): entry for entry in entries}
    query = select(Question).where(Question.item_id == item_id, Question.digest.in_(digests))
    known = {question.digest: question for question in db.session.scalars(query)}
    if missing := sorted(digests.keys() - known):
        new = [_new(item_id, sco, digest, digests[digest]) for digest in missing]
        db.session.execute(_insert(Question).on_conflict_do_nothing(index_elements=["item_id", "digest"]), new)
        known = {question.digest: question for question in db.session.scalars(query)}
    for digest, entry in sorted(digests.items()):
        question = known[digest]
        for name, value in _said(entry).items():
            # A SCO that sets its elements one after the other says nothing of the rest yet.
            if value and getattr(question, name) != value:
                setattr(question, name, value)
    db.session.flush()
    return {entry.identifier: known[digest].id for digest, entry in digests.items()}


def _new(item_id: int, sco: str, digest: str, entry: Interaction) -> dict:
    return {"item_id": item_id, "sco": sco, "digest": digest, "identifier": entry.identifier, "place": entry.n} | _said(entry)


def _said(entry: Interaction) -> dict:
    kind = entry.kind if entry.kind in KINDS else "other"
    return {"kind": kind, "description": entry.description, "patterns": [pattern[:LONGEST] for pattern in entry.patterns[:20]]}


def digest_of(sco: str, identifier: str) -> str:
    return sha256(f"{sco}\x00{identifier}".encode()).hexdigest()


def forget(state: ScoState) -> None:
    """Take the answers of a state from the list, with those of parts that were renamed."""
    others = select(ScoState.sco).where(ScoState.attempt_id == state.attempt_id, ScoState.id != state.id)
    of_others = exists().where(Question.id == Answer.question_id, Question.sco.in_(others)).correlate(Answer)
    db.session.execute(delete(Answer).where(Answer.attempt_id == state.attempt_id, ~of_others))


def _insert(table):
    return {"sqlite": sqlite_insert, "postgresql": postgresql_insert}[db.session.get_bind().dialect.name](table)

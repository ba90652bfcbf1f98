"""The verbs of privacy: find out what is held about a person, and forget them in units of work that a crash can separate.

An erasure is a row with the place it has reached. Whoever advances it (the background, a page, the command line) locks the row, does one
chunk and writes the new place in the same unit of work, so that two never do the same and nothing is left half done. The order is that of
the registered erasers; then texts that still name the person are looked for; then all are asked whether anything has come in again.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import replace
from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import select

from core.clock import now
from core.db import db, write
from core.erasure import MODES, Candidate, Subject, registered
from core.errors import Conflict, Invalid
from lrs import projections
from lrs.identities.rules import clean_key
from lrs.privacy import audit, compaction, journal
from lrs.privacy.models import ErasedDigest, Erasure, Found

log = logging.getLogger("colloquium.privacy")
_ERASE, _LOOK = "erase", "look"
_SETTLED_MS = 60_000


def find(text: str, *, limit: int = 20) -> list[Candidate]:
    """People and identifiers that a search may mean, each identifier once."""
    text = text.strip()
    if len(text) < 2:
        return []
    found: dict[str, Candidate] = {}
    for eraser in registered().values():
        for candidate in eraser.find(text, limit=limit):
            found.setdefault(candidate.identifier, candidate)
    return list(found.values())[:limit]


def subject_of(identifier: str, *, pseudonym: str | None = None) -> Subject:
    """The whole person behind one identifier: everything that any slice knows to be theirs. Raises Invalid for what is no identifier."""
    subject = Subject(pseudonym or str(uuid4())).with_identifiers(clean_key(identifier))
    while True:
        wider = subject
        for eraser in registered().values():
            wider = eraser.widen(wider)
        if wider == subject:
            return _apart(subject)
        subject = wider


def _apart(subject: Subject) -> Subject:
    """Each account of this installation under a pseudonym of its own, for each is a row of its own."""
    accounts = sorted(key for key in subject.pseudonyms if key.rpartition(" ")[2] in subject.uuids())
    own = {key: str(uuid4()) for key in accounts[1:]}
    return replace(subject, pseudonyms={**subject.pseudonyms, **own})


def describe(subject: Subject) -> dict[str, dict[str, int]]:
    """What is held, by eraser: counts by what; nothing where there is nothing."""
    counted = {name: eraser.describe(subject) for name, eraser in registered().items()}
    return {name: found for name, counts in counted.items() if (found := {what: n for what, n in counts.items() if n})}


def start(*, identifier: str, mode: str, reason: str = "") -> Erasure:
    """Begin to forget a person: they are shut out and lose their identity in this unit of work, the rest follows with :func:`advance`.

    Raises Invalid for a wrong identifier or mode, Conflict when it is going on already, and whatever an eraser refuses with.
    """
    if mode not in MODES:
        raise Invalid(fields={"mode": [_("Choose pseudonymise or erase.")]})
    return _begin(subject_of(identifier), mode=mode, reason=reason)


def _begin(subject: Subject, *, mode: str, reason: str, uuid: str | None = None, by: str | None = None) -> Erasure:
    _refuse_twice(subject)
    doer = audit.doer()[0] if by is None else by
    run = Erasure(
        uuid=uuid or str(uuid4()),
        mode=mode,
        pseudonym=subject.pseudonym,
        by=doer,
        reason=_without(subject, reason),
        subject={"pseudonyms": dict(subject.pseudonyms), "texts": sorted(subject.texts)},
        stage=_stages()[0],
        counts={},
    )
    db.session.add(run)
    for key, pseudonym in subject.pseudonyms.items():
        mark = journal.digest(key)
        if db.session.get(ErasedDigest, (run.uuid, mark)) is None:
            db.session.add(ErasedDigest(erasure=run.uuid, digest=mark, pseudonym=pseudonym, mode=mode))
    for eraser in registered().values():
        eraser.begin(subject, mode=mode)
    audit.note(mode, target=run.pseudonym, reason=run.reason, by=by)
    db.session.flush()
    return run


def _refuse_twice(subject: Subject) -> None:
    for other in db.session.scalars(select(Erasure).where(Erasure.state == "running")):
        if subject.pseudonyms.keys() & other.subject["pseudonyms"].keys():
            raise Conflict(_("This person is being forgotten already."), code="running")


def _without(subject: Subject, reason: str) -> str:
    from lrs.privacy.naming import Names

    return Names(subject.words()).without(reason.strip()[:1000], "…")


def label_of(subject: Subject) -> str:
    """What to call a person on a page: a name, otherwise an identifier."""
    names = sorted((text for text in subject.texts if "@" not in text), key=lambda text: (-len(text), text))
    return names[0] if names else subject.identifiers[0].partition(" ")[2]


def settle() -> None:
    """Let the projections read what the person did so far, while it still says who they were. Before :func:`start`, outside ``write()``."""
    projections.catch_up(limit_ms=_SETTLED_MS)


def advance(uuid: str | None = None, *, limit_ms: int | None = None, compact: bool = True) -> bool:
    """Go on with one erasure, or with all that are not done, for about so long; True when nothing is left to do.

    At the end the database lets go of what was deleted, unless ``compact`` is False (the background does it then).
    """
    deadline = None if limit_ms is None else time.monotonic() + limit_ms / 1000
    running = select(Erasure.uuid).where(Erasure.state == "running").order_by(Erasure.id)
    waiting = list(db.session.scalars(running if uuid is None else running.where(Erasure.uuid == uuid)))
    if waiting:
        _sync_journal()
    for one in waiting:
        while True:
            if not _chunk(one):
                break
            if deadline is not None and time.monotonic() > deadline:
                return False
    return compaction.settle() if compact else False


def _sync_journal() -> None:
    """Bring what was committed into the file; the other way round a rolled back erasure would be applied after a restore."""
    rows = db.session.scalars(select(ErasedDigest))
    journal.keep([journal.Entry(r.erasure, r.digest, r.pseudonym, r.mode, r.at) for r in rows])


def _stages() -> list[str]:
    return [f"{kind}:{name}" for kind in (_ERASE, _LOOK) for name in registered()]


def place(run: Erasure) -> tuple[int, int]:
    """How many of how many stages an erasure has behind it."""
    stages = _stages()
    return (stages.index(run.stage) if run.stage in stages else len(stages)), len(stages)


def _chunk(uuid: str) -> bool:
    """One unit of work of one erasure; False when it is done."""
    with write():
        run = db.session.scalar(select(Erasure).where(Erasure.uuid == uuid).with_for_update().execution_options(populate_existing=True))
        if run is None or run.state == "done":
            return False
        subject = Subject(run.pseudonym, run.subject["pseudonyms"], frozenset(run.subject["texts"]))
        kind, _colon, name = run.stage.partition(":")
        eraser = registered().get(name)
        counts, position = ({}, None) if eraser is None else _do(run, kind, name, eraser, subject)
        run.counts = _added(run.counts, {f"{name}.{what}": n for what, n in counts.items() if n})
        run.failure = ""
        if position is not None:
            run.position = position
            return True
        return _next(run, subject)


def _do(run: Erasure, kind: str, name: str, eraser, subject: Subject) -> tuple[dict, int | None]:
    if kind == _ERASE:
        step = eraser.erase(subject, mode=run.mode, position=run.position)
        return step.counts, step.position
    mentions, position = eraser.mentions(subject, position=run.position)
    known = set(db.session.scalars(select(Found.uuid).where(Found.erasure_id == run.id, Found.part == name)))
    for one in mentions:
        if one.uuid not in known:
            db.session.add(Found(erasure_id=run.id, part=name, kind=one.kind, uuid=one.uuid, start=one.start, length=one.length))
    return {}, position


def _next(run: Erasure, subject: Subject) -> bool:
    """The next stage; after the last one the end, unless something has come in again."""
    stages = _stages()
    place = stages.index(run.stage) + 1 if run.stage in stages else 0
    run.position = 0
    if place < len(stages):
        run.stage = stages[place]
        return True
    if any(eraser.remains(subject) for eraser in registered().values()):
        run.stage = stages[0]
        return True
    run.state, run.subject, run.stage, run.ended_at = "done", None, "", now()
    audit.note(f"{run.mode}d", target=run.pseudonym, counts=run.counts, by=audit.BACKGROUND)
    return False


def _added(counts: dict, more: dict) -> dict:
    return {what: counts.get(what, 0) + more.get(what, 0) for what in (*counts, *(w for w in more if w not in counts))}


def erased_digests() -> list[journal.Entry]:
    """What this database and the file beside it know to have been erased."""
    rows = db.session.scalars(select(ErasedDigest))
    table = [journal.Entry(r.erasure, r.digest, r.pseudonym, r.mode, r.at) for r in rows]
    return [*table, *(entry for entry in journal.read() if entry not in table)]


def reapply(remembered: Iterable[journal.Entry] = ()) -> list[Erasure]:
    """After a restore: begin again every erasure that the journal knows and this database has not finished; inside ``write()``.

    The identifiers are found by their digests among all that the slices hold. :func:`advance` does the rest.
    """
    known = set(db.session.scalars(select(Erasure.uuid)))
    due: dict[str, dict[bytes, journal.Entry]] = {}
    for entry in sorted((*erased_digests(), *remembered), key=lambda entry: entry.at):
        if entry.erasure not in known:
            due.setdefault(entry.erasure, {})[entry.digest] = entry
    if not due:
        return []
    held = {journal.digest(key): key for eraser in registered().values() for key in eraser.identifiers()}
    for run in db.session.scalars(select(Erasure).where(Erasure.state == "running")):
        held = _but(held, run)
    begun = []
    for erasure, marks in due.items():
        begun.append(_again(erasure, marks, held))
        held = _but(held, begun[-1])
    return begun


def _but(held: dict[bytes, str], run: Erasure) -> dict[bytes, str]:
    """Identifiers without those that an erasure takes care of: who was erased twice is erased once."""
    taken = run.subject["pseudonyms"]
    return {mark: key for mark, key in held.items() if key not in taken}


def _again(erasure: str, marks: dict[bytes, journal.Entry], held: dict[bytes, str]) -> Erasure:
    """One erasure begun anew with the pseudonyms it gave then; done at once when nothing of it is there."""
    some = next(iter(marks.values()))
    subject = Subject(some.pseudonym, {held[mark]: entry.pseudonym for mark, entry in marks.items() if mark in held}, again=True)
    for mark, entry in marks.items():
        if db.session.get(ErasedDigest, (erasure, mark)) is None:
            db.session.add(ErasedDigest(erasure=erasure, digest=mark, pseudonym=entry.pseudonym, mode=entry.mode, at=entry.at))
    for eraser in registered().values():
        subject = eraser.widen(subject)
    return _begin(subject, mode=some.mode, reason="restore", uuid=erasure, by=audit.BACKGROUND)

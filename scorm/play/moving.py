"""Attempts in progress go from one version of a package to another. What they stored is keyed by part and stays where it is: a part that
the new version does not have is not shown, and is shown again when the attempt comes back (ADR 0042)."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Result, and_, case, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from core.db import db
from scorm.packages.models import Package, PackageVersion
from scorm.play.answers.models import Answer, Question
from scorm.play.models import Attempt, ScoState
from scorm.play.rules import SUSPENDED

_ROWS = 500


class Count(NamedTuple):
    """How many attempts a version has, and how many of them the next launch goes on with."""

    attempts: int
    in_progress: int


def in_progress(package: Package) -> ColumnElement[bool]:
    """The condition on ``Attempt`` under which the next launch goes on with it: ``rules.next_attempt`` for many at once."""
    begins = package.settings["new_attempt"]
    if begins == "never":
        return Attempt.state == "open"
    if begins == "always":
        return and_(Attempt.state == "open", Attempt.completion == "not attempted", Attempt.success == "unknown")
    finished = or_(Attempt.completion == "completed", Attempt.success != "unknown")
    return and_(Attempt.state == "open", or_(~finished, Attempt.last_exit.in_(SUSPENDED)))


def counts(package: Package) -> dict[int, Count]:
    """The attempts of a package by row id of the version; versions that nobody played are missing."""
    going = func.sum(case((in_progress(package), 1), else_=0))
    query = select(Attempt.version_id, func.count(), going).join(PackageVersion, PackageVersion.id == Attempt.version_id)
    rows = db.session.execute(query.where(PackageVersion.package_id == package.id).group_by(Attempt.version_id))
    return {version_id: Count(attempts, going) for version_id, attempts, going in rows}


def stored(version: PackageVersion, parts: Iterable[str]) -> dict[str, int]:
    """In how many attempts in progress on a version each of these parts has stored something."""
    query = select(ScoState.sco, func.count()).join(Attempt, Attempt.id == ScoState.attempt_id)
    query = query.where(Attempt.version_id == version.id, in_progress(version.package), ScoState.sco.in_(list(parts)))
    return dict(db.session.execute(query.group_by(ScoState.sco)).all())


def move(*, source: PackageVersion, target: PackageVersion, renamed: tuple[str, str] | None = None) -> int:
    """Let every attempt in progress on one version go on with another, inside ``write()``; answers how many.

    Their rows are locked first, so that a commit is either merged before or meets an attempt that has moved. ``renamed`` is the
    identifier of a part before and after: its state goes along, unless the attempt has one of the new name from earlier.
    """
    chosen = select(Attempt.id).where(Attempt.version_id == source.id, in_progress(source.package)).order_by(Attempt.id)
    ids = list(db.session.scalars(chosen.with_for_update()))
    for start in range(0, len(ids), _ROWS):
        some = ids[start : start + _ROWS]
        if renamed:
            _rename(some, *renamed)
        _run(update(Attempt).where(Attempt.id.in_(some)).values(version_id=target.id))
    db.session.expire_all()
    return len(ids)


def _rename(attempts: list[int], old: str, new: str) -> None:
    other = aliased(ScoState)
    taken = select(other.id).where(other.attempt_id == ScoState.attempt_id, other.sco == new).exists()
    mine = ScoState.attempt_id.in_(attempts), ScoState.sco == old
    renamed = _run(update(ScoState).where(*mine, ~taken).values(sco=new, listed=False).returning(ScoState.attempt_id)).scalars().all()
    # Its answers are listed anew, under the part's new name.
    questions = select(Question.id).where(Question.sco == old)
    _run(delete(Answer).where(Answer.attempt_id.in_(renamed), Answer.question_id.in_(questions)))


def _run(statement) -> Result:
    return db.session.execute(statement.execution_options(synchronize_session=False))

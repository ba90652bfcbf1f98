"""The verbs on versions. They flush, never commit."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from core.db import db
from core.errors import Conflict, NotFound
from scorm.packages import queries as packages
from scorm.packages.models import Package, PackageVersion
from scorm.play import moving
from scorm.versions import queries, rules
from scorm.versions.models import PackageChange


def use(*, version: PackageVersion, attempts: str, by_id: int | None, at: datetime, seen: int | None = None) -> PackageChange | None:
    """Make a version current, a new one or an older one again; ``attempts`` is ``stay`` or ``move`` (what cannot move stays).

    ``seen`` is the number of the version that was current when the choice was made: Conflict (``changed``) where it is another now.
    Answers the line of the history, None where the version is current already.
    """
    package = _locked(version)
    if package.current_number == version.number:
        return None
    if seen is not None and seen != package.current_number:
        message = _("Meanwhile version %(number)s is the one that is played. Look at the comparison again.", number=package.current_number)
        raise Conflict(message, code="changed")
    moved = stayed = 0
    for going in queries.going(package, version):
        if attempts == rules.MOVE and not going.obstacle:
            moved += _move(going.version, version)
        else:
            stayed += going.count
    change = PackageChange(
        package_id=package.id, did="used", number=version.number, from_number=package.current_number,
        attempts=attempts, moved=moved, stayed=stayed, by_id=by_id, at=at,
    )  # fmt: skip
    package.current_number, version.waiting = version.number, False
    db.session.add(change)
    db.session.flush()
    return change


def _locked(version: PackageVersion) -> Package:
    """The version's package, and the version as it is now that nobody else changes it; NotFound where somebody has discarded it."""
    package = packages.locked(version.package_id)
    if not db.session.scalar(select(PackageVersion.id).where(PackageVersion.id == version.id)):
        raise NotFound()
    db.session.refresh(version)
    return package


def _move(source: PackageVersion, target: PackageVersion) -> int:
    renamed = rules.compare(source.contents, target.contents).renamed
    pair = (renamed[0].identifier, renamed[1].identifier) if renamed else None
    return moving.move(source=source, target=target, renamed=pair)


def discard(*, version: PackageVersion, by_id: int | None, at: datetime) -> tuple[str, ...]:
    """Remove a version that was never current; answers the keys of files that only it had, to be deleted once that is committed.

    Conflict (``in_use``) for any other: what was played is kept.
    """
    package = _locked(version)
    if not version.waiting:
        raise Conflict(_("Version %(number)s has been used. Versions that were used are kept.", number=version.number), code="in_use")
    db.session.add(
        PackageChange(package_id=package.id, did="discarded", number=version.number, from_number=package.current_number, by_id=by_id, at=at)
    )
    keys = version.original_key, version.serving_key
    db.session.delete(version)
    db.session.flush()
    # Another version may be played from the same files (``contents``).
    return () if queries.has_files(keys[0]) else keys

"""Reads of versions and of what was decided about them."""

from typing import NamedTuple

from sqlalchemy import func, select

from accounts.people.models import Person
from core.db import db
from core.errors import NotFound
from scorm.packages.models import Package, PackageVersion
from scorm.play import moving
from scorm.versions import rules
from scorm.versions.models import PackageChange

PER_PAGE = 20
CHANGES = 30
STATES = ("current", "waiting", "kept")
_NOBODY = moving.Count(0, 0)


def state_of(package: Package, version: PackageVersion) -> str:
    """``current``, ``waiting`` or ``kept``."""
    if version.number == package.current_number:
        return "current"
    return "waiting" if version.waiting else "kept"


class Line(NamedTuple):
    """One version in the history: who brought it (None for the installation), and how many attempts it has."""

    version: PackageVersion
    by: Person | None
    count: moving.Count


class Going(NamedTuple):
    """Attempts in progress on one version, and why they cannot go to the version that is looked at ("" where they can)."""

    version: PackageVersion
    count: int
    obstacle: str


def of_package(package: Package, number: int) -> PackageVersion:
    """A version by its number, else NotFound."""
    found = None
    if number <= package.last_number:  # no database has to hold whatever number an address may bring
        found = db.session.scalar(select(PackageVersion).where(PackageVersion.package_id == package.id, PackageVersion.number == number))
    if found is None:
        raise NotFound()
    return found


def has_files(original_key: str) -> bool:
    """Whether some version is played from that zip."""
    return db.session.scalar(select(select(PackageVersion.id).where(PackageVersion.original_key == original_key).exists()))


def page(package: Package, page: int, per_page: int = PER_PAGE) -> tuple[list[Line], int]:
    """(versions of a page, the newest first; how many there are in all)."""
    mine = PackageVersion.package_id == package.id
    total = db.session.scalar(select(func.count()).select_from(PackageVersion).where(mine))
    query = select(PackageVersion, Person).outerjoin(Person, Person.id == PackageVersion.by_id).where(mine)
    rows = db.session.execute(query.order_by(PackageVersion.number.desc()).limit(per_page).offset((page - 1) * per_page)).all()
    counts = moving.counts(package) if rows else {}
    return [Line(version, by, counts.get(version.id, _NOBODY)) for version, by in rows], total


def line(package: Package, version: PackageVersion) -> Line:
    """One version as the history shows it."""
    by = db.session.get(Person, version.by_id) if version.by_id else None
    return Line(version, by, moving.counts(package).get(version.id, _NOBODY))


def changes(package: Package) -> list[tuple[PackageChange, Person | None]]:
    """What was decided last, the newest first, each with who did."""
    query = select(PackageChange, Person).outerjoin(Person, Person.id == PackageChange.by_id)
    query = query.where(PackageChange.package_id == package.id).order_by(PackageChange.id.desc()).limit(CHANGES)
    return [(change, by) for change, by in db.session.execute(query)]


def going(package: Package, target: PackageVersion) -> list[Going]:
    """The attempts in progress on every other version, the newest version first."""
    counts = {version_id: count.in_progress for version_id, count in moving.counts(package).items() if count.in_progress}
    counts.pop(target.id, None)
    query = select(PackageVersion).where(PackageVersion.id.in_(counts)).order_by(PackageVersion.number.desc())
    return [Going(version, counts[version.id], between(version, target)) for version in db.session.scalars(query)]


def between(source: PackageVersion, target: PackageVersion) -> str:
    """Why attempts cannot go from one version to the other, or ""."""
    return rules.obstacle(old_format=source.format, old=source.contents, new_format=target.format, new=target.contents)

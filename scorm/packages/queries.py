"""Reads of packages and their versions."""

from sqlalchemy import and_, or_, select

from catalogue.items.models import Item
from core.db import db
from core.errors import NotFound
from scorm.packages.manifest import Manifest
from scorm.packages.models import Package, PackageVersion

_ALIKE = 100


def package_of(item_id: int) -> Package | None:
    """The package that an item plays, or None where the item is something else."""
    return db.session.scalar(select(Package).where(Package.item_id == item_id))


def by_uuid(uuid: str) -> Package:
    """The package of that uuid, else NotFound."""
    package = db.session.scalar(select(Package).where(Package.uuid == uuid))
    if package is None:
        raise NotFound()
    return package


def current_version(item_id: int) -> PackageVersion | None:
    """The version that a new launch of the item plays, or None where the item has no package."""
    return db.session.scalar(
        select(PackageVersion).join(Package).where(Package.item_id == item_id, PackageVersion.number == Package.current_number)
    )


def version(version_id: int) -> PackageVersion:
    """The version of that row id, else NotFound."""
    found = db.session.get(PackageVersion, version_id)
    if found is None:
        raise NotFound()
    return found


def uploader(owner_id: int | None) -> str:
    """How a version names who brought it; empty for the installation itself."""
    return "" if owner_id is None else str(owner_id)


def version_by_sha256(sha256: str, owner_id: int | None) -> PackageVersion | None:
    """A version that the same uploader imported from exactly these bytes, as an item of its own or as a later version, or None."""
    theirs = PackageVersion.uploader == uploader(owner_id)
    if owner_id is not None:
        theirs = or_(theirs, and_(PackageVersion.by_id == owner_id, PackageVersion.waiting.is_(False)))
    return db.session.scalar(select(PackageVersion).where(PackageVersion.sha256 == sha256, theirs).order_by(PackageVersion.id).limit(1))


def alike(manifest: Manifest, owner_id: int | None) -> Item | None:
    """Another course of the same owner that calls itself the same: by identifier and title, or by an identifier that no third one has."""
    if not manifest.identifier:
        return None
    query = select(Item, PackageVersion.title).join(Package, Package.item_id == Item.id)
    query = query.join(PackageVersion, PackageVersion.package_id == Package.id).where(
        PackageVersion.identifier == manifest.identifier, PackageVersion.waiting.is_(False), Item.owner_id == owner_id
    )
    found = db.session.execute(query.order_by(PackageVersion.id.desc()).limit(_ALIKE)).all()
    same = [item for item, title in found if title.casefold() == manifest.title.casefold()]
    others = {item.id: item for item, _title in found}
    return same[0] if same else next(iter(others.values())) if len(others) == 1 else None


def version_of_package(sha256: str, package_id: int) -> PackageVersion | None:
    """The version of a package that was imported from exactly these bytes, the first of several, or None."""
    mine = PackageVersion.package_id == package_id, PackageVersion.sha256 == sha256
    return db.session.scalar(select(PackageVersion).where(*mine).order_by(PackageVersion.number).limit(1))


def locked(package_id: int) -> Package:
    """A package whose versions nobody else changes until the unit of work ends."""
    query = select(Package).where(Package.id == package_id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def item_of(package: Package) -> Item:
    """The catalogue item that plays the package."""
    return db.session.get_one(Item, package.item_id)

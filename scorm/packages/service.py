"""The verbs on packages. They flush, never commit; ``importing.import_package`` puts the slow work before them."""

from uuid import uuid4

from sqlalchemy import insert

from catalogue.items import rules as item_rules
from catalogue.items import service as items
from core.access import Principal
from core.db import db
from scorm.packages import queries, switches
from scorm.packages.manifest import Manifest
from scorm.packages.models import Package, PackageFile, PackageVersion
from scorm.packages.serving import Place

KIND = "scorm"
_ROWS = 2_000


def add(*, manifest: Manifest, version: PackageVersion, places: list[Place], owner_id: int | None, theme: str | None) -> Package:
    """A new draft item with its package, first version and file index."""
    about = manifest.metadata
    item = items.create(
        kind=KIND,
        title=item_rules.title(manifest.title)[: item_rules.MAX_TITLE] or version.original_name[: item_rules.MAX_TITLE],
        owner_id=owner_id,
        description=item_rules.description(about.description)[: item_rules.MAX_DESCRIPTION],
        language=item_rules.language(about.language) or None,
        duration_minutes=about.duration_minutes if about.duration_minutes and about.duration_minutes <= item_rules.MAX_MINUTES else None,
        theme=theme,
    )
    package = Package(uuid=str(uuid4()), item_id=item.id)
    db.session.add(package)
    db.session.flush()
    version.package_id = package.id
    db.session.add(version)
    db.session.flush()
    _index(version, places)
    return package


def _index(version: PackageVersion, places: list[Place]) -> None:
    rows = [
        {
            "version_id": version.id, "ordinal": ordinal, "key": place.key, "path": place.path, "offset": place.offset,
            "stored_size": place.stored_size, "size": place.size, "method": place.method, "crc": place.crc, "mime": place.mime,
        }
        for ordinal, place in enumerate(places)
    ]  # fmt: skip
    for start in range(0, len(rows), _ROWS):
        db.session.execute(insert(PackageFile), rows[start : start + _ROWS])


def publish(*, package: Package, by: Principal | None = None) -> None:
    """Show the package's item to everybody; publishing twice changes nothing."""
    items.publish(item=queries.item_of(package), by=by)


def switch(*, package: Package, values: dict) -> None:
    """Change how the package is played; names that are not given return to their defaults. Raises Invalid."""
    package.switches = switches.changed(values)
    db.session.flush()

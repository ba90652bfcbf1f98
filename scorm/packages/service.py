"""The verbs on packages. They flush, never commit; ``importing.import_package`` puts the slow work before them."""

from collections.abc import Callable
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from catalogue.items import rules as item_rules
from catalogue.items import service as items
from catalogue.progress import service as grading
from core.access import Principal
from core.clock import now
from core.db import db
from scorm.packages import queries, switches
from scorm.packages.manifest import Manifest
from scorm.packages.models import Package, PackageFile, PackageVersion, Rejudging
from scorm.packages.serving import Place

KIND = "scorm"
# Whoever judges attempts adds what makes existing ones follow a new rule: ``catch_up(limit_ms)``, safe to repeat.
followers: set[Callable[[int], object]] = set()
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


def add_version(*, package_id: int, version: PackageVersion, places: list[Place]) -> None:
    """The next version of a package, waiting to be used, with its file index. Raises IntegrityError where it has these bytes already."""
    package = queries.locked(package_id)
    if known := queries.version_of_package(version.sha256, package_id):
        raise IntegrityError(f"these bytes are version {known.number}", None, ValueError(version.sha256))
    package.last_number += 1
    version.package_id, version.number, version.waiting = package.id, package.last_number, True
    version.uploader = f"package {package.id}"
    db.session.add(version)
    db.session.flush()
    _index(version, places)


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
    """Change how the package is played and graded; names that are not given return to their defaults. Raises Invalid.

    Results that are there follow a new rule of grading or completion when :func:`follow` is called, else by themselves.
    """
    before = package.settings
    package.switches = switches.changed(values)
    after = package.settings
    grading.grade_by(item_id=package.item_id, rule=after["grading"])
    if _completion(before) != _completion(after):
        rejudging = db.session.get(Rejudging, package.id, with_for_update=True)
        if rejudging is not None:
            db.session.delete(rejudging)
            db.session.flush()
        at = now()
        db.session.add(Rejudging(package_id=package.id, changed_at=at, due_at=at))
    db.session.flush()


def _completion(settings: dict) -> tuple:
    score = settings["completion_score"] if settings["completion"] == "score" else None
    return settings["completion"], score


def follow(limit_ms: int = 1_000) -> None:
    """Let results follow new rules for about so long; the rest is done beside requests."""
    for catch_up in (*followers, grading.catch_up):
        catch_up(limit_ms)

"""From an uploaded file to an item: the slow work first, then one unit of work; a failure at any point leaves nothing behind."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import BinaryIO
from uuid import uuid4

from flask import current_app
from sqlalchemy.exc import IntegrityError

from core.access import Principal
from core.db import db, write
from core.storage import discard, storage
from scorm.packages import queries, report, room, service, serving, tincan
from scorm.packages.archive import Limits
from scorm.packages.findings import Refused
from scorm.packages.inspection import Inspection, inspect
from scorm.packages.models import PackageVersion
from scorm.packages.prerequisites import note_silence

PREFIX = "packages/"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an upload. ``package_uuid`` and ``item_uuid`` are None when it was refused; the report says why.

    ``duplicate`` is true when exactly these bytes had been imported before by the same uploader, or into the same package: nothing was
    added. ``number`` is that of the version.
    """

    report: dict
    package_uuid: str | None = None
    item_uuid: str | None = None
    duplicate: bool = False
    number: int | None = None

    @property
    def accepted(self) -> bool:
        return self.package_uuid is not None


@dataclass(frozen=True, slots=True)
class Received:
    """A file that storage holds already: its key, which becomes the version's original, its digest and size.

    ``conclude`` is called with the outcome inside the unit of work that brings it about; when it raises, nothing came of the import.
    """

    key: str
    sha256: str
    size: int
    conclude: Callable[[Imported], None]


def import_package(
    stream: BinaryIO,
    *,
    name: str,
    owner_id: int | None,
    theme: str | None = None,
    publish: bool = False,
    by: Principal | None = None,
    received: Received | None = None,
    version_of: str | None = None,
    note: str = "",
    only: Collection[str] | None = None,
) -> Imported:
    """Import the zip in ``stream`` (seekable) as a draft item, or a published one.

    ``owner_id`` is the author, None for the installation itself (a key, the command line). With ``version_of``, the uuid of a package,
    it becomes a later version of that, with a ``note`` on what is new, and waits until somebody uses it. Refusals are answered, not
    raised; NotFound for a package that does not exist.
    """
    package_id = queries.by_uuid(version_of).id if version_of else None
    sha256, size = (received.sha256, received.size) if received else _digest(stream)
    conclude = received.conclude if received else None
    if known := _known(sha256, owner_id, package_id, publish, by, conclude):
        return known
    with room.or_say_so(), ExitStack() as keep:
        limits = Limits.of(current_app.config["SETTINGS"])
        inspection = inspect(stream, name=name, limits=limits, scratch=lambda: keep.enter_context(room.scratch()), only=only)
        serving_zip = keep.enter_context(room.scratch())
        places = _build(inspection, serving_zip)
        if inspection.accepted and not package_id:
            _point_to_another(inspection, owner_id)
        if inspection.accepted and tincan.calls_itself_ours(inspection.manifest):
            inspection.findings.add("xapi.ours", tincan.NAME, id=inspection.manifest.identifier)
        answer = report.build(inspection, name=name, size=size)
        if not inspection.accepted:
            return _refused(answer, conclude)
        with _kept_only_if_all_goes_well() as put:
            version = _version(inspection, answer, sha256=sha256, owner_id=owner_id, name=name, size=size)
            version.note = note
            version.original_key = received.key if received else put(stream)
            version.serving_key = put(serving_zip)
            version.serving_size = storage().size(version.serving_key)
            try:
                with write():
                    if package_id:
                        service.add_version(package_id=package_id, version=version, places=places)
                    else:
                        service.add(manifest=inspection.manifest, version=version, places=places, owner_id=owner_id, theme=theme)
                    if publish:
                        service.publish(package=version.package, by=by)
                    imported = _imported(version)
                    if conclude:
                        conclude(imported)
                    return imported
            except IntegrityError:
                # The same bytes were imported in this very moment by another request.
                if (known := _known(sha256, owner_id, package_id, publish, by, conclude)) is None:
                    raise
                put.undo()
                return known


def _digest(stream: BinaryIO) -> tuple[str, int]:
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _known(
    sha256: str,
    owner_id: int | None,
    package_id: int | None,
    publish: bool,
    by: Principal | None,
    conclude: Callable[[Imported], None] | None,
) -> Imported | None:
    """What was imported from the same bytes before. The read ends here: what follows may take minutes."""
    version = queries.version_of_package(sha256, package_id) if package_id else queries.version_by_sha256(sha256, owner_id)
    if version is None:
        db.session.rollback()
        return None
    imported = _imported(version, duplicate=True)
    if publish or conclude:
        with write():
            if publish:
                service.publish(package=version.package, by=by)
            if conclude:
                conclude(imported)
    return imported


def _imported(version: PackageVersion, *, duplicate: bool = False) -> Imported:
    package = version.package
    return Imported(version.report, package.uuid, queries.item_of(package).uuid, duplicate=duplicate, number=version.number)


def _refused(answer: dict, conclude: Callable[[Imported], None] | None) -> Imported:
    imported = Imported(answer)
    if conclude:
        with write():
            conclude(imported)
    return imported


def _build(inspection: Inspection, out: BinaryIO) -> list[serving.Place]:
    if not inspection.accepted:
        return []
    try:
        places = serving.build(inspection.archive, out, inspection.findings)
        note_silence(inspection.manifest.tree, inspection.findings)
        return places
    except Refused as refusal:
        inspection.findings.append(refusal.finding)
        return []


def _point_to_another(inspection: Inspection, owner_id: int | None) -> None:
    """Say so where the owner has a course already that calls itself the same. The read ends here, too."""
    if other := queries.alike(inspection.manifest, owner_id):
        inspection.findings.add("course.known", title=other.title, item=other.uuid)
    db.session.rollback()


class _Put:
    """Puts streams under random keys and remembers them until the import is certain."""

    def __init__(self):
        self.keys: list[str] = []

    def __call__(self, stream: BinaryIO) -> str:
        key = f"{PREFIX}{secrets.token_hex(16)}.zip"
        self.keys.append(key)
        stream.seek(0)
        storage().put(key, stream)
        return key

    def undo(self) -> None:
        discard(self.keys)


@contextmanager
def _kept_only_if_all_goes_well():
    put = _Put()
    try:
        yield put
    except BaseException:
        put.undo()
        raise


def _version(inspection: Inspection, answer: dict, *, sha256: str, owner_id: int | None, name: str, size: int) -> PackageVersion:
    manifest = inspection.manifest
    return PackageVersion(
        uuid=str(uuid4()),
        sha256=sha256,
        uploader=queries.uploader(owner_id),
        by_id=owner_id,
        identifier=manifest.identifier,
        format=manifest.format,
        edition=manifest.edition,
        title=manifest.title,
        report=answer,
        tree_json=manifest.tree.to_json(),
        original_name=name[:300],
        original_size=size,
        file_count=answer["files"],
        unpacked_size=answer["bytes"],
    )

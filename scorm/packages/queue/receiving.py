"""A file on its way in: piece by piece into the storage, counted and hashed on the way, then a row; only then an answer."""

import hashlib
import secrets
import shutil
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from flask import Request, current_app
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from core.access import Principal
from core.arrivals import away
from core.db import db, write
from core.errors import BadRequest, Unavailable, Unsupported
from core.jobs import wake_worker
from core.storage import discard, storage
from scorm.packages import room, uploads
from scorm.packages.importing import PREFIX
from scorm.packages.queue import rules, service
from scorm.packages.queue.models import Upload

WORKER = "imports"
_CHUNK = 1 << 20


def receive(
    pieces: Iterable[bytes], *, name: str, by: Principal, batch: str, theme: str = "", publish: bool = False, expected: int = 0
) -> Upload:
    """Keep a file and put it in the queue. ``expected`` is how large it says it is, so that what cannot be kept is not begun.

    Raises :class:`TooLarge`, :class:`TooMany` (so many of one's own are waiting), :class:`NotFound` (somebody else's batch) and
    :class:`Unavailable` (no room); nothing is kept then.
    """
    service.refuse_strangers(batch, by=by)
    service.refuse_too_many(by)
    db.session.rollback()  # what follows may take as long as the client likes
    _refuse_without_room(expected)
    key = f"{PREFIX}{secrets.token_hex(16)}.zip"
    with room.or_say_so():
        sha256, size = _keep(pieces, key)
    try:
        with write():
            upload, is_new = service.add(
                key=key, sha256=sha256, size=size, name=rules.name(name), by=by, batch=batch, theme=theme, publish=publish
            )
    except BaseException:
        discard([key])
        raise
    if not is_new:
        discard([key])
    wake_worker(WORKER)
    return upload


def _keep(pieces: Iterable[bytes], key: str) -> tuple[str, int]:
    incoming, digest, size = storage().incoming(key), hashlib.sha256(), 0
    try:
        for piece in pieces:
            size += len(piece)
            uploads.refuse_if_large(size)
            digest.update(piece)
            incoming.write(piece)
        incoming.finish()
        incoming.keep()
    except BaseException:
        incoming.drop()
        raise
    return digest.hexdigest(), size


def _refuse_without_room(expected: int) -> None:
    disk = shutil.disk_usage(current_app.config["SETTINGS"].data_dir)
    if disk.free - expected < rules.spare(disk.total):
        raise Unavailable(_("There is no room left on the server's disk for this file. It was not taken in; tell the administrator."))


def body(request: Request) -> Iterator[bytes]:
    """The pieces of a bare upload; :class:`TooLarge` when it says, or turns out, that it is over the limit."""
    try:
        while True:
            with away(request.environ):
                piece = request.stream.read(_CHUNK)
            if not piece:
                return
            yield piece
    except RequestEntityTooLarge as error:
        raise uploads.too_large() from error


def pieces_of(stream: BinaryIO) -> Iterator[bytes]:
    """The pieces of a form's file, from its beginning."""
    stream.seek(0)
    while piece := stream.read(_CHUNK):
        yield piece


def only_file(request: Request) -> tuple[Iterable[bytes], str, int]:
    """(pieces, name, size as far as it is told) of the one file that a request carries, as field ``file`` or as the body itself.

    Raises :class:`BadRequest` when it carries none or several, :class:`Unsupported` for another content type.
    """
    if request.mimetype == "multipart/form-data":
        files = uploads.form_files(request)
        if len(files) != 1:
            raise BadRequest(_("Send exactly one file in the field “file”."), code="no_file")
        return pieces_of(uploads.checked(files[0])), files[0].filename, 0
    if request.mimetype in uploads.ZIP_TYPES:
        return body(request), request.args.get("name") or uploads.name_of(request), request.content_length or 0
    raise Unsupported(_("Send the package as multipart/form-data (field “file”) or as application/zip."))

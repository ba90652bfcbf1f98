"""What a request brings: a multipart file or the bare zip, as a seekable file on disk, never whole in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from flask import Request, current_app
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header

from core.errors import BadRequest, TooLarge, Unsupported
from scorm.packages import room
from scorm.packages.archive.limits import in_words

ZIP_TYPES = ("application/zip", "application/x-zip-compressed", "application/octet-stream")
XML_TYPES = ("application/xml", "text/xml")
_FORM_ROOM = 1 << 20
_TRUE = ("1", "true", "yes", "on")
_BINARY = {"type": "string", "format": "binary"}
# How the API describes a request that brings one package, and what may be wished of it.
BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {"schema": {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]}},
        "application/zip": {"schema": _BINARY},
    },
}
WISHES = [
    {"in": "query", "name": "theme", "schema": {"type": "string"}, "description": "Theme, for example “Safety / Fire”"},
    {"in": "query", "name": "publish", "schema": {"type": "boolean"}, "description": "Publish at once instead of keeping a draft"},
]
_CHUNK = 1 << 20


def wish(request: Request, name: str) -> str:
    """A choice made in the address or in the form; empty where none was."""
    return request.args.get(name) or (request.form.get(name, "") if request.mimetype == "multipart/form-data" else "")


def wished(request: Request, name: str) -> bool:
    """Whether a choice between yes and no was made for yes."""
    return wish(request, name).lower() in _TRUE


def raise_size_limit(request: Request) -> None:
    """Let this request be as large as a package may be, plus room for the form around it."""
    request.max_content_length = limit_bytes() + _FORM_ROOM


def limit_bytes() -> int:
    """The largest upload in bytes."""
    return current_app.config["SETTINGS"].max_upload_bytes


def size_limit() -> str:
    """The same in words, for the page to say before somebody waits for nothing."""
    return in_words(limit_bytes())


def form_files(request: Request) -> list[FileStorage]:
    """The files of a form's field ``file``; :class:`TooLarge` names the limit when the whole form is over it."""
    try:
        return [file for file in request.files.getlist("file") if file.filename]
    except RequestEntityTooLarge as error:
        raise too_large() from error


def checked(upload: FileStorage) -> BinaryIO:
    """The stream of a form's file; :class:`TooLarge` when it alone is over the limit."""
    upload.stream.seek(0, 2)
    refuse_if_large(upload.stream.tell())
    upload.stream.seek(0)
    return upload.stream


@contextmanager
def only_file(request: Request) -> Iterator[tuple[BinaryIO, str]]:
    """(stream, name) of the one package that an API request carries, as field ``file`` or as the body itself.

    Raises :class:`BadRequest` when it carries none or several, :class:`Unsupported` for another content type.
    """
    if request.mimetype == "multipart/form-data":
        files = form_files(request)
        if len(files) != 1:
            raise BadRequest(_("Send exactly one file in the field “file”."), code="no_file")
        yield checked(files[0]), files[0].filename
    elif request.mimetype in (*ZIP_TYPES, *XML_TYPES):
        with room.or_say_so(), room.scratch() as copy:
            drain(request, copy)
            yield copy, name_of(request)
    else:
        raise Unsupported(_("Send the package as multipart/form-data (field “file”) or as application/zip."))


def drain(request: Request, copy: BinaryIO) -> None:
    """Copy the body of a request; :class:`TooLarge` when it is over the limit."""
    seen = 0
    try:
        while chunk := request.stream.read(_CHUNK):
            seen += len(chunk)
            refuse_if_large(seen)
            copy.write(chunk)
    except RequestEntityTooLarge as error:
        raise too_large() from error


def refuse_if_large(size: int) -> None:
    if size > limit_bytes():
        raise too_large()


def too_large() -> TooLarge:
    return TooLarge(_("The file is larger than %(limit)s, the most that may be uploaded here.", limit=size_limit()))


def name_of(request: Request) -> str:
    """The name a bare upload gives itself in ``Content-Disposition``, or a plain one."""
    _kind, options = parse_options_header(request.headers.get("Content-Disposition", ""))
    return options.get("filename") or "package.zip"

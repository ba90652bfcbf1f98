"""Stored files as answers: streamed from wherever they lie, with their length, one range, and an ETag."""

from flask import Response, request
from werkzeug.wsgi import FileWrapper

from core.errors import NotFound
from core.storage import storage

_CHUNK = 1 << 18


def send(key: str, *, mimetype: str, name: str | None = None) -> Response:
    """The file under ``key``, as a download where it has a ``name``. NotFound (404) when it is gone, Unavailable (503) when S3 is away.

    A key never gets other bytes, so it is the ETag: 304, and 206 for one range, are answered from that.
    """
    tag = key.replace("/", "-")
    headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache, private"}
    if request.if_none_match.contains(tag):
        return Response(status=304, headers=headers)
    try:
        stream = storage().open(key)
    except FileNotFoundError:
        raise NotFound from None
    size = stream.seek(0, 2)
    stream.seek(0)
    answer = Response(FileWrapper(stream, _CHUNK), mimetype=mimetype, headers=headers, direct_passthrough=True)
    answer.content_length = size
    if name is not None:
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer.make_conditional(request, accept_ranges=True, complete_length=size)

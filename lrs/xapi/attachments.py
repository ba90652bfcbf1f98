"""Statements with their data: a multipart request into the log, and statements with data out as a multipart answer.

1.0.3 Communication 1.5.2, IEEE 9274.1.1 4.1.3.
"""

import logging
import secrets
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, current_app, request

from core.errors import BadRequest, TooLarge, Unavailable
from core.storage import Storage, storage
from lrs.attachments.queries import Kept
from lrs.attachments.rules import PREFIX, media_type
from lrs.statements.errors import StatementRefused
from lrs.xapi.envelope import version
from lrs.xapi.multipart import CHUNK, Multipart, boundary_of

log = logging.getLogger("colloquium.xapi")
_ROOM = 1 << 20  # for delimiters and headers


def parts_of_request() -> tuple[bytes, Iterator]:
    """The statements' bytes and the parts behind them, which are still on their way."""
    settings = current_app.config["SETTINGS"]
    request.max_content_length = settings.max_body_bytes + settings.max_attachment_bytes + _ROOM
    boundary = boundary_of(request.headers["Content-Type"])
    parts = iter(Multipart(request.stream.read, boundary))
    first = next(parts, None)
    if first is None:
        raise _refused("has no part; the statements are its first one", "")
    kind = first.headers.get("content-type", "")
    if media_type(kind) != "application/json":
        raise _refused(f"is {kind[:100] or 'missing'}; the first part is application/json: the statements", "[0].Content-Type")
    statements = first.whole(settings.max_body_bytes)
    if statements is None:
        raise TooLarge(f"The statements are larger than {settings.max_body_bytes} bytes.")
    return statements, parts


def _refused(rule: str, where: str) -> BadRequest:
    return StatementRefused(rule, path=f"parts{where}", topic="multipart", version=version())


def answer(body: bytes, kept: Iterable[Kept]) -> Response:
    """Statements and the data that came with them, each piece of data once, streamed."""
    once: dict[str, Kept] = {}
    for one in kept:
        once.setdefault(one.sha2, one)
    _require_there(once.values())
    boundary = secrets.token_hex(16)
    heads = [b"--%s\r\nContent-Type: application/json\r\n\r\n" % boundary.encode(), *(_head(one, boundary) for one in once.values())]
    end = f"\r\n--{boundary}--\r\n".encode()
    response = Response(_streamed(body, heads, list(once.values()), end, storage()), mimetype="multipart/mixed")
    response.headers["Content-Type"] = f"multipart/mixed; boundary={boundary}"
    data = sum(one.size for one in once.values())
    response.content_length = sum(map(len, heads)) + len(body) + data + len(end)
    response.direct_passthrough = data > len(body)  # then it is more files than text, which is not worth packing
    return response


def _require_there(kept: Iterable[Kept]) -> None:
    """Say before the answer begins when data is lost, rather than break off in its middle."""
    for key in storage().missing([one.key for one in kept]):
        log.error("the data of an attachment is missing from the storage: %s", key)
        sha2 = key.removeprefix(PREFIX)
        raise Unavailable(f"The data of the attachment {sha2} is missing from this server's storage; its administrator must restore it.")


def _head(one: Kept, boundary: str) -> bytes:
    lines = (
        f"\r\n--{boundary}",
        f"Content-Type: {one.content_type}",
        "Content-Transfer-Encoding: binary",
        f"X-Experience-API-Hash: {one.sha2}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


def _streamed(body: bytes, heads: Sequence[bytes], kept: Sequence[Kept], end: bytes, store: Storage) -> Iterator[bytes]:
    yield heads[0] + body
    for head, one in zip(heads[1:], kept, strict=True):
        yield head
        with store.open(one.key) as file:
            while chunk := file.read(CHUNK):
                yield chunk
    yield end

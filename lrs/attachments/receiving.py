"""Take the data of attachments in, part by part: to a file of its own while its hash is computed, never whole in memory."""

import errno
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from core.errors import TooLarge, Unavailable
from core.storage import Incoming, Storage
from lrs.attachments.rules import Declared, media_type, storage_key
from lrs.statements.errors import StatementRefused

_ALGORITHMS = {56: hashlib.sha224, 64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}
MOST_PARTS = 1_000
LARGEST_SIGNATURE = 10 << 20  # of all signatures of a request together
_HASH = "X-Experience-API-Hash"


class Part(Protocol):
    """One part of a multipart document: its headers by their names in small letters, and its content in pieces."""

    headers: dict[str, str]
    content: Iterable[bytes]


class Data(NamedTuple):
    """Data that has come whole and is safe, but cannot be found yet. A ``signature`` is in memory as well: it must be read before that."""

    file: Incoming
    size: int
    signature: bytes | None = None


@contextmanager
def received(
    declared: Sequence[Declared], parts: Iterable[Part], *, storage: Storage, most: int, version: str
) -> Iterator[dict[str, Data]]:
    """The data of every part by its hash, for as long as the block lasts; what was not kept by then is dropped.

    ``most`` is the limit in bytes of all data together; beyond it, or with too many parts, :class:`TooLarge`. A part that breaks a rule of
    1.0.3 Communication 1.5.2 raises :class:`StatementRefused` with its number; number 0 is the part with the statements.
    """
    known: dict[str, list[Declared]] = {}
    for entry in declared:
        known.setdefault(entry.sha2, []).append(entry)
    data: dict[str, Data] = {}
    files: list[Incoming] = []
    left, room = most, LARGEST_SIGNATURE
    try:
        for number, part in enumerate(parts, 1):
            if number > MOST_PARTS:
                raise TooLarge(f"The request brings more than {MOST_PARTS} attachments; send fewer statements at a time.")
            try:
                sha2 = _hash_of(part.headers, known)
                files.append(storage.incoming(storage_key(sha2)))
                signature = _Signature(room) if any(entry.signs for entry in known[sha2]) else None
                size = _written(part, files[-1], sha2, left, signature)
                _check_length(part.headers.get("content-length"), size, known[sha2])
            except _Wrong as wrong:
                raise StatementRefused(wrong.rule, path=f"parts[{number}]{wrong.where}", topic="multipart", version=version) from None
            except _Over:
                raise TooLarge(f"The attachments are larger than {most} bytes, the most that one request may bring.") from None
            data[sha2] = Data(files[-1], size, signature and bytes(signature.content))
            left, room = left - size, room - size if signature else room
        yield data
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Unavailable("There is no room left on the server's disk. Nothing was stored; tell its administrator.") from error
        raise
    finally:
        for file in files:
            file.drop()


class _Wrong(Exception):
    def __init__(self, rule: str, header: str | None = None):
        self.rule = rule
        self.where = f".{header}" if header else ""


class _Signature:
    """What a signature's part brings, as far as there is room."""

    def __init__(self, room: int):
        self.content, self._room = bytearray(), room

    def take(self, chunk: bytes) -> None:
        self.content += chunk
        if len(self.content) > self._room:
            raise TooLarge(f"The signatures that one request brings may have at most {LARGEST_SIGNATURE} bytes together.")


class _Over(Exception):
    """More bytes than are left."""


def _hash_of(headers: dict[str, str], known: dict[str, list[Declared]]) -> str:
    """The hash a part goes by, when its headers are in order."""
    if _HASH.lower() not in headers:
        raise _Wrong(f"has no header {_HASH}", _HASH)
    sha2 = headers[_HASH.lower()].lower()
    if sha2 not in known:
        raise _Wrong("is not the sha2 of an attachment of these statements", _HASH)
    if len(sha2) not in _ALGORITHMS:
        raise _Wrong("has not the length of a SHA-224, SHA-256, SHA-384 or SHA-512 in hexadecimal digits", _HASH)
    if headers.get("content-transfer-encoding", "").lower() != "binary":
        raise _Wrong("must be binary", "Content-Transfer-Encoding")
    kind = headers.get("content-type")
    if kind is not None and media_type(kind) not in {media_type(entry.content_type) for entry in known[sha2]}:
        raise _Wrong(f"is not {known[sha2][0].content_type}, the contentType of the attachment", "Content-Type")
    return sha2


def _written(part: Part, file: Incoming, sha2: str, most: int, signature: _Signature | None) -> int:
    """Bring the content to the storage; answers its size."""
    digest, size = _ALGORITHMS[len(sha2)](), 0
    for chunk in part.content:
        size += len(chunk)
        if size > most:
            raise _Over
        digest.update(chunk)
        file.write(chunk)
        if signature:
            signature.take(chunk)
    if digest.hexdigest() != sha2:
        raise _Wrong(f"has content whose SHA-2 is {digest.hexdigest()}, not what its {_HASH} says")
    file.finish()
    return size


def _check_length(header: str | None, size: int, entries: list[Declared]) -> None:
    """A header Content-Length and ``length`` must agree with each other and with the content.

    Without the header ``length`` is not held against the content: the hash alone matches data and declaration, and the official
    conformance suite expects a wrong ``length`` to be taken.
    """
    if header is not None and (header != str(size) or all(entry.length != size for entry in entries)):
        raise _Wrong(f"is not {size}, the size of the content, or not the length of the attachment", "Content-Length")

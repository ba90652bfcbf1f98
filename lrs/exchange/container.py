"""Statements with the data of their attachments in one file: a zip of ``statements.jsonl`` and ``attachments/<sha2>``, each data once."""

import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from typing import BinaryIO, NamedTuple, Protocol

from flask import current_app

from core.errors import BadRequest
from core.storage import storage
from lrs.attachments import queries
from lrs.attachments.links import Carried
from lrs.attachments.receiving import received
from lrs.attachments.rules import Declared, storage_key
from lrs.exchange import lines
from lrs.exchange.pieces import Pieces
from lrs.statements.errors import Broken
from lrs.statements.prepare import Prepared
from lrs.statements.queries import Found

STATEMENTS = "statements.jsonl"
MAGIC = b"PK\x03\x04"
_FOLDER = "attachments/"
_CHUNK = 1 << 20


class Data(Protocol):
    """Where the data of attachments comes from."""

    def given_to(self, prepared: Prepared, arrivals: ExitStack) -> Prepared:
        """The statement with its data, which stays until ``arrivals`` is closed; Broken when some is missing or wrong."""
        ...


def written(pages: Iterable[Sequence[Found]]) -> Iterator[bytes]:
    """The zip in pieces, while it is made. Which data was named is kept on disk, not in memory."""
    out = Pieces()
    with closing(sqlite3.connect("")) as named, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        named.execute("CREATE TABLE named (sha2 TEXT PRIMARY KEY) WITHOUT ROWID")
        with archive.open(STATEMENTS, "w", force_zip64=True) as entry:
            for page in pages:
                sha2s = {(kept.sha2,) for kept in queries.of_statements([found.seq for found in page])}
                named.executemany("INSERT OR IGNORE INTO named VALUES (?)", sha2s)
                for piece in lines.written([page]):
                    entry.write(piece)
                yield out.taken()
        for (sha2,) in named.execute("SELECT sha2 FROM named ORDER BY sha2"):
            with storage().open(storage_key(sha2)) as data, archive.open(_FOLDER + sha2, "w", force_zip64=True) as entry:
                while chunk := data.read(_CHUNK):
                    entry.write(chunk)
                    yield out.taken()
    yield out.taken()


class NoData:
    """A file of statements alone."""

    def given_to(self, prepared: Prepared, arrivals: ExitStack) -> Prepared:
        _require(prepared.declared, ())
        return prepared


class Container:
    """A file that :func:`written` made; BadRequest when it is none. ``file`` must be able to seek."""

    def __init__(self, file: BinaryIO):
        try:
            self._zip = zipfile.ZipFile(file)
            self.statements = self._zip.open(STATEMENTS)
        except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
            raise BadRequest(f"This zip is damaged or has no {STATEMENTS}: {error}", code="bad_container") from error

    def given_to(self, prepared: Prepared, arrivals: ExitStack) -> Prepared:
        names = {e.sha2: _FOLDER + e.sha2 for e in prepared.declared if _FOLDER + e.sha2 in self._zip.NameToInfo}
        _require(prepared.declared, names)
        parts = (_Part(sha2, self._content(name)) for sha2, name in names.items())
        most = current_app.config["SETTINGS"].max_upload_bytes
        data = arrivals.enter_context(received(prepared.declared, parts, storage=storage(), most=most, version=prepared.version))
        kinds = {e.sha2: e.content_type for e in reversed(prepared.declared)}
        return prepared._replace(carried=tuple(Carried(sha2, kinds[sha2], data[sha2]) for sha2 in names))

    def _content(self, name: str) -> Iterator[bytes]:
        try:
            with self._zip.open(name) as entry:
                while chunk := entry.read(_CHUNK):
                    yield chunk
        except lines.DAMAGED as error:
            raise Broken(f"has data that is damaged in the zip: {error}", "attachments") from error


class _Part(NamedTuple):
    """One piece of data as a part of a multipart document would bring it."""

    sha2: str
    content: Iterable[bytes]

    @property
    def headers(self) -> dict[str, str]:
        return {"x-experience-api-hash": self.sha2, "content-transfer-encoding": "binary"}


def _require(declared: Sequence[Declared], came: Iterable[str]) -> None:
    for entry in declared:
        if not entry.has_address and entry.sha2 not in came:
            broken = Broken("has no fileUrl, and its data is not in the file (export with attachments to have it there)", "attachments")
            for step in reversed(entry.steps):
                broken.inside(step)
            raise broken

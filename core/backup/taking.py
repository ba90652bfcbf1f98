"""Take a backup while the installation serves: one snapshot of the database, and every stored file that it may name.

A file is stored before a row names it and deleted after no row does. So what the snapshot names was there when the snapshot began, and
from before that moment nothing that is deleted is lost to us: the storage is held.
"""

import gzip
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import orjson
from sqlalchemy import Connection, text

from core import migrate
from core.backup.archive import Writer
from core.backup.contents import END, FILES, MANIFEST, PART, TABLES, Manifest, Progress, Totals, side
from core.backup.kinds import kind_of
from core.clock import now
from core.db import Base, db
from core.errors import Conflict, Unavailable
from core.storage import Held, storage

_LEVEL = 3
_VERSIONS = {"alembic_version"}


def take(path: Path, progress: Progress = lambda _line: None) -> dict:
    """Write a backup to ``path``: whole and synced, or not at all. Answers what it holds and how long it took."""
    if path.exists():
        raise Conflict(f"{path} is there already; a backup never overwrites. Choose another name.")
    begun = time.monotonic()
    with storage().held() as files, side(db.engine).snapshot(db.engine) as connection:
        manifest = _manifest(connection)
        with _beside(path) as out:
            totals = _write(Writer(out), manifest, connection, files, progress)
    return {
        "file": str(path),
        "bytes": path.stat().st_size,
        "created_at": manifest.created_at.isoformat(),
        "schema": manifest.schema,
        "rows": totals.rows,
        "files": totals.files,
        "file_bytes": totals.file_bytes,
        "left_out": manifest.left_out,
        "seconds": round(time.monotonic() - begun, 1),
    }


def _write(writer: Writer, manifest: Manifest, connection: Connection, files: Held, progress: Progress) -> Totals:
    try:
        writer.add(MANIFEST, manifest.dumped())
        totals = Totals()
        for table, columns in manifest.tables.items():
            totals.rows[table] = _copy_table(writer, connection, table, columns)
            progress(f"{table}: {totals.rows[table]} rows")
        for key in files.keys():  # noqa: SIM118 - not a dict
            with files.open(key) as stream:
                size = stream.seek(0, os.SEEK_END)
                stream.seek(0)
                writer.copy(FILES + key, stream, size)
            totals.files += 1
            totals.file_bytes += size
        progress(f"{totals.files} files, {totals.file_bytes} bytes")
        writer.add(END, totals.dumped())
        writer.close()
    except BaseException:
        writer.abandon()
        raise
    return totals


def _manifest(connection: Connection) -> Manifest:
    """What the snapshot holds; :class:`Conflict` when its schema is not this program's."""
    found = [table for table in side(connection.engine).tables(connection) if table not in _VERSIONS]
    schema = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if "installation" in found else None
    if schema != migrate.head():
        raise Conflict(f"The database has schema {schema or 'none'}, this program wants {migrate.head()}. Run: ./run cli db upgrade")
    known = Base.metadata.tables
    return Manifest(
        created_at=now(),
        schema=schema,
        installation=connection.execute(text("SELECT uuid FROM installation")).scalar() or "",
        database=connection.dialect.name,
        tables={name: [(c.name, kind_of(c.type)) for c in known[name].columns] for name in found if name in known},
        left_out=[name for name in found if name not in known],
    )


def _copy_table(writer: Writer, connection: Connection, table: str, columns: list[tuple[str, str]]) -> int:
    """The table's rows as gzipped lines of JSON, some megabytes a part; answers how many."""
    count, parts, part = 0, 0, bytearray()
    for row in side(connection.engine).rows(connection, table, columns):
        part += orjson.dumps(row)
        part += b"\n"
        count += 1
        if len(part) >= PART:
            _add_part(writer, table, parts, part)
            parts, part = parts + 1, bytearray()
    if part:
        _add_part(writer, table, parts, part)
    return count


def _add_part(writer: Writer, table: str, number: int, part: bytearray) -> None:
    writer.add(f"{TABLES}{table}/{number:06}.jsonl.gz", gzip.compress(part, _LEVEL, mtime=0))


@contextmanager
def _beside(path: Path) -> Iterator[BinaryIO]:
    """A new file that gets its name when it is whole and on the disk; nobody but us may read it."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.rename(partial, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise Unavailable(f"The backup cannot be written to {path.parent}: {error.strerror or error}. Nothing was left there.") from error
    finally:
        partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

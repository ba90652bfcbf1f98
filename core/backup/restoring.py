"""Bring a backup back: everything is checked before anything is touched, and the old installation stays until the new one is whole.

The whole of it is one transaction, on both databases: drop the tables, make them at the backup's schema, load the rows, migrate to this
program's schema. Files are stored before it commits, and those of the old installation are deleted after. Killed at any moment, the
database is the old one or the new one, and every file that it names is there.
"""

import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from core import migrate
from core.backup import Restored, guard, hooks
from core.backup.contents import Contents, Progress, check, side
from core.db import db
from core.errors import Conflict, Invalid
from core.jobs import Lease
from core.storage import storage

# A server that has merely been started has these; people have put nothing in yet.
_EMPTY_ALL_THE_SAME = {"alembic_version", "installation", "lease"}


def restore(path: Path, *, replace: bool = False, progress: Progress = lambda _line: None) -> dict:
    """Make this installation what the backup holds; answers what was restored and how long it took.

    Raises Damaged (nothing was touched) for a file that is not as it was written, Invalid for one of a newer program, Conflict when a
    server runs or when there is something here already and ``replace`` was not asked for.
    """
    begun = time.monotonic()
    manifest = check(path, progress).manifest
    if not migrate.known(manifest.schema):
        raise Invalid(
            f"{path.name} has schema {manifest.schema}, newer than this program's {migrate.head()}. "
            "Install the version that wrote it, or a later one.",
            code="newer_backup",
        )
    with guard.nobody_serves(current_app.config["SETTINGS"].data_dir):
        occupied = _occupied()
        if occupied and not replace:
            raise Conflict(
                f"This installation is not empty ({', '.join(occupied[:5])}). "
                "Restore into an empty one, or give --replace to put the backup in its place.",
                code="not_empty",
            )
        remembered = _remember() if occupied else {}
        contents = Contents(path)
        with _Put() as put:
            _replace_rows(contents, put, remembered, replaced=bool(occupied), progress=progress)
            put.certain()
        deleted = _delete_others(put.keys) if occupied else 0
        _after_commit()
    return {
        "file": str(path),
        "created_at": manifest.created_at.isoformat(),
        "schema": manifest.schema,
        "migrated_to": migrate.head(),
        "rows": contents.totals.rows,
        "files": contents.totals.files,
        "replaced": bool(occupied),
        "files_deleted": deleted,
        "seconds": round(time.monotonic() - begun, 1),
    }


def _replace_rows(contents: Contents, put: "_Put", remembered: dict[str, object], *, replaced: bool, progress: Progress) -> None:
    database = side(db.engine)
    manifest = contents.manifest
    with migrate.alone() as connection:
        database.clear(connection)
        migrate.to(connection, manifest.schema)
        with database.bare(connection):
            for table, columns, rows in contents.each_table():
                _check_columns(connection, table, columns, manifest.schema)
                _load(connection, table, columns, rows)
                progress(f"{table}: {contents.totals.rows[table]} rows restored")
            put.all(contents.each_file())
            progress(f"{contents.totals.files} files restored; building indexes")
        database.settle(connection)
        migrate.to(connection, migrate.head())
        migrate.check_references(connection)
        connection.execute(Lease.__table__.delete())
        db.session.expire_all()
        restored = Restored(manifest.created_at, manifest.schema, replaced)
        for name, hook in hooks().items():
            hook.apply(restored, remembered.get(name))
            progress(f"after the restore: {name}")


def _load(connection: Connection, table: str, columns: list[tuple[str, str]], rows: Iterable[list]) -> None:
    try:
        side(connection.engine).load(connection, table, columns, rows)
    except (DBAPIError, *_driver_errors(connection)) as error:
        raise Invalid(f"The rows of {table} do not fit into this database: {error}. Nothing was changed.") from error


def _driver_errors(connection: Connection) -> tuple[type[Exception], ...]:
    return (connection.dialect.loaded_dbapi.Error,)


def _check_columns(connection: Connection, table: str, columns: list[tuple[str, str]], schema: str) -> None:
    inspector = inspect(connection)
    there = {c["name"] for c in inspector.get_columns(table)} if inspector.has_table(table) else set()
    if missing := {name for name, _kind in columns} - there:
        raise Invalid(f"The backup has {table}.{min(missing)}, which schema {schema} of this program does not know. Nothing was changed.")


def _occupied() -> list[str]:
    """The tables here that hold something."""
    connection = db.session.connection()
    try:
        found = [t for t in side(db.engine).tables(connection) if t not in _EMPTY_ALL_THE_SAME]
        return [t for t in found if connection.execute(text(f'SELECT 1 FROM "{t}" LIMIT 1')).first()]  # noqa: S608 - our own tables
    finally:
        db.session.rollback()


def _remember() -> dict[str, object]:
    """What the installation that goes knows and the hooks want to keep; nothing from an older schema, which the models cannot read."""
    try:
        if migrate.current() != migrate.head():
            return {}
        return {name: hook.remember() for name, hook in hooks().items() if hook.remember is not None}
    finally:
        db.session.rollback()


class _Put:
    """Stores files, and takes back those that were not there before unless it ends well."""

    def __init__(self):
        self.keys: set[str] = set()
        self._undo = ExitStack()

    def all(self, files: Iterable) -> None:
        for key, content, _size in files:
            if not storage().exists(key):  # a key is random or a digest: what is there already has these bytes
                self._undo.callback(storage().delete, key)
            storage().put(key, content)
            self.keys.add(key)

    def certain(self) -> None:
        self._undo.pop_all()

    def __enter__(self) -> "_Put":
        return self

    def __exit__(self, *_exception) -> None:
        self._undo.close()


def _delete_others(keep: set[str]) -> int:
    others = [key for key, _written in storage().keys() if key not in keep]  # noqa: SIM118
    for key in others:
        storage().delete(key)
    return len(others)


def _after_commit() -> None:
    """Forget what this process knew of the old rows, and give the disk back what the long transaction took."""
    app = current_app
    app.extensions.pop("colloquium.identity", None)
    for forget in app.extensions.get("colloquium.caches", ()):
        forget()
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

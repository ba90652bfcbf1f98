"""Migrations: Alembic without its own settings file; the same steps on SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from core.db import db, write

FOLDER = Path(__file__).parent.parent / "migrations"
_LOCK = 727_101


def _config(connection=None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    return ScriptDirectory.from_config(_config()).get_current_head()


def current() -> str | None:
    return MigrationContext.configure(db.session.connection()).get_current_revision()


def known(revision: str) -> bool:
    """True for a schema that this program has, or had."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def upgrade() -> tuple[str | None, str]:
    """Bring the schema to this version; safe when several processes start at once. Answers (before, after)."""
    with alone() as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        if before is not None and not known(before):
            raise SystemExit(f"The database has schema {before}, newer than this program. Install the newer version again.")
        if before != head():
            to(connection, head())
            check_references(connection)
    return before, head()


def to(connection: Connection, revision: str) -> None:
    """Bring the schema of this connection, which ``alone`` gave, up to a revision."""
    command.upgrade(_config(connection), revision)


@contextmanager
def alone() -> Iterator[Connection]:
    """One unit of work, in which nobody else migrates: the write lock on SQLite, a transaction-scoped advisory lock on PostgreSQL.

    On SQLite foreign keys are off meanwhile: a table whose shape changes is copied and dropped, and with them on, dropping it
    would delete what refers to its rows. ``check_references`` before the end.
    """
    driver = None
    try:
        with write() as session:
            connection = session.connection()
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            else:
                driver = connection.connection.driver_connection
                for statement in ("ROLLBACK", "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE"):  # the pragma does nothing inside a transaction
                    driver.execute(statement)
            yield connection
    finally:
        if driver is not None:
            driver.execute("PRAGMA foreign_keys=ON")


def check_references(connection: Connection) -> None:
    """Raise unless every foreign key leads somewhere. PostgreSQL sees to that by itself."""
    if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise IntegrityError(f"a row of {broken[0]} refers to one of {broken[2]} that is not there", None, ValueError("foreign key"))

"""Migrations: Alembic without its own settings file; the same steps on SQLite and PostgreSQL."""

from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

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


def upgrade() -> tuple[str | None, str]:
    """Bring the schema to this version; safe when several processes start at once. Answers (before, after)."""
    with _alone() as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        known = {s.revision for s in ScriptDirectory.from_config(_config()).walk_revisions()}
        if before is not None and before not in known:
            raise SystemExit(f"The database has schema {before}, newer than this program. Install the newer version again.")
        command.upgrade(_config(connection), "head")
    return before, head()


@contextmanager
def _alone():
    """One migrator at a time: the write lock on SQLite, a transaction-scoped advisory lock on PostgreSQL."""
    with write() as session:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection

"""Make the database let go of what was deleted: until then its files still hold the old bytes.

SQLite: ``VACUUM`` writes the file anew and the write-ahead log is cut off; readers go on, writers wait. A file beyond :data:`LARGEST` is
left to the operator (``./run cli privacy compact``), for it would keep writers waiting too long. PostgreSQL: ``VACUUM (ANALYZE)`` frees the
dead rows and renews the statistics, which hold samples of values (those of a table that became empty it leaves as they were, so they are
dropped); the freed space is overwritten as new rows come, ``VACUUM FULL`` in a
quiet hour does it at once.
"""

import logging

from flask import current_app
from sqlalchemy import Connection, select, update

from core.db import LOCK, db, write
from core.erasure import registered
from lrs.privacy.models import Erasure

log = logging.getLogger("colloquium.privacy")
LARGEST = 1 << 30


def settle(*, whatever_size: bool = False) -> bool:
    """After the last unit of work of an erasure: let go of files and of freed space; answers True when nothing is left to be done."""
    due = list(db.session.scalars(select(Erasure.id).where(Erasure.state == "done", Erasure.compacted.is_(False))))
    db.session.rollback()
    if not due:
        return True
    for eraser in registered().values():
        eraser.finish()
    if not compact(whatever_size=whatever_size):
        return True
    with write() as session:
        session.execute(update(Erasure).where(Erasure.id.in_(due)).values(compacted=True))
    return True


def compact(*, whatever_size: bool = False) -> bool:
    """Rewrite what the database keeps; False when it is too large to be done by the way."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            try:
                connection.exec_driver_sql("VACUUM (ANALYZE)")
                _forget_samples_of_empty_tables(connection)
            finally:
                connection.exec_driver_sql("RESET lock_timeout")
                connection.exec_driver_sql("RESET statement_timeout")
        return True
    if _size() > LARGEST and not whatever_size:
        log.warning("the database file is too large to be compacted by the way; run: ./run cli privacy compact")
        return False
    lock = current_app.extensions[LOCK]
    lock.acquire()
    try:
        _rewrite_file()
    finally:
        lock.release()
    return True


# What a column is called and its type, where the planner still has samples of a table without rows. Only a superuser may touch the
# samples themselves, but a column that is given its own type again loses them.
_SAMPLES_OF_NOTHING = """
    SELECT format('ALTER TABLE %I.%I ALTER COLUMN %I TYPE %s', s.schemaname, s.tablename, s.attname, format_type(a.atttypid, a.atttypmod))
    FROM pg_stats s
    JOIN pg_class c ON c.relname = s.tablename AND c.relnamespace = s.schemaname::regnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
    WHERE s.schemaname = current_schema() AND c.relkind = 'r' AND c.reltuples = 0
"""


def _forget_samples_of_empty_tables(connection: Connection) -> None:
    connection.exec_driver_sql("SET lock_timeout = '5s'")  # whoever reads the table would wait behind us
    for (drop,) in connection.exec_driver_sql(_SAMPLES_OF_NOTHING.replace("%", "%%")).all():
        connection.exec_driver_sql(drop.replace("%", "%%"))


def _size() -> int:
    connection = db.engine.raw_connection()
    try:
        return connection.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()").fetchone()[0]
    finally:
        connection.close()


def _rewrite_file() -> None:
    """Outside of any transaction: merge the segments of full-text indexes, which keep deleted words, then the file itself."""
    connection = db.engine.raw_connection()
    try:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts5%'")
        for (name,) in tables.fetchall():
            connection.execute(f'INSERT INTO "{name}" ("{name}") VALUES (\'rebuild\')')  # noqa: S608 - names of our own tables
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()

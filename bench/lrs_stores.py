"""Two logs on each database, a small and a large one, filled once a run: 10 thousand rows and a million (``--rows`` for another number).

They are filled by the product's own ``append``, but with all indexes except those of ``seq`` and ``id`` taken away meanwhile and built
at the end, which is quicker; freshly built indexes are a little denser than those that grew.
"""

import atexit
import sys
import time
from contextlib import ExitStack
from functools import cache

from flask import Flask
from sqlalchemy import text

import bench
from bench.lrs_corpus import Corpus
from bench.lrs_places import AUTHORITY, key_of, place
from core.db import db, write
from lrs import projections
from lrs.credentials.service import Issued
from lrs.statements.append import append
from lrs.statements.models import Statement
from lrs.statements.prepare import prepare

SMALL = 10_000
CHUNK = 5_000
DATABASES = ("postgresql", "sqlite")
_open = ExitStack()
atexit.register(_open.close)


def large() -> int:
    return int(bench.OPTIONS.get("rows", 1_000_000))


@cache
def store(database: str, rows: int) -> tuple[Flask, Issued]:
    """An application whose log has so many statements, and a key to it."""
    app, _folder, _url = _open.enter_context(place(database))
    key = key_of(app)
    start = time.monotonic()
    with app.app_context():
        fill(Corpus(5), rows)
        db.session.remove()
    print(f"   ({database}: {rows:,} statements in {time.monotonic() - start:.0f} s)", file=sys.stderr)
    return app, key


@cache
def counted(database: str, rows: int) -> float:
    """Fold the rollups of such a store; answers how many statements a second that was."""
    app, _key = store(database, rows)
    with app.app_context():
        rate = bench.rate(rows, lambda: projections.rebuild("rollups"))
        _settle()
        db.session.remove()
    return rate


def fill(corpus: Corpus, rows: int) -> None:
    """So many statements into the log of the current application."""
    built_later = [index for index in Statement.__table__.indexes if index.name != "ix_lrs_statement_id"]
    with write() as session:
        for index in built_later:
            index.drop(session.connection())
    if db.engine.dialect.name == "sqlite":
        with write() as session:
            session.execute(text("PRAGMA cache_size=-200000"))
    for start in range(0, rows, CHUNK):
        ready = prepare(corpus.batch(min(CHUNK, rows - start)), authority=AUTHORITY, version="1.0.3", trust="self")
        with write() as session:
            append(session, ready)
    with write() as session:
        for index in built_later:
            index.create(session.connection())
    _settle()


def _settle() -> None:
    """What a database does by itself sooner or later: statistics, and the log of changes moved into the tables."""
    db.session.rollback()
    on_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for command in ("PRAGMA wal_checkpoint(TRUNCATE)",) if on_sqlite else ("VACUUM ANALYZE", "CHECKPOINT"):
            connection.exec_driver_sql(command)
    db.engine.dispose()

"""The database of a past release comes to this one with every row (RELIABILITY 26).

``tests/support/releases/NNNN.json`` holds the rows that the release with schema NNNN wrote itself: people, a package that was played,
talk, and statements of every shape. Each file is loaded at its schema, on both databases.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from support.counts import tell
from support.machine import settings_of
from support.server import ROOT, Server

from app import create_app
from core import migrate
from core.backup.contents import side
from core.db import db

RELEASES = sorted((Path(__file__).parent.parent / "support" / "releases").glob("*.json"))


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request, tmp_path):
    """An application on a database without a table."""
    values = {}
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS colloquium_upgraded WITH (FORCE)")
            connection.execute("CREATE DATABASE colloquium_upgraded")
        values["database_url"] = make_url(url).set(database="colloquium_upgraded").render_as_string(hide_password=False)
    app = create_app(settings_of(tmp_path / "data", **values))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def load(release: Path) -> dict[str, list]:
    """Put the release's rows into its own schema; answers them in a comparable order."""
    tables = {name: (list(map(tuple, held["columns"])), held["rows"]) for name, held in json.loads(release.read_text()).items()}
    with migrate.alone() as connection:
        migrate.to(connection, release.stem)
        with side(db.engine).bare(connection):
            for name, (columns, rows) in tables.items():
                side(db.engine).load(connection, name, columns, rows)
        side(db.engine).settle(connection)
        migrate.check_references(connection)
    return {name: sorted(rows, key=repr) for name, (_columns, rows) in tables.items()}


def now_there(release: Path) -> dict[str, list]:
    """The same columns of the same tables as they are now."""
    connection = db.session.connection()
    held = json.loads(release.read_text())
    found = {}
    for name, table in held.items():
        rows = side(db.engine).rows(connection, name, list(map(tuple, table["columns"])))
        found[name] = sorted((json.loads(json.dumps(r)) for r in rows), key=repr)
    db.session.rollback()
    return found


@pytest.mark.parametrize("release", RELEASES, ids=lambda p: p.stem)
def test_every_row_is_there_after_the_upgrade(fresh, release):
    before = load(release)
    assert migrate.upgrade() == (release.stem, migrate.head())
    after = now_there(release)
    for name, rows in before.items():
        assert after[name] == rows, name
    if fresh.config["SETTINGS"].is_sqlite:
        assert db.session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert db.session.execute(text("SELECT count(*) FROM item_fts")).scalar() == len(before["item_text"])
        assert db.session.connection().exec_driver_sql("PRAGMA foreign_keys").scalar() == 1, "references are watched again"
    tell(release=release.stem, tables=len(before), rows=sum(map(len, before.values())), lost=0)


@pytest.mark.parametrize("release", RELEASES[-1:], ids=lambda p: p.stem)
def test_three_that_start_at_once_upgrade_once(fresh, release):
    before = load(release)
    settings = fresh.config["SETTINGS"]
    db.engine.dispose()
    server = Server(settings.data_dir, settings.database_url if not settings.is_sqlite else "")
    command = [sys.executable, "cli.py", "db", "upgrade", "--json"]

    def upgrade(_number: int) -> str | None:
        done = subprocess.run(command, cwd=ROOT, env=server.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["before"]

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(upgrade, range(3)))
    assert sorted(answers) == sorted([release.stem, migrate.head(), migrate.head()])
    assert now_there(release) == before
    tell(started=3, upgraded=1)

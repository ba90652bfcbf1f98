"""Back up, verify, restore: everything comes back, on either database from either, and nothing damaged is let near what is there."""

import io
import os
import re
import subprocess
import sys
import tarfile
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.engine import make_url
from support import filling
from support.machine import ROOT, settings_of

from app import create_app
from core import backup, migrate
from core.backup import guard
from core.backup.archive import Damaged, Writer
from core.backup.contents import MANIFEST, Manifest, check
from core.backup.restoring import restore
from core.backup.taking import take
from core.clock import now
from core.db import Base, db, write
from core.errors import Conflict, Invalid, Unavailable
from core.jobs import Lease
from core.storage import storage

ENDED = {"session", "one_time_link", "lease", "lrs_log"}


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request, tmp_path, postgres_url):
    """An installation that was never started: no table yet."""
    folder = tmp_path / "target"
    if request.param == "sqlite":
        found = create_app(settings_of(folder))
    else:
        name = "colloquium_target"
        with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name}")
        url = make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
        found = create_app(settings_of(folder, database_url=url))
    yield found
    with found.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def filled(app):
    """An installation with rows in every table, and files."""
    with app.app_context():
        with write() as session:
            filling.fill(session)
        for key, content in {"images/a.webp": b"\x00\xff" * 70_000, "packages/b.zip": b"", "attachments/c/d": b"x"}.items():
            storage().put(key, io.BytesIO(content))
    return app


def stored() -> list[str]:
    """The keys of what is stored."""
    return [entry[0] for entry in storage().keys("")]


@contextmanager
def inside(app):
    with app.app_context():
        yield
        db.session.rollback()


class TestRestore:
    def test_everything_comes_back_whatever_the_database(self, filled, target, tmp_path):
        file = tmp_path / "b.tar"
        with inside(filled):
            told = take(file)
            before = filling.everything(db.session)
            files = {key: storage().open(key).read() for key in stored()}
        assert told["left_out"] == []
        assert set(told["rows"]) == set(Base.metadata.tables), "a table was forgotten"
        assert all(told["rows"].values()), "an empty table proves nothing"
        with inside(target):
            done = restore(file)
            after = filling.everything(db.session)
            assert {key: storage().open(key).read() for key in stored()} == files
            assert migrate.current() == migrate.head()
        assert done["rows"] == told["rows"]
        for table in before.keys() - ENDED:
            assert after[table] == before[table], table
        assert after["session"] == after["lease"] == []
        assert [row[1] for row in after["one_time_link"]] == ["setup", "invitation"] or len(after["one_time_link"]) == 2
        assert after["lrs_log"] != before["lrs_log"], "memories of the old dictionary must not survive"

    def test_what_comes_after_gets_new_numbers(self, filled, target, tmp_path):
        with inside(filled):
            take(tmp_path / "b.tar")
        with inside(target):
            restore(tmp_path / "b.tar")
            with write() as session:
                for table in Base.metadata.sorted_tables:
                    counter = table.autoincrement_column
                    if counter is None or not counter.autoincrement or counter.foreign_keys:
                        continue
                    if db.engine.dialect.name == "postgresql":
                        name = session.scalar(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": f'"{table.name}"', "c": counter.name})
                        assert name is None or session.scalar(text(f"SELECT nextval('{name}')")) == 3, table.name

    def test_search_finds_what_was_restored(self, app, target, tmp_path):
        with inside(app):
            with write() as session:
                filling.fill(session)
                session.execute(text("UPDATE item_text SET title = 'fire drill', body = 'extinguisher' WHERE item_id = 1"))
            take(tmp_path / "b.tar")
        with inside(target):
            restore(tmp_path / "b.tar")
            if db.engine.dialect.name == "sqlite":
                assert db.session.execute(text("SELECT rowid FROM item_fts WHERE item_fts MATCH 'extinguisher'")).scalars().all() == [1]
                db.session.execute(text("INSERT INTO item_fts (item_fts, rank) VALUES ('integrity-check', 1)"))

    def test_the_schema_is_what_migrations_make(self, filled, target, tmp_path):
        """Indexes, triggers and constraints that were put aside are back."""
        with inside(filled):
            take(tmp_path / "b.tar")
        with inside(target):
            migrate.upgrade()
            wanted = shape()
            db.session.rollback()
            restore(tmp_path / "b.tar", replace=True)
            assert shape() == wanted

    def test_an_older_backup_is_restored_at_its_schema_and_migrated(self, target, tmp_path):
        columns = [("id", "int"), ("uuid", "text"), ("identity_base", "text")]
        file = made(tmp_path, schema="0001", tables={"installation": (columns, [[1, "u", "https://old.example"]])})
        with inside(target):
            done = restore(file)
            assert (done["schema"], migrate.current()) == ("0001", migrate.head())
            assert db.session.execute(text("SELECT identity_base FROM installation")).scalars().all() == ["https://old.example"]

    def test_a_row_that_refers_to_nothing_restores_nothing(self, filled, tmp_path):
        columns = [("group_id", "int"), ("person_id", "int"), ("is_trainer", "bool"), ("joined_at", "instant")]
        file = made(tmp_path, schema=migrate.head(), tables={"membership": (columns, [[77, 78, True, "2024-01-01 00:00:00.000000"]])})
        with inside(filled):
            before = filling.everything(db.session)
            with pytest.raises(Exception, match=r"refers to|foreign key"):
                restore(file, replace=True)
            assert filling.everything(db.session) == before


class TestRefusals:
    """Each leaves the installation as it was."""

    @pytest.fixture
    def backup_file(self, filled, tmp_path):
        with inside(filled):
            take(tmp_path / "b.tar")
            with write() as session:
                session.execute(text("UPDATE installation SET identity_base = 'https://later.example'"))
        return tmp_path / "b.tar"

    @pytest.fixture(autouse=True)
    def _unchanged(self, filled, backup_file):
        with inside(filled):
            before, files = filling.everything(db.session), stored()
        yield
        with inside(filled):
            assert filling.everything(db.session) == before
            assert stored() == files

    def test_an_installation_that_is_not_empty(self, filled, backup_file):
        with inside(filled), pytest.raises(Conflict, match="--replace"):
            restore(backup_file)

    def test_a_running_server(self, filled, backup_file):
        with inside(filled):
            server = guard._open(filled.config["SETTINGS"].data_dir)
            guard.fcntl.flock(server, guard.fcntl.LOCK_SH)
            with pytest.raises(Conflict, match="running"):
                restore(backup_file, replace=True)
            server.close()

    def test_a_server_on_another_machine(self, filled, backup_file, monkeypatch):
        with inside(filled):
            with write() as session:
                session.execute(Lease.__table__.update().values(until=datetime(2999, 1, 1, tzinfo=UTC)))
            try:
                with pytest.raises(Conflict, match="another machine"), guard.nobody_serves(filled.config["SETTINGS"].data_dir, wait=0.1):
                    pass
            finally:
                with write() as session:
                    for number in (1, 2):
                        session.execute(
                            Lease.__table__.update()
                            .where(Lease.name.startswith(str(number)))
                            .values(until=filling._of_kind(Lease.__table__, Lease.__table__.c.until, number))
                        )

    def test_a_newer_schema(self, filled, tmp_path):
        with inside(filled), pytest.raises(Invalid, match="newer"):
            restore(made(tmp_path, schema="9999", tables={}), replace=True)

    def test_a_damaged_file(self, filled, backup_file):
        content = bytearray(backup_file.read_bytes())
        content[len(content) // 2] ^= 1
        backup_file.write_bytes(content)
        with inside(filled), pytest.raises(Damaged):
            restore(backup_file, replace=True)

    def test_what_follows_a_restore_may_fail(self, filled, backup_file):
        def fail(_restored, _remembered):
            raise RuntimeError("no")

        filled.extensions[backup.HOOKS]["failing"] = backup.Hook(fail)
        try:
            with inside(filled), pytest.raises(RuntimeError):
                restore(backup_file, replace=True)
        finally:
            del filled.extensions[backup.HOOKS]["failing"]

    def test_rows_that_do_not_fit(self, filled, tmp_path):
        columns = [("id", "int"), ("uuid", "text"), ("identity_base", "text")]
        for rows in ([[1, "u", None]], [[1, "u", "b"], [1, "u", "b"]]):
            with inside(filled), pytest.raises(Invalid, match="installation"):
                restore(made(tmp_path, schema=migrate.head(), tables={"installation": (columns, rows)}), replace=True)


def test_replace_brings_the_old_rows_and_files_back_and_tells_the_hooks(filled, tmp_path):
    told = []
    filled.extensions[backup.HOOKS]["told"] = backup.Hook(
        lambda restored, remembered: told.append((restored.replaced, restored.schema, remembered)),
        lambda: db.session.execute(text("SELECT identity_base FROM installation")).scalar(),
    )
    try:
        with inside(filled):
            take(tmp_path / "b.tar")
            before = filling.everything(db.session)
            with write() as session:
                session.execute(text("UPDATE installation SET identity_base = 'https://later.example'"))
            storage().put("images/later.webp", io.BytesIO(b"later"))
            storage().delete("images/a.webp")
            done = restore(tmp_path / "b.tar", replace=True)
            assert done["replaced"]
            assert done["files_deleted"] == 1
            after = filling.everything(db.session)
            assert stored() == ["attachments/c/d", "images/a.webp", "packages/b.zip"]
        assert {t: after[t] for t in after.keys() - ENDED} == {t: before[t] for t in before.keys() - ENDED}
        assert told == [(True, migrate.head(), "https://later.example")]
    finally:
        del filled.extensions[backup.HOOKS]["told"]


class TestBackup:
    def test_is_one_moment_though_people_go_on_writing_and_deleting(self, filled, tmp_path):
        """What is written, and which files are deleted, after the snapshot began makes no difference to it."""
        with inside(filled):
            before = filling.everything(db.session)

            def meanwhile(line):
                if line.startswith("attempt:"):
                    with filled.app_context(), write() as session:
                        session.execute(text("UPDATE person SET name = 'somebody else'"))
                        session.execute(text("DELETE FROM thread"))
                    with filled.app_context():
                        storage().delete("images/a.webp")
                        storage().delete("attachments/c/d")

            told = take(tmp_path / "b.tar", meanwhile)
            assert told["files"] == 3
            assert not storage().exists("images/a.webp"), "the deletion itself is not delayed"
            restore(tmp_path / "b.tar", replace=True)
            after = filling.everything(db.session)
            assert storage().size("images/a.webp") == 140_000
        assert {t: after[t] for t in after.keys() - ENDED} == {t: before[t] for t in before.keys() - ENDED}

    def test_leaves_nothing_when_it_fails(self, filled, tmp_path):
        def stop(_line):
            raise RuntimeError("stopped")

        with inside(filled):
            with pytest.raises(RuntimeError):
                take(tmp_path / "b.tar", stop)
            with pytest.raises(Unavailable, match="cannot be written"):
                take(tmp_path / "no" / "b.tar")
        assert list(tmp_path.glob("*b.tar*")) == list(tmp_path.glob(".*b.tar*")) == []

    def test_never_overwrites_and_is_for_nobody_else_to_read(self, filled, tmp_path):
        with inside(filled):
            take(tmp_path / "b.tar")
            with pytest.raises(Conflict):
                take(tmp_path / "b.tar")
        assert (tmp_path / "b.tar").stat().st_mode & 0o777 == 0o600

    def test_ordinary_tools_open_it(self, filled, tmp_path):
        with inside(filled):
            take(tmp_path / "b.tar")
        with tarfile.open(tmp_path / "b.tar") as tar:
            names = tar.getnames()
            assert (names[0], names[-2:]) == ("manifest.json", ["end.json", "SHA256SUMS"])
            assert tar.extractfile("files/images/a.webp").read() == b"\x00\xff" * 70_000
        assert filled.config["SETTINGS"].secret_key.encode() not in (tmp_path / "b.tar").read_bytes()

    def test_one_at_a_time(self, filled, tmp_path, monkeypatch):
        monkeypatch.setattr("core.storage.local._PATIENCE", 0.05)
        with inside(filled), storage().held(), pytest.raises(Conflict, match="Another backup"):
            take(tmp_path / "b.tar")

    def test_a_database_of_another_schema_is_not_taken(self, filled, tmp_path):
        with inside(filled):
            with write() as session:
                session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
            try:
                with pytest.raises(Conflict, match="db upgrade"):
                    take(tmp_path / "b.tar")
            finally:
                with write() as session:
                    session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": migrate.head()})


@pytest.fixture(scope="module")
def whole(_sqlite_app, tmp_path_factory):
    """The bytes of a backup, and a place for broken copies of it."""
    folder = tmp_path_factory.mktemp("damage")
    with inside(_sqlite_app):
        storage().put("images/a.webp", io.BytesIO(b"bytes" * 200))
        take(folder / "whole.tar")
        storage().delete("images/a.webp")
    check(folder / "whole.tar")
    return (folder / "whole.tar").read_bytes(), folder / "broken.tar"


class TestDamage:
    quickly = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

    @quickly
    @given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
    def test_any_changed_byte_is_noticed(self, whole, place, flip):
        content, broken = whole
        changed = bytearray(content)
        changed[int(place * len(content))] ^= flip
        broken.write_bytes(changed)
        with pytest.raises(Damaged):
            check(broken)

    @quickly
    @given(place=st.floats(0, 1, exclude_max=True))
    def test_any_missing_end_is_noticed(self, whole, place):
        content, broken = whole
        broken.write_bytes(content[: int(place * len(content))])
        with pytest.raises(Damaged):
            check(broken)

    def test_anything_added_is_noticed(self, whole):
        content, broken = whole
        for changed in (content + b"\n", b"\n" + content, b"", content + content):
            broken.write_bytes(changed)
            with pytest.raises(Damaged):
                check(broken)

    @pytest.mark.parametrize("drop", ["end.json", "manifest.json", "tables/installation/000000.jsonl.gz"])
    def test_a_member_left_out_is_noticed_though_every_sum_is_right(self, whole, tmp_path, drop):
        content, _broken = whole
        rebuilt = tmp_path / "rebuilt.tar"
        with tarfile.open(fileobj=io.BytesIO(content)) as tar, rebuilt.open("wb") as out:
            writer = Writer(out)
            for member in tar.getmembers()[:-1]:
                if member.name != drop:
                    writer.add(member.name, tar.extractfile(member).read())
            writer.close()
        with pytest.raises(Damaged):
            check(rebuilt)


def made(folder, *, schema, tables) -> object:
    """A backup with these rows, as another version of the program might have written it."""
    import gzip

    import orjson

    from core.backup.contents import END, TABLES, Totals

    path = folder / f"made-{schema}-{now().timestamp()}.tar"
    manifest = Manifest(now(), schema, "installation", "sqlite", {name: columns for name, (columns, _rows) in tables.items()}, [])
    with path.open("wb") as out:
        writer = Writer(out)
        writer.add(MANIFEST, manifest.dumped())
        for name, (_columns, rows) in tables.items():
            writer.add(f"{TABLES}{name}/000000.jsonl.gz", gzip.compress(b"\n".join(orjson.dumps(r) for r in rows) + b"\n"))
        writer.add(END, Totals({name: len(rows) for name, (_c, rows) in tables.items()}).dumped())
        writer.close()
    return path


def shape() -> list:
    """What the database says its tables, indexes, triggers and constraints are."""
    if db.engine.dialect.name == "sqlite":
        return sorted(db.session.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_master")).all(), key=repr)
    indexes = db.session.execute(text("SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()")).all()
    constraints = db.session.execute(
        text(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = current_schema()::regnamespace"
        )
    ).all()
    return sorted([*indexes, *constraints], key=repr)


def test_a_server_does_not_start_while_a_backup_is_restored(tmp_path):
    with guard._open(tmp_path) as file:
        guard.fcntl.flock(file, guard.fcntl.LOCK_EX)
        with pytest.raises(guard.Restoring):
            guard.serve(tmp_path)


def test_the_recipes_of_the_documentation_work(sqlite_app, tmp_path):
    """The shell blocks of "Backup" in docs/operating.md, run as they stand, twice."""
    chapter = (ROOT / "docs" / "operating.md").read_text().split("## Backup", 1)[1].split("\n## ", 1)[0]
    nightly, drill = re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL)
    settings = sqlite_app.config["SETTINGS"]
    backups = tmp_path / "backups"
    backups.mkdir()
    for number in range(15):
        (backups / f"colloquium-20200101T0000{number:02}Z.tar").write_bytes(b"old")
    environment = os.environ | {"BACKUPS": str(backups), "COLLOQUIUM_DATA_DIR": str(settings.data_dir), "TMPDIR": str(tmp_path)}
    for recipe in (nightly, drill):
        script = recipe.replace("./run cli", f"{sys.executable} cli.py")
        done = subprocess.run(["sh", "-euc", script], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
    assert len(list(backups.iterdir())) == 14
    assert "ok    schema" in done.stdout
    assert not list(tmp_path.glob("tmp.*")), "the drill leaves nothing"

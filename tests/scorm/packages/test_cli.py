"""``./run cli package import``."""

import json

import pytest
from sqlalchemy import func, select

import scorm.packages.cli
from catalogue.items.models import Item
from core.db import db


@pytest.fixture
def run(sqlite_app):
    """``run(arguments)`` → the finished command."""

    def command(*arguments):
        with sqlite_app.app_context():
            return sqlite_app.test_cli_runner().invoke(args=["package", "import", *map(str, arguments)])

    return command


@pytest.fixture
def folder(tmp_path, make_course):
    (tmp_path / "good.zip").write_bytes(make_course())
    (tmp_path / "bad.zip").write_bytes(b"words")
    return tmp_path


class TestImport:
    def test_of_good_files_ends_with_0(self, sqlite_app, run, folder):
        done = run(folder / "good.zip", "--theme", "Safety", "--publish")
        assert done.exit_code == 0, done.output
        assert "imported: " in done.output
        assert "Fire safety" in done.output
        with sqlite_app.app_context():
            assert db.session.scalar(select(Item.visibility)) == "published"

    def test_of_one_bad_file_ends_with_1_and_keeps_the_others(self, sqlite_app, run, folder):
        done = run(folder / "bad.zip", folder / "good.zip", folder / "missing.zip", "--json")
        assert done.exit_code == 1
        bad, good, missing = json.loads(done.output)
        assert (bad["accepted"], bad["findings"][0]["code"]) == (False, "archive.not_zip")
        assert (good["accepted"], good["title"], good["duplicate"]) == (True, "Fire safety", False)
        assert (missing["accepted"], missing["findings"][0]["code"]) == (False, "unreadable")
        with sqlite_app.app_context():
            assert db.session.scalar(select(func.count()).select_from(Item)) == 1

    def test_of_a_folder_takes_every_zip_below_it(self, sqlite_app, run, folder, make_course):
        (folder / "fire" / "old").mkdir(parents=True)
        (folder / "fire" / "old" / "Course.ZIP").write_bytes(make_course({"old.html": b"x"}))
        (folder / "fire" / "notes.txt").write_text("no package")
        done = run(folder)
        assert done.exit_code == 1
        assert [line.split(":")[0] for line in done.output.splitlines() if line.startswith(("imported", "refused"))] == [
            "refused", "imported", "imported",
        ]  # fmt: skip
        assert done.output.splitlines()[-1] == "2 of 3 are there now, 1 are not"

    def test_of_a_folder_without_a_zip_ends_with_1(self, run, tmp_path):
        done = run(tmp_path)
        assert done.exit_code == 1
        assert "0 of 0" in done.output

    def test_goes_on_when_one_breaks(self, run, folder, monkeypatch):
        real = scorm.packages.cli.import_package

        def broken(stream, *, name, **named):
            if name == "bad.zip":
                raise ZeroDivisionError
            return real(stream, name=name, **named)

        monkeypatch.setattr(scorm.packages.cli, "import_package", broken)
        bad, good = json.loads(run(folder, "--json").output)
        assert (bad["findings"][0]["code"], good["accepted"]) == ("unexpected", True)

    def test_of_the_same_file_again_ends_with_0(self, run, folder):
        run(folder / "good.zip")
        done = run(folder / "good.zip", "--json")
        assert done.exit_code == 0
        assert json.loads(done.output)[0]["duplicate"] is True

    def test_for_nobody_ends_with_1(self, run, folder):
        done = run(folder / "good.zip", "--owner", "nobody@example.org")
        assert done.exit_code == 1
        assert "nobody@example.org" in done.output

    def test_without_a_file_ends_with_2(self, run):
        assert run().exit_code == 2

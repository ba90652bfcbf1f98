"""From the disk to S3 and back: everything is compared, nothing is done twice, and what is wrong is named."""

import io
import json
import os
from dataclasses import replace

import pytest

from core.backup.restoring import restore
from core.backup.taking import take
from core.storage import at, make, storage
from core.storage.local import LocalStorage
from core.storage.s3.uploads import PART

FILES = {"packages/a.zip": os.urandom(PART + 5), "attachments/b": b"b", "documents/c": b"", "images/d.webp": b"d" * 70_000}


@pytest.fixture
def moving(sqlite_app, s3_server, s3_address):
    """The command line of an installation with files on its disk; ``moving(…)`` → (exit code, what it prints as JSON)."""
    settings = sqlite_app.config["SETTINGS"]
    sqlite_app.config["SETTINGS"] = replace(settings, s3_endpoint=s3_server.url)
    with sqlite_app.app_context():
        for key, content in FILES.items():
            storage().put(key, io.BytesIO(content))

    def run(*arguments):
        with sqlite_app.app_context():
            done = sqlite_app.test_cli_runner().invoke(args=["storage", "copy", *arguments, "--json", "--quiet"])
        return done.exit_code, json.loads(done.output) if done.output.startswith("{") else done.output

    run.bucket = at(s3_address, sqlite_app.config["SETTINGS"])
    run.address = s3_address
    yield run
    sqlite_app.config["SETTINGS"] = settings


def test_everything_is_copied_and_begun_again_nothing_is(moving):
    code, told = moving("local", moving.address)
    assert (code, told["copied"], told["same"], told["bytes"]) == (0, 4, 4, sum(map(len, FILES.values())))
    assert {key: moving.bucket.open(key).read() for key, _written in moving.bucket.keys("")} == FILES
    assert moving("local", moving.address)[1]["copied"] == 0


def test_what_is_missing_or_different_is_named_and_put_right(moving):
    moving("local", moving.address)
    moving.bucket.delete("attachments/b")
    moving.bucket.put("images/d.webp", io.BytesIO(b"e" * 70_000))
    moving.bucket.put("images/e.webp", io.BytesIO(b"e"))
    code, told = moving("local", moving.address, "--verify-only")
    assert (code, told["missing"], told["different"]) == (1, ["attachments/b"], ["images/d.webp"])
    assert told["only_there"] == ["images/e.webp"]
    assert moving("local", moving.address)[1]["copied"] == 2
    assert moving("local", moving.address, "--verify-only")[0] == 0


def test_and_back(moving, sqlite_app):
    moving("local", moving.address)
    with sqlite_app.app_context():
        for key in FILES:
            storage().delete(key)
        assert moving(moving.address, "local")[1]["copied"] == 4
        assert {key: storage().open(key).read() for key, _written in storage().keys("")} == FILES


@pytest.mark.parametrize(("source", "target"), [("local", "local"), ("local", "ftp://x"), ("s3://b", "local")])
def test_places_that_make_no_sense_are_refused(moving, source, target):
    assert moving(source, target)[0] == 2


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_doctor_tries_the_storage(on_s3, monkeypatch):
    def findings():
        with on_s3.app_context():
            done = on_s3.test_cli_runner().invoke(args=["doctor", "--json"])
        return done.exit_code, {f["what"]: f for f in json.loads(done.output)}

    assert findings()[1]["storage"]["level"] == "ok"
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    on_s3.extensions["colloquium.storage"] = make(on_s3.config["SETTINGS"])
    code, found = findings()
    assert (code, found["storage"]["level"]) == (1, "error")
    assert "SignatureDoesNotMatch" in found["storage"]["message"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_backup_of_files_in_s3_comes_back_on_a_disk_and_the_other_way_round(on_s3, tmp_path):
    """The way to move everything at once; the storage of each side is the one that its settings name."""
    in_s3 = on_s3.extensions["colloquium.storage"]
    on_disk = LocalStorage(tmp_path / "files")
    with on_s3.app_context():
        for key, content in FILES.items():
            storage().put(key, io.BytesIO(content))
        told = take(tmp_path / "b.tar", lambda _line: in_s3.delete("attachments/b"))
        assert told["files"] == 4, "what is deleted meanwhile is in it, too"
        for key in FILES:
            in_s3.delete(key)
        for there in (on_disk, in_s3):
            on_s3.extensions["colloquium.storage"] = there
            restore(tmp_path / "b.tar", replace=True)
            assert {key: storage().open(key).read() for key, _written in storage().keys("")} == FILES

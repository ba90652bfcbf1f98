"""``./run cli package …`` for versions."""

import json

import pytest
from support.tiny_packages import tiny

TWO = {"a.html": "<title>A</title>", "b.html": "<title>B</title>"}


@pytest.fixture
def run(sqlite_app):
    """``run("use-version", …)`` → (exit code, output)."""

    def call(*arguments):
        with sqlite_app.app_context():
            result = sqlite_app.test_cli_runner().invoke(args=["package", *map(str, arguments)])
        return result.exit_code, result.output

    return call


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
class TestCommands:
    @pytest.fixture
    def corrected(self, tmp_path):
        path = tmp_path / "corrected.zip"
        path.write_bytes(tiny({**TWO, "b.html": "<title>B, corrected</title>"}).getvalue())
        return path

    def test_upload_use_and_go_back(self, run, corrected, course):
        made = course(TWO)
        code, output = run("upload-version", made.package, corrected, "--note", "Page 2", "--by", "erin@example.org")
        assert (code, output.splitlines()[0]) == (0, f"version 2: {corrected}")
        assert run("use-version", made.package, 2, "--attempts", "move")[1] == "version 2 is played; 0 attempts moved, 0 stayed\n"
        code, output = run("versions", made.package, "--json")
        assert [(v["number"], v["state"], v["note"], v["by"]) for v in json.loads(output)] == [
            (2, "current", "Page 2", "Erin"),
            (1, "kept", "", "Erin"),
        ]
        assert run("use-version", made.package, 1)[0] == 0
        assert run("discard-version", made.package, 2) == (1, "error: Version 2 has been used. Versions that were used are kept.\n")

    def test_upload_and_use_at_once(self, run, corrected, course):
        made = course(TWO)
        code, output = run("upload-version", made.package, corrected, "--use", "--json")
        assert (code, json.loads(output)["moved"]) == (0, 0)
        assert "already version 2" in run("upload-version", made.package, corrected)[1]

    def test_discard(self, run, corrected, course):
        made = course(TWO)
        run("upload-version", made.package, corrected)
        assert run("discard-version", made.package, 2) == (0, "version 2 is discarded\n")

    def test_refuse_what_is_no_package_and_who_is_nobody(self, run, tmp_path, course):
        made = course(TWO)
        broken = tmp_path / "broken.zip"
        broken.write_bytes(b"words")
        assert run("upload-version", made.package, broken)[0] == 1
        assert run("use-version", made.package, 1, "--by", "nobody@example.org")[0] == 1
        assert run("versions", "00000000-0000-4000-8000-000000000000")[0] == 1

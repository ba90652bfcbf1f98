"""``./run cli statements export|import``."""

import gzip
import json

import pytest
from samples import identified, statement

from core.db import write
from lrs.statements.service import record


@pytest.fixture
def cli(app):
    """``cli("export", …)`` → the result of the command."""

    def run(*arguments, **options):
        with app.app_context():
            return app.test_cli_runner().invoke(args=["statements", *map(str, arguments)], **options)

    return run


@pytest.fixture
def log(app):
    """Three statements in the log."""
    statements = [identified() for _ in range(3)]
    with app.app_context(), write():
        record(*statements)
    return [s["id"] for s in statements]


def test_there_and_back(app, cli, log, tmp_path, emptied):
    file = tmp_path / "all.jsonl"
    assert cli("export", "--out", file).exit_code == 0
    assert [json.loads(line)["id"] for line in file.read_bytes().splitlines()] == log
    assert "3 already there" in cli("import", file).output
    with app.app_context():
        emptied(app)
    packed = tmp_path / "all.jsonl.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    (counts,) = json.loads(cli("import", packed, "--json").stdout)
    assert (counts["new"], counts["there"]) == (3, 0)


def test_standard_output_and_input(cli, log):
    exported = cli("export", "--descending")
    assert [json.loads(line)["id"] for line in exported.stdout_bytes.splitlines()] == log[::-1]
    assert "3 already there" in cli("import", "-", input=exported.stdout_bytes).output


def test_filters_and_formats(cli, log):
    assert cli("export", "--verb", "https://example.org/none").stdout_bytes == b""
    assert cli("export", "--format", "csv").stdout_bytes.count(b"\r\n") == 4
    assert cli("export", "--registration", "no").exit_code == 1
    assert cli("export", "--format", "csv", "--attachments").exit_code == 1


def test_what_is_bad_is_reported_and_the_exit_code_says_so(cli, log, tmp_path):
    file, report = tmp_path / "some.jsonl", tmp_path / "report.jsonl"
    file.write_text("\n".join([json.dumps(identified()), "{", json.dumps(statement(id=log[0], actor={"mbox": "mailto:m@example.org"}))]))
    result = cli("import", file, "--report", report)
    assert result.exit_code == 1
    assert "1 new, 0 already there, 1 in conflict, 1 bad" in result.output
    assert "line 2: $ is not JSON" in result.output
    told = [json.loads(line) for line in report.read_text().splitlines()]
    assert [(t["line"], t["outcome"], t["file"]) for t in told] == [(2, "bad", str(file)), (3, "conflict", str(file))]


def test_a_failed_export_leaves_no_file_behind(app, cli, log, tmp_path, monkeypatch):
    from lrs.exchange import lines

    def break_off(_pages):
        yield b"{}"
        raise RuntimeError("away")

    monkeypatch.setattr(lines, "written", break_off)
    assert cli("export", "--out", tmp_path / "x.jsonl").exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_an_array_is_explained(cli, tmp_path):
    file = tmp_path / "array.json"
    file.write_text("[{}, {}]")
    assert "one statement on each line" in cli("import", file).output


def test_attachments_make_a_zip(cli, log):
    assert cli("export", "--attachments").stdout_bytes.startswith(b"PK\x03\x04")
    assert cli("export", "--related-agents", "--agent", '{"mbox":"mailto:ann@example.org"}').stdout_bytes.count(b"\n") == 3

"""A backup while statements come in; everything wiped; restored: what was acknowledged before it began is there (RELIABILITY 27)."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.counts import count, tell
from support.load import Load, everything, key_for
from support.server import ROOT, Server

SECONDS = count(3, 20)


def refusal(server, *arguments: str) -> str:
    """What a command that must fail says."""
    command = [sys.executable, "cli.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=server.environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stderr


def test_what_was_acknowledged_before_the_backup_survives_the_loss_of_everything(server, tmp_path):
    headers = key_for(server.start())
    server.cli("package", "import", str(ROOT / "sample_packages" / "built" / "welcome.zip"), "--publish")
    file = str(tmp_path / "backup.tar")
    with Load(server, headers) as load:
        time.sleep(SECONDS)
        before = [s["id"] for b in load.acknowledged for s in b]
        told = server.cli("backup", file)
        during = sum(map(len, load.acknowledged)) - len(before)
        time.sleep(0.5)
    assert "running" in refusal(server, "restore", file, "--replace")
    server.kill()
    folder = Path(server.environment["COLLOQUIUM_DATA_DIR"])
    shutil.rmtree(folder)
    folder.mkdir()
    if server.environment["COLLOQUIUM_DATABASE_URL"]:
        server.cluster.stop("immediate")
        shutil.rmtree(server.cluster.data)
        server.cluster.__enter__()
    assert server.cli("verify", file)["rows"] == told["rows"]
    restored = server.cli("restore", file)
    assert restored["rows"] == told["rows"]
    server.start()
    stored = {s["id"]: s for s in everything(server, headers)}
    assert set(before) <= set(stored), "what was acknowledged before the backup began is gone"
    for statements in load.sent:
        present = [s["id"] in stored for s in statements]
        assert all(present) or not any(present), "the backup holds half a batch"
    again = server.http.request("POST", f"{server.url}/xapi/statements", body=json.dumps(load.sent[0]), headers=headers)
    assert again.status == 200, "the restored installation takes in what its clients send again"
    assert told["files"] == restored["files"] > 0
    seconds = {"backup": f"{told['seconds']} s", "restore": f"{restored['seconds']} s"}
    tell(before=len(before), during=during, restored=len(stored), bytes=told["bytes"], **seconds)


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_an_installation_moves_from_sqlite_to_postgresql(server, tmp_path):
    """The recipe of docs/operating.md: the same data folder, another database."""
    here = dict(server.environment)
    small = Server(Path(here["COLLOQUIUM_DATA_DIR"]))
    headers = key_for(small.start())
    with Load(small, headers, clients=2) as load:
        time.sleep(1)
    small.cli("package", "import", str(ROOT / "sample_packages" / "built" / "welcome.zip"), "--publish")
    small.stop()
    small.cli("backup", str(tmp_path / "move.tar"))
    server.cli("restore", str(tmp_path / "move.tar"))
    server.start()
    load.server = server
    tell(**load.check())

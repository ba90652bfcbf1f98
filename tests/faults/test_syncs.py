"""Each acknowledged statement was synced to the disk before the answer (RELIABILITY 13, as far as it can be seen without a power cut).

strace counts the calls of the server's processes, or of PostgreSQL's, while one client sends one statement after another.
"""

import json
import re
import shutil
import subprocess
import time

import pytest
from support.counts import count, tell
from support.load import another_package, batch, key_for
from support.machine import unavailable

STATEMENTS = count(40, 500)


@pytest.fixture
def strace(tmp_path):
    """``strace(pids)`` counts the syncs of these processes and their children from then on."""
    if shutil.which("strace") is None:
        unavailable("strace is not installed (Debian: apt-get install strace)")
    running = []

    def attach(pids: list[int]):
        out = tmp_path / "calls"
        command = ["strace", "-f", "-qq", "-y", "-e", "trace=fsync,fdatasync,sync_file_range", "-o", str(out)]
        process = subprocess.Popen([*command, *(f"-p{pid}" for pid in pids)], stderr=subprocess.PIPE, text=True)
        running.append(process)
        time.sleep(1)
        if process.poll() is not None:
            unavailable(f"strace may not attach here: {process.stderr.read()}")
        return lambda: re.findall(r"\b(fsync|fdatasync)\((\d+<[^>]*>)", out.read_text())

    yield attach
    for process in running:
        process.terminate()
        process.wait(10)


def test_one_sync_at_least_for_each_acknowledged_statement(server, strace):
    server.environment["COLLOQUIUM_BACKGROUND"] = "0"
    headers = key_for(server.start())
    postgresql = bool(server.environment["COLLOQUIUM_DATABASE_URL"])
    syncs = strace(server.cluster.processes() if postgresql else server.workers())
    before = len(syncs())
    for _ in range(STATEMENTS):
        body = json.dumps(batch(1))
        answer = server.http.request("POST", f"{server.content_url}/xapi/statements", body=body, headers=headers)
        assert answer.status == 200
    time.sleep(0.5)
    found = syncs()[before:]
    log = [path for _call, path in found if ("pg_wal" in path if postgresql else path.endswith("-wal>"))]
    assert len(log) >= STATEMENTS, f"{len(log)} syncs of the log for {STATEMENTS} acknowledged statements"
    tell(statements=STATEMENTS, syncs_of_the_log=len(log), ratio=f"{len(log) / STATEMENTS:.2f}")


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_stored_file_and_its_folder_are_synced(server, strace):
    server.environment["COLLOQUIUM_BACKGROUND"] = "0"
    headers = key_for(server.start())
    syncs = strace(server.workers())
    fields = {"file": ("course.zip", another_package(), "application/zip")}
    del headers["Content-Type"]
    answer = server.http.request("POST", f"{server.url}/api/v1/packages", fields=fields, headers=headers)
    assert answer.status == 201, answer.data
    time.sleep(0.5)
    paths = [path for _call, path in syncs()]
    assert sum("/.incoming/" in path for path in paths) >= 2, "the original and the serving zip"
    assert sum(path.endswith("/files/packages>") for path in paths) >= 2, "and the folder that names each"
    tell(file_syncs=sum("/files/" in path for path in paths))

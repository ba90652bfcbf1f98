"""Uploads are imported once, whatever dies on the way: a worker at each stage, a whole machine of two, with a clock that is days wrong
(RELIABILITY 15 to 18 and 20)."""

import json
import signal
import subprocess
import sys
import time

import pytest
import urllib3
from support.counts import count, tell
from support.load import another_package, key_for
from support.server import ROOT, Server

FILES = count(12, 200)
# Short leases, and death at a stage of the import of the file that is named after it, once.
DEATH = """
import os, pathlib, signal
from datetime import timedelta
from scorm.packages import importing
from scorm.packages.queue import receiving, rules, service, work
rules.LEASE, rules.HEARTBEAT = timedelta(seconds=1.5), 0.3
folder = pathlib.Path({folder!r})
now = [""]

def die(stage, name):
    if name == stage + ".zip" and (folder / stage).exists():
        (folder / stage).unlink()
        os.kill(os.getpid(), signal.SIGKILL)

def at(owner, name, before="", after=""):
    real = getattr(owner, name)
    def call(*arguments, **named):
        if before:
            die(before, named.get("name", now[0]))
        answer = real(*arguments, **named)
        if after:
            die(after, now[0])
        return answer
    setattr(owner, name, call)

real_import = work._import
def known(job):
    now[0] = job.name
    return real_import(job)
work._import = known
at(service, "add", before="kept")
at(work, "import_package", before="claimed", after="committed")
at(importing.serving, "build", before="looked-through", after="built")
at(importing._Put, "__call__", after="stored")
at(service, "conclude", after="concluded")
"""
STAGES = {
    "sqlite": ("kept", "committed", "claimed", "looked-through", "built", "stored", "concluded"),
    "postgresql": ("kept", "committed", "stored", "concluded"),
}
# A machine whose clock is two days wrong, and which dies in the middle of its third import.
CLOCK = """
import datetime, os, signal
import core.clock, core.jobs
core.jobs.SETTLED = 0
real_now = core.clock.now
core.clock.now = lambda: real_now() + datetime.timedelta(days=2)
from scorm.packages import importing
from scorm.packages.queue import rules
rules.LEASE, rules.HEARTBEAT = datetime.timedelta(seconds=3), 0.5
real_build, left = importing.serving.build, [3]

def build(*arguments):
    left[0] -= 1
    if not left[0]:
        os.killpg(0, signal.SIGKILL)
    return real_build(*arguments)

importing.serving.build = build
"""
CHECK = """
import json, sys
from datetime import timedelta
from sqlalchemy import func, select
from app import create_app
from core.db import db
from core.storage import storage
from scorm.packages import sweep
from scorm.packages.models import PackageFile, PackageVersion
from scorm.packages.queue.models import Upload
app = create_app()
with app.app_context():
    orphans = sweep.sweep(older_than=timedelta(days=-3))
    needed, kept = sweep.storage_keys(), {key for key, _ in storage().keys("packages/")}
    whole = select(PackageFile.version_id, func.count()).group_by(PackageFile.version_id)
    sent = select(PackageVersion.original_name).where(PackageVersion.original_name.in_(select(Upload.name)))
    counts = {v.id: v.file_count for v in db.session.scalars(select(PackageVersion))}
    print(json.dumps({
        "versions": sorted(db.session.scalars(sent)), "half": counts != dict(db.session.execute(whole).all()), "orphans": len(orphans),
        "lost": sorted(needed - kept), "left": sorted(kept - needed),
        "uploads": {u.name: [u.state, u.attempts, u.item_uuid] for u in db.session.scalars(select(Upload))},
    }))
"""


def send(server, headers, name: str, data: bytes) -> int:
    """The status; 0 when the server died over it."""
    only = {key: value for key, value in headers.items() if key == "authorization"} | {"Content-Type": "application/zip"}
    try:
        return server.http.request("POST", f"{server.url}/api/v1/uploads?batch={BATCH}&name={name}", body=data, headers=only).status
    except urllib3.exceptions.HTTPError:
        return 0


BATCH = "3f0f9f43-5a5e-4d38-8d8f-0d8f0f3a9f10"


def unfinished(server, headers) -> int:
    try:
        states = [
            json.loads(server.http.request("GET", f"{server.url}/api/v1/uploads?batch={BATCH}&state={state}", headers=headers).data)[
                "total"
            ]
            for state in ("waiting", "working")
        ]
    except urllib3.exceptions.HTTPError:
        return -1
    return sum(states)


def wait_until_finished(server, headers, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while unfinished(server, headers):
        assert time.monotonic() < deadline, server.log.read_text()[-3000:]
        time.sleep(0.2)


def found(server) -> dict:
    """What the database and the storage hold, the sweep done as if a day had gone by."""
    done = subprocess.run(
        [sys.executable, "-c", CHECK], cwd=ROOT, env=server.environment | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_worker_that_dies_at_any_stage(server, tmp_path):
    stages = STAGES["postgresql" if server.environment["COLLOQUIUM_DATABASE_URL"] else "sqlite"]
    deadly = tmp_path / "deadly"
    (deadly / "stages").mkdir(parents=True)
    (deadly / "sitecustomize.py").write_text(DEATH.format(folder=str(deadly / "stages")))
    for stage in stages:
        (deadly / "stages" / stage).touch()
    server.environment |= {"PYTHONPATH": f"{deadly}:{ROOT}", "COLLOQUIUM_BACKGROUND": "no"}
    headers = key_for(server.start())
    files = {f"{stage}.zip": another_package() for stage in stages}
    for name, data in files.items():
        while send(server, headers, name, data) != 202:
            time.sleep(0.1)
    deaths = work_off(server, headers)
    assert not list((deadly / "stages").iterdir()), "each death came"
    after = found(server)
    assert {name: entry[0] for name, entry in after["uploads"].items()} == dict.fromkeys(files, "done")
    assert len({entry[2] for entry in after["uploads"].values()}) == len(stages), "an item each"
    assert after["versions"] == sorted(files), "and no other"
    once = {name for name, entry in after["uploads"].items() if entry[1] == 1}
    assert once == {"kept.zip", "committed.zip"}, "the one was sent again, the other was done when it died"
    assert (after["lost"], after["left"], after["half"]) == ([], [], False)
    tell(deaths=deaths, orphans_swept=after["orphans"], lost=0, doubled=0)


def work_off(server, headers) -> int:
    """Let a worker run, and another one whenever it has died; answers how many died."""
    command = [sys.executable, "cli.py", "worker"]
    deaths, worker, deadline = 0, None, time.monotonic() + 90
    while unfinished(server, headers):
        assert time.monotonic() < deadline
        if worker is None or worker.poll() is not None:
            assert worker is None or worker.returncode == -signal.SIGKILL, worker.communicate()
            deaths += worker is not None
            worker = subprocess.Popen(
                command, cwd=ROOT, env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
        time.sleep(0.1)
    worker.terminate()
    assert worker.wait(20) == 0, "told to stop, it ends well"
    return deaths


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_two_machines_on_one_queue_of_which_one_dies(server, tmp_path):
    shift = tmp_path / "shift"
    shift.mkdir()
    (shift / "sitecustomize.py").write_text(CLOCK)
    headers = key_for(server.start())
    with Server(tmp_path / "data", server.environment["COLLOQUIUM_DATABASE_URL"], PYTHONPATH=f"{shift}:{ROOT}") as other:
        other.start()
        files = {f"{n}.zip": another_package() for n in range(FILES)}
        for name, data in files.items():
            assert send(server, headers, name, data) == 202
        assert other.process.wait(60) == -signal.SIGKILL, "it took its part of the work"
        wait_until_finished(server, headers, seconds=15 + 5 + FILES)
        after = found(server)
    assert {entry[0] for entry in after["uploads"].values()} == {"done"}
    assert len({entry[2] for entry in after["uploads"].values()}) == FILES
    assert after["versions"] == sorted(files)
    assert sum(entry[1] > 1 for entry in after["uploads"].values()) == 1, "what it was at is taken up by the other"
    assert (after["lost"], after["left"], after["half"]) == ([], [], False)
    tell(files=FILES, taken_up_again=1, lost=0, doubled=0)

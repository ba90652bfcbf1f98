"""A PostgreSQL server of the tests' own: a fresh cluster in a temporary folder, gone afterwards.

Uses the server's programs where Debian puts them (or ``pg_config --bindir``); ``COLLOQUIUM_TEST_POSTGRES`` names a running server instead.
"""

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")


def find_programs() -> Path | None:
    """The folder with ``initdb`` and ``postgres``, newest version first."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True)
    if config := shutil.which("pg_config"):
        candidates.append(Path(subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()))
    return next((c for c in candidates if (c / "initdb").exists() and (c / "postgres").exists()), None)


class Cluster:
    """``with Cluster() as server: server.url("name")``. Durable like a default server unless ``fast``."""

    def __init__(self, *, fast: bool = True):
        self.fast = fast
        self.folder = Path(tempfile.mkdtemp(prefix="colloquium-pg-"))
        self.data = self.folder / "data"
        self.programs = find_programs()
        if self.programs is None:
            raise RuntimeError("PostgreSQL's programs are not installed (Debian: apt-get install postgresql)")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def __enter__(self) -> "Cluster":
        user = self._user()
        if user:
            shutil.chown(self.folder, user)
        self._run("initdb", "-D", self.data, "-U", "colloquium", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self.start()
        return self

    def __exit__(self, *_exception) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=120"
        if self.fast:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        self._run("pg_ctl", "-D", self.data, "-o", options, "-l", self.folder / "log", "-w", "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop", check=False)

    def processes(self) -> list[int]:
        """Every process of the server, the first of all first."""
        first = int((self.data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://colloquium@127.0.0.1:{self.port}/{database}"

    def _user(self) -> str | None:
        if os.geteuid() != 0:
            return None
        known = {entry.pw_name for entry in pwd.getpwall()}
        return next(u for u in UNPRIVILEGED if u in known)

    def _run(self, program: str, *arguments, check: bool = True) -> None:
        options = {"user": self._user(), "group": None, "cwd": self.folder, "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}}
        if options["user"]:
            options["group"] = pwd.getpwnam(options["user"]).pw_gid
            options["extra_groups"] = []
        done = subprocess.run(
            [self.programs / program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **options
        )
        if check and done.returncode:
            raise RuntimeError(f"{program} failed for {getpass.getuser()}: {done.stderr}")

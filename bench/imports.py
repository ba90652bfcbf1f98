"""Goal 16: a package of a gibibyte through the queue of a served installation: memory, and the bytes that come out again."""

import hashlib
import json
import random
import re
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import urllib3

from bench import Line, goal
from bench.lrs_places import ROOT  # noqa: F401 - makes the parts of the tests importable
from bench.packages import MANIFEST

from support.load import key_for  # isort: skip
from support.server import Server  # isort: skip

SIZE = 1 << 30
PIECE = 1 << 20
RANGE = (SIZE // 2 - 77, SIZE // 2 + 99_922)


def film() -> Iterator[bytes]:
    """A gibibyte that does not compress, the same every time."""
    noise = random.Random(16).randbytes(PIECE)
    for number in range(SIZE // PIECE):
        yield number.to_bytes(8, "big") + noise[8:]


def package(path: Path) -> str:
    """Write a package with the film in it, stored; answers the film's digest."""
    digest = hashlib.sha256()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("imsmanifest.xml", MANIFEST)
        archive.writestr("page.html", "<!doctype html><title>Film</title><video src='film.mp4'></video>")
        with archive.open(zipfile.ZipInfo("film.mp4"), "w", force_zip64=True) as entry:
            for piece in film():
                digest.update(piece)
                entry.write(piece)
    return digest.hexdigest()


@contextmanager
def peak(server: Server, figures: dict[str, float]) -> Iterator[Callable[[str], None]]:
    """``told(name)`` writes down by how many MiB the serving process grew at most since the one before."""
    worker = Path(f"/proc/{server.workers()[0]}")

    def status(name: str) -> int:
        return next(int(line.split()[1]) for line in (worker / "status").read_text().splitlines() if line.startswith(name))

    def begin() -> int:
        (worker / "clear_refs").write_text("5")
        return status("VmRSS")

    start = [begin()]

    def told(name: str) -> None:
        figures[name] = (status("VmHWM") - start[0]) / 1024
        start[0] = begin()

    yield told


def send(server: Server, headers: dict, path: Path) -> str:
    """Hand the file in as a client would; answers the address of the upload."""
    only = {"authorization": headers["authorization"], "Content-Type": "application/zip", "Content-Length": str(path.stat().st_size)}
    with path.open("rb") as body:
        answer = server.http.request("POST", f"{server.url}/api/v1/uploads?publish=1", body=body, headers=only, timeout=600)
    assert answer.status == 202, answer.data
    return server.url + answer.headers["Location"]


def imported(server: Server, headers: dict, address: str) -> str:
    """Wait; answers the item."""
    while (told := json.loads(server.http.request("GET", address, headers=headers).data))["state"] in ("waiting", "working"):
        time.sleep(0.2)
    assert told["state"] == "done", told
    return told["item"]["uuid"]


def content(server: Server, headers: dict, item: str) -> str:
    """The address of the film for a learner who has launched the item."""
    server.cli(
        "user", "create", "--email", "l@example.org", "--name", "L", "--role", "learner", "--password-stdin", stdin="a long passphrase"
    )
    address = f"{server.url}/api/v1/items/{item}/launches"
    opened = json.loads(server.http.request("POST", address, body='{"email": "l@example.org"}', headers=headers).data)
    page = server.http.request("GET", opened["url"]).data.decode()
    return server.content_url + re.search(r'"(/c/[^"/]+/)', page).group(1) + "film.mp4"


@goal(16, "a package of 1 GiB, sent, imported and played (MiB by which the server grows)", "at most 150")
def gibibyte() -> list[Line]:
    figures: dict[str, float] = {}
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="colloquium-bench-") as folder:
        path, data = Path(folder) / "film.zip", Path(folder) / "data"
        data.mkdir()
        digest = package(path)
        most = str(SIZE + (64 << 20))
        with Server(data, COLLOQUIUM_MAX_UPLOAD_BYTES=most, COLLOQUIUM_MAX_FILE_BYTES=most) as server:
            headers = key_for(server.start())
            imported(server, headers, send(server, headers, _small(Path(folder))))  # what is loaded on first use
            with peak(server, figures) as told:
                started = time.monotonic()
                address = send(server, headers, path)
                seconds["sent"] = time.monotonic() - started
                told("sent")
                item = imported(server, headers, address)
                seconds["imported"] = time.monotonic() - started - seconds["sent"]
                told("imported")
                started = time.monotonic()
                got = _read(server, content(server, headers, item), digest)
                seconds["played"] = time.monotonic() - started
                told("played")
    notes = {"sent": "", "imported": "", "played": f"digest equal, {got} bytes by a range"}
    return [
        Line(f"MiB more while it is {name}", grown, grown, grown, grown <= 150, f"{seconds[name]:.1f} s {notes[name]}".strip())
        for name, grown in figures.items()
    ]


def _small(folder: Path) -> Path:
    path = folder / "small.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("imsmanifest.xml", MANIFEST)
        archive.writestr("page.html", "<!doctype html>")
    return path


def _read(server: Server, address: str, digest: str) -> int:
    """Read all of the film, and a range of it; answers how many bytes the range had."""
    found = hashlib.sha256()
    answer = server.http.request("GET", address, preload_content=False, timeout=urllib3.Timeout(600))
    for piece in answer.stream(PIECE):
        found.update(piece)
    assert found.hexdigest() == digest
    part = server.http.request("GET", address, headers={"Range": f"bytes={RANGE[0]}-{RANGE[1] - 1}"})
    assert part.status == 206
    assert len(part.data) == RANGE[1] - RANGE[0]
    return len(part.data)

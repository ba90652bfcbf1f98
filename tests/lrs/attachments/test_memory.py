"""A real server takes and gives large attachments in constant memory, and forgets what breaks off (goal: 64 MB at 1 GiB)."""

import base64
import hashlib
import http.client
import json
import os
import socket
import threading
import time
from pathlib import Path

import pytest
from parcels import BOUNDARY, attachment
from samples import identified

from tests.support.server import Server

SIZE = int(os.environ.get("COLLOQUIUM_TEST_ATTACHMENT_MIB", "200")) << 20
MOST_GROWTH = 64 << 20
PIECE = os.urandom(1 << 20)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("attachments") / "data", COLLOQUIUM_MAX_ATTACHMENT_BYTES=str(4 << 30)).start() as running:
        made = running.cli("key", "create", "--name", "large", "--scope", "all")
        running.auth = base64.b64encode(f"{made['key']}:{made['secret']}".encode()).decode()
        yield running


class Memory:
    """The most memory that the server's processes held together while the block lasted, beyond what they held before."""

    def __init__(self, server: Server):
        self._pid, self._stop = server.process.pid, threading.Event()

    def _now(self) -> int:
        found, wanted = 0, [self._pid]
        while wanted:
            pid = wanted.pop()
            try:
                wanted += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            found += int(status.split("VmRSS:")[1].split()[0]) * 1024 if "VmRSS:" in status else 0
        return found

    def _watch(self) -> None:
        while not self._stop.wait(0.02):
            self._peak = max(self._peak, self._now())

    def __enter__(self) -> "Memory":
        self._before = self._peak = self._now()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_exception) -> None:
        self._stop.set()
        self._thread.join()
        self.growth = self._peak - self._before


def connection(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("localhost", server.port, timeout=300)


def headers(server: Server, **more: str) -> dict:
    return {"Authorization": f"Basic {server.auth}", "X-Experience-API-Version": "1.0.3", **more}


def large(pieces: int) -> tuple[dict, bytes, bytes]:
    """A statement with so many pieces of data; the bytes before and behind them in its parcel."""
    digest = hashlib.sha256()
    for _ in range(pieces):
        digest.update(PIECE)
    entry = attachment(b"", length=pieces * len(PIECE), sha2=digest.hexdigest())
    one = identified(attachments=[entry])
    head = f"--{BOUNDARY}\r\nContent-Type: application/json\r\n\r\n{json.dumps(one)}\r\n--{BOUNDARY}\r\n"
    head += f"Content-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {entry['sha2']}\r\n\r\n"
    return one, head.encode(), f"\r\n--{BOUNDARY}--\r\n".encode()


def post(server: Server, pieces: int, *, chunked: bool = False) -> dict:
    """Send a large statement; with ``chunked`` without saying how large."""
    one, head, end = large(pieces)
    kind = {"Content-Type": f'multipart/mixed; boundary="{BOUNDARY}"'}
    size = {} if chunked else {"Content-Length": str(len(head) + pieces * len(PIECE) + len(end))}
    line = connection(server)
    body = iter([head, *[PIECE] * pieces, end])
    line.request("POST", "/xapi/statements", body=body, headers=headers(server, **kind, **size), encode_chunked=chunked)
    answer = line.getresponse()
    assert answer.status == 200, answer.read()
    return one


def stored(server: Server) -> list[Path]:
    folder = Path(server.environment["COLLOQUIUM_DATA_DIR"]) / "files"
    return [p for p in folder.rglob("*") if p.is_file() and ("attachments" in p.parts or ".incoming" in p.parts)]


def test_a_large_attachment_costs_little_memory_both_ways(server):
    pieces = SIZE // len(PIECE)
    post(server, 1)
    with Memory(server) as up:
        one = post(server, pieces)
    assert up.growth < MOST_GROWTH
    digest, size = hashlib.sha256(), 0
    line = connection(server)
    with Memory(server) as down:
        line.request("GET", f"/xapi/statements?attachments=true&statementId={one['id']}", headers=headers(server))
        answer = line.getresponse()
        while (at := answer.readline()) != f"X-Experience-API-Hash: {one['attachments'][0]['sha2']}\r\n".encode():
            assert at
        assert answer.readline() == b"\r\n"
        while size < SIZE:
            chunk = answer.read(min(1 << 20, SIZE - size))
            assert chunk
            digest.update(chunk)
            size += len(chunk)
        assert answer.read().startswith(b"\r\n--")
    print(f"{SIZE >> 20} MiB: up +{up.growth >> 20} MiB, down +{down.growth >> 20} MiB")
    assert digest.hexdigest() == one["attachments"][0]["sha2"]
    assert down.growth < MOST_GROWTH


def test_a_slow_reader_costs_little_memory(server):
    one = post(server, 100)
    with Memory(server) as slow, socket.create_connection(("localhost", server.port)) as line:
        lines = [f"GET /xapi/statements?attachments=true&statementId={one['id']} HTTP/1.1", f"Host: localhost:{server.port}"]
        lines += [f"{name}: {value}" for name, value in headers(server).items()]
        line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
        line.recv(1000)
        time.sleep(3)
    assert slow.growth < MOST_GROWTH


def test_without_a_length_said_before(server):
    post(server, 3, chunked=True)


def test_a_client_that_goes_away_leaves_nothing(server):
    before = sorted(stored(server))
    _, head, end = large(8)
    with socket.create_connection(("localhost", server.port)) as line:
        lines = ["POST /xapi/statements HTTP/1.1", f"Host: localhost:{server.port}", f"Content-Length: {len(head) + (8 << 20) + len(end)}"]
        lines += [f"{name}: {value}" for name, value in headers(server).items()]
        lines += [f'Content-Type: multipart/mixed; boundary="{BOUNDARY}"']
        line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + head + PIECE * 4)
        deadline = time.monotonic() + 20
        while sorted(stored(server)) == before:
            assert time.monotonic() < deadline, "the data did not begin to arrive"
            time.sleep(0.05)
    deadline = time.monotonic() + 20
    while sorted(stored(server)) != before:
        assert time.monotonic() < deadline, stored(server)
        time.sleep(0.05)

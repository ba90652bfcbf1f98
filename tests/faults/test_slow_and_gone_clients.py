"""Clients that send a byte a second, or hang up midway: the others are served, and nothing of theirs stays (RELIABILITY 22, 24)."""

import json
import socket
import statistics
import time
from contextlib import ExitStack
from pathlib import Path

from support.counts import count, tell
from support.load import Load, batch, everything, key_for

SLOW = 200
CUTS = count(200, 1_000)


def connect(server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def head(server, headers: dict, length: int) -> bytes:
    headers = {"Host": f"127.0.0.1:{server.port}", "Content-Length": length} | headers
    lines = ["POST /xapi/statements HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def latencies(server, number: int = 40) -> list[float]:
    found = []
    for _ in range(number):
        begun = time.monotonic()
        assert server.http.request("GET", f"{server.content_url}/readyz").status == 200
        found.append(time.monotonic() - begun)
    return found


def test_two_hundred_slow_clients_hold_nobody_up(server):
    headers = key_for(server.start())
    usual = statistics.median(latencies(server))
    with ExitStack() as stack:
        # A hundred that never end their headers, a hundred that never end their bodies.
        slow = [(stack.enter_context(connect(server)), kind) for kind in ("headers", "body") for _ in range(SLOW // 2)]
        begin = {"headers": b"POST /xapi/statements HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", "body": head(server, headers, 5_000)}
        for sock, kind in slow:
            sock.sendall(begin[kind])
        with Load(server, headers, clients=2, largest=5) as load:
            for _ in range(3):
                for sock, _kind in slow:
                    sock.sendall(b"a")
                meanwhile = statistics.median(latencies(server, 10))
                time.sleep(0.7)
        assert load.acknowledged, "others are served"
    figures = load.check()
    tell(**figures, slow=SLOW, usual=f"{usual * 1000:.0f} ms", meanwhile=f"{meanwhile * 1000:.0f} ms")


def test_who_hangs_up_in_the_middle_leaves_nothing(server):
    headers = key_for(server.start())
    body = json.dumps(batch(20)).encode()
    connect(server).close()
    latencies(server)
    before = open_files(server)
    for number in range(CUTS):
        with connect(server) as sock:
            sock.sendall(head(server, headers, len(body)) + body[: 1 + number * (len(body) - 2) // CUTS])
    assert set(latencies(server)) != set()
    kept = [s for s in everything(server, headers) if s["actor"].get("account", {}).get("homePage") == "https://hr.example.org"]
    assert kept == [], "of a batch that never arrived whole nothing is stored"
    deadline = time.monotonic() + 10
    while open_files(server) > before + 20 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert open_files(server) <= before + 20, "connections are closed"
    assert list((Path(server.environment["COLLOQUIUM_DATA_DIR"]) / "files" / ".incoming").glob("*")) == []
    tell(cut=CUTS, rows=0, files_open=f"{before} → {open_files(server)}")


def open_files(server) -> int:
    return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in server.workers())

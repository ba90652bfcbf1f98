"""PostgreSQL goes away, comes back, or hangs: people hear "try again", nothing acknowledged is lost, nothing is restarted by hand
(RELIABILITY 9, 10)."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.counts import count, tell
from support.load import Load, key_for

RESTARTS = count(2, 3)
HANG = count(12, 30)


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_after_a_restart_of_the_database_requests_work_again(server):
    server.start()
    server.cluster.stop("immediate")
    away = {server.http.request("GET", f"{server.url}/readyz").status for _ in range(12)}
    assert away == {503}
    assert server.http.request("GET", f"{server.url}/healthz").status == 200
    server.cluster.start()
    deadline, answers = time.monotonic() + 5, []
    while time.monotonic() < deadline and answers[-3:] != [200, 200, 200]:
        answers.append(server.http.request("GET", f"{server.url}/readyz").status)
    assert answers[-3:] == [200, 200, 200], answers
    assert set(answers) <= {200, 503}


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_restarts_under_load_lose_nothing(server):
    headers = key_for(server.start())
    with Load(server, headers, largest=20, pause=0.02) as load:
        for _ in range(RESTARTS):
            time.sleep(1)
            server.cluster.stop("immediate")
            time.sleep(0.5)
            server.cluster.start()
        before = len(load.acknowledged)
        time.sleep(3)
        after = len(load.acknowledged)
    assert after > before, "the server takes statements in again"
    tell(**load.check(busy=(503,)), restarts=RESTARTS)


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_a_database_that_hangs_is_reported_and_survived(server):
    headers = key_for(server.start())
    with Load(server, headers, clients=2, largest=5, pause=0.05) as load:
        time.sleep(1)
        processes = server.cluster.processes()
        for pid in processes:
            os.kill(pid, signal.SIGSTOP)
        begun = time.monotonic()
        try:
            with ThreadPoolExecutor(12) as pool:
                answers = [pool.submit(timed, server, path, begun) for path in ["/readyz"] * 8 + ["/healthz"] * 4]
                time.sleep(HANG)
                found = [a.result() for a in answers]
        finally:
            for pid in processes:
                os.kill(pid, signal.SIGCONT)
        before = len(load.acknowledged)
        time.sleep(3)
        after = len(load.acknowledged)
    slowest = max(seconds for _path, _status, seconds in found)
    assert {status for path, status, _s in found if path == "/readyz"} == {503}, found
    assert {status for path, status, _s in found if path == "/healthz"} == {200}, found
    assert after > before, "the server takes statements in again"
    tell(**load.check(busy=(503,)), hang=f"{HANG} s", slowest_answer=f"{slowest:.1f} s")


def timed(server, path: str, begun: float) -> tuple[str, int, float]:
    status = server.http.request("GET", f"{server.url}{path}", timeout=HANG + 20.0).status
    return path, status, time.monotonic() - begun

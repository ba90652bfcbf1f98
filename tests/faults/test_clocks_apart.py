"""Two servers on one database whose clocks are two days apart: nothing is lost, ``stored`` never goes back, one of them does the
background work and the other takes it over (RELIABILITY 20)."""

import time

import psycopg
import pytest
from support.counts import count, tell
from support.load import Load, everything, key_for
from support.server import ROOT, Server

SECONDS = count(2, 15)
SHIFT = """
import datetime
import core.clock
real = core.clock.now
core.clock.now = lambda: real() + datetime.timedelta(days={days})
"""


@pytest.mark.parametrize("days", [2, -2])
@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_a_server_whose_clock_is_wrong(server, tmp_path, days):
    shift = tmp_path / "shift"
    shift.mkdir()
    (shift / "sitecustomize.py").write_text(SHIFT.format(days=days))
    headers = key_for(server.start())
    shifted = {"PYTHONPATH": f"{shift}:{ROOT}"}
    with Server(tmp_path / "data", server.environment["COLLOQUIUM_DATABASE_URL"], **shifted) as wrong:
        wrong.start()
        with Load(server, headers, clients=2, largest=5) as right_load, Load(wrong, headers, clients=2, largest=5) as wrong_load:
            time.sleep(SECONDS)
        stored = {s["id"]: s for s in everything(server, headers)}
        figures = [load.check(stored=stored)["acknowledged"] for load in (right_load, wrong_load)]
        assert all(figures), "both were taken in"
        holders = {holder(server) for _ in range(4) if not time.sleep(1)}
        assert len(holders) == 1, "they do not take the work from each other"
    # Whoever held the lease has ended: another takes over within its length.
    server.kill()
    server.start()
    deadline = time.monotonic() + 30
    while holder(server) in holders and time.monotonic() < deadline:
        time.sleep(0.5)
    assert holder(server) not in holders, "the work is taken over"
    tell(days=days, acknowledged=sum(figures), stored=len(stored), lost=0)


def holder(server) -> str:
    with psycopg.connect(server.environment["COLLOQUIUM_DATABASE_URL"].replace("+psycopg", "")) as connection:
        return connection.execute("SELECT holder FROM lease WHERE name = 'tickers'").fetchone()[0]

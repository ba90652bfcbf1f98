"""kill -9 while statements come in: what was acknowledged is there once and unchanged, a batch is whole or absent (RELIABILITY 1, 2)."""

import random
import sqlite3
import time

from support.counts import count, tell
from support.load import Load, key_for

KILLS = count(5, 20)


def test_nothing_acknowledged_is_lost_and_no_batch_is_half_there(server):
    headers = key_for(server.start())
    slowest = 0.0
    with Load(server, headers) as load:
        for round_ in range(KILLS):
            time.sleep(random.uniform(0.4, 1.2))
            begun = time.monotonic()
            if round_ % 2:
                server.kill_worker()
                server.wait_until_ready()
            else:
                server.kill()
                server.start()
            slowest = max(slowest, time.monotonic() - begun)
        time.sleep(0.5)
    assert len(load.acknowledged) >= KILLS, "the load must really have been served"
    figures = load.check(busy=(503,))
    server.stop()
    if not server.environment["COLLOQUIUM_DATABASE_URL"]:
        with sqlite3.connect(f"{server.environment['COLLOQUIUM_DATA_DIR']}/colloquium.db") as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    tell(**figures, kills=KILLS, slowest_return=f"{slowest:.1f} s")

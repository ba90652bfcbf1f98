"""Several processes write to one SQLite file at once: nobody hears that it is locked (RELIABILITY 11).

The server takes statements in while commands, each a process of its own, change people and keys.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.counts import count, tell
from support.load import Load, key_for

PROCESSES = 4
COMMANDS = count(2, 25)  # of each process


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_no_writer_is_ever_told_that_the_database_is_locked(server):
    headers = key_for(server.start())

    def commands(number: int) -> int:
        for turn in range(COMMANDS):
            server.cli("key", "create", "--name", f"storm {number}.{turn}", "--scope", "statements/read")
        return COMMANDS

    with Load(server, headers, clients=3, largest=5, pause=0.03) as load, ThreadPoolExecutor(PROCESSES) as pool:
        done = sum(pool.map(commands, range(PROCESSES)))
        time.sleep(0.2)
    assert load.refused == [], load.refused[:3]
    assert len([k for k in server.cli("key", "list") if k["name"].startswith("storm")]) == done
    log = server.log.read_text()
    assert "database is locked" not in log
    tell(**load.check(busy=()), commands=done, locked=0)

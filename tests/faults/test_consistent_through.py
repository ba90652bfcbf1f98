"""A reader that follows X-Experience-API-Consistent-Through misses nothing while writers keep transactions open (RELIABILITY 7)."""

import json
import random
import threading
import time
from datetime import datetime

import orjson
from sqlalchemy import event
from support.counts import count, tell
from support.load import batch, key_for

from app import create_app
from core.clock import now
from core.db import db, write
from core.settings import from_env
from lrs.statements.service import store

WRITERS = 8
STATEMENTS = count(4_000, 50_000)
OPEN = count(100, 2_000)  # longest time that a transaction stays open before its commit, in ms
SOME = 40
AUTHORITY = {"account": {"homePage": "https://x.example", "name": "writer"}}


class Writer(threading.Thread):
    """Stores batches through the product's own way in, and lets each transaction stand for a while when it is about to commit."""

    def __init__(self, app, rounds: int):
        super().__init__(daemon=True)
        self.app, self.rounds, self.ids = app, rounds, []

    def run(self) -> None:
        for _ in range(self.rounds):
            statements = batch(SOME)
            with self.app.app_context(), write():
                store([orjson.dumps(s) for s in statements], authority=AUTHORITY, version="1.0.3")
            self.ids += [s["id"] for s in statements]


def test_nothing_is_missed_by_a_reader_of_the_header(server):
    headers = key_for(server.start())
    environment = {k: v for k, v in server.environment.items() if k.startswith("COLLOQUIUM_")}
    app = create_app(from_env(environment, background=False))
    with app.app_context():
        session = db.session()
    longest = OPEN / 1000 / (WRITERS if not environment["COLLOQUIUM_DATABASE_URL"] else 4)  # whoever appends holds the log: they queue

    def linger(_session):
        if random.random() < 0.5:
            time.sleep(random.uniform(0, longest))

    event.listen(session.__class__, "before_commit", linger)
    writers = [Writer(app, STATEMENTS // SOME // WRITERS) for _ in range(WRITERS)]
    try:
        for writer in writers:
            writer.start()
        seen, since, polls, behind = [], "", 0, 0.0
        while True:
            over = not any(w.is_alive() for w in writers)
            found, through = poll(server, headers, since)
            seen += found
            polls += 1
            if since:
                behind = max(behind, (now() - datetime.fromisoformat(since)).total_seconds())
            if over and not found:
                break
            since = through
    finally:
        event.remove(session.__class__, "before_commit", linger)
        with app.app_context():
            db.engine.dispose()
    assert len(seen) == len(set(seen)), "a statement was seen twice"
    missed = {i for w in writers for i in w.ids} - set(seen)
    assert not missed, f"{len(missed)} of {len(seen)} statements were missed"
    idle = poll(server, headers, since)[1]
    assert (now() - datetime.fromisoformat(idle)).total_seconds() < 5, "an idle log is up to date"
    tell(seen=len(seen), missed=0, polls=polls, writers=WRITERS, furthest_behind=f"{behind:.2f} s")


def poll(server, headers, since: str) -> tuple[list[str], str]:
    """What was stored after ``since`` and up to the moment that the answer promises, and that moment."""
    path = "/xapi/statements?limit=100&ascending=true" + (f"&since={since}" if since else "")
    found, through = [], None
    while path:
        answer = server.http.request("GET", server.content_url + path, headers=headers)
        assert answer.status == 200, answer.data
        through = through or answer.headers["X-Experience-API-Consistent-Through"]
        page = json.loads(answer.data)
        promised = [s for s in page["statements"] if datetime.fromisoformat(s["stored"]) <= datetime.fromisoformat(through)]
        found += [s["id"] for s in promised]
        path = page.get("more") if len(promised) == len(page["statements"]) else None
    return found, through

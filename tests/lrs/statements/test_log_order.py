"""The order of the log under concurrent writers: a reader that follows ``seq`` misses nothing and sees nothing twice (ADR 0003)."""

import queue
import threading
import time
from itertools import permutations

import orjson
import pytest
from samples import activity, agent, identified, statement
from sqlalchemy import text

from core.db import db, write
from lrs.statements import consistency, entries
from lrs.statements.append import append
from lrs.statements.formats import instant
from lrs.statements.prepare import prepare
from lrs.statements.service import store

AUTHORITY = agent("authority")
PATIENCE = 20.0


def ready(name: str) -> list:
    return prepare([orjson.dumps(identified(object=activity(name)))], authority=AUTHORITY, version="1.0.3", trust="self")


class Writer(threading.Thread):
    """A writer with a connection of its own that is led step by step: append, then commit."""

    def __init__(self, app, name: str):
        super().__init__(daemon=True)
        self.app, self.label = app, name
        self.go = {"append": threading.Event(), "commit": threading.Event()}
        self.done = {"append": threading.Event(), "commit": threading.Event()}
        self.pid: int | None = None
        self.started = threading.Event()
        self.start()
        assert self.started.wait(PATIENCE)

    def run(self) -> None:
        with self.app.app_context():
            with write() as session:
                self.pid = session.execute(text("SELECT pg_backend_pid()")).scalar()
                self.started.set()
                self.go["append"].wait(PATIENCE)
                append(session, ready(self.label))
                self.done["append"].set()
                self.go["commit"].wait(PATIENCE)
            self.done["commit"].set()
            db.session.remove()


class Follower:
    """Reads on from the last seq it has seen, as projections and consumers do."""

    def __init__(self):
        self.position, self.seen = 0, []

    def read(self) -> None:
        db.session.rollback()
        reading = entries.after(self.position, limit=100)
        self.seen += [e.statement["object"]["id"].rsplit("/", 1)[1] for e in reading.entries]
        self.position = reading.end


def settle(writers: list[Writer]) -> None:
    """Wait until every step that was asked for is done or waits for a lock."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        busy = [w for w in writers if any(w.go[s].is_set() and not w.done[s].is_set() for s in ("append", "commit"))]
        db.session.rollback()
        waiting = set(db.session.scalars(text("SELECT pid FROM pg_locks WHERE NOT granted")))
        if all(w.pid in waiting for w in busy):
            return
        time.sleep(0.002)
    raise AssertionError("writers neither finished nor waited")


@pytest.fixture
def postgres(request):
    """The application on an empty PostgreSQL: only there can a lower seq commit after a higher one."""
    app = request.getfixturevalue("_postgres_app")
    with app.app_context(), write() as session:
        for table in ("lrs_statement", "lrs_statement_agent", "lrs_statement_activity", "lrs_reference"):
            session.execute(text(f"TRUNCATE {table}"))
    return app


STEPS = [(w, s) for w in "ABC" for s in ("append", "commit")]
ORDERS = [order for order in permutations(STEPS) if all(order.index((w, "append")) < order.index((w, "commit")) for w in "ABC")]


def test_nothing_is_missed_or_doubled_in_any_order_of_three_writers(postgres):
    with postgres.app_context():
        follower = Follower()
        for number, order in enumerate(ORDERS):
            names = {letter: f"{number}{letter}" for letter in "ABC"}
            writers = {letter: Writer(postgres, name) for letter, name in names.items()}
            for letter, step in order:
                writers[letter].go[step].set()
                settle(list(writers.values()))
                follower.read()
            for writer in writers.values():
                writer.join(PATIENCE)
                assert not writer.is_alive()
            follower.read()
            assert sorted(follower.seen[-3:]) == sorted(names.values()), f"order {order}: {follower.seen[-6:]}"
        assert len(follower.seen) == len(set(follower.seen)) == 3 * len(ORDERS) == 270


def test_followers_of_a_storm_see_everything_once(app):
    """Eight writers at once; one reader follows seq, another follows Consistent-Through as clients do."""
    wanted, errors, over = 8 * 25, queue.Queue(), threading.Event()

    def write_some(label: int) -> None:
        with app.app_context():
            try:
                for number in range(25):
                    with write():
                        store([orjson.dumps(statement(object=activity(f"{label}-{number}")))], authority=AUTHORITY, version="1.0.3")
            except Exception as error:
                errors.put(error)
            db.session.remove()

    by_header: list[str] = []

    def follow_header() -> None:
        since = 0
        while True:
            last_round = over.is_set()
            with app.app_context():
                through = instant(consistency.through())
                found = entries.after(since, limit=10_000).entries
                by_header.extend(e.statement["object"]["id"] for e in found if e.seq <= through)
                since = max(since, through)
                db.session.remove()
            if last_round:
                return

    threads = [threading.Thread(target=write_some, args=(n,)) for n in range(8)]
    reader = threading.Thread(target=follow_header)
    for thread in [*threads, reader]:
        thread.start()
    with app.app_context():
        follower = Follower()
        while any(t.is_alive() for t in threads):
            follower.read()
        follower.read()
    over.set()
    reader.join(PATIENCE)
    assert errors.empty(), errors.get()
    assert len(follower.seen) == len(set(follower.seen)) == wanted
    assert len(by_header) == len(set(by_header)) == wanted


def test_consistent_through_waits_for_an_open_writer(postgres):
    with postgres.app_context():
        with write():
            store([orjson.dumps(statement())], authority=AUTHORITY, version="1.0.3")
        last = entries.last_seq()
        assert instant(consistency.through()) > last
        writer = Writer(postgres, "open")
        writer.go["append"].set()
        assert writer.done["append"].wait(PATIENCE)
        assert instant(consistency.through()) == last
        writer.go["commit"].set()
        writer.join(PATIENCE)
        db.session.rollback()
        assert instant(consistency.through()) > entries.last_seq() > last


def test_writers_of_the_same_new_terms_do_not_deadlock(app):
    """The same new people and activities in opposite order, from many writers at once (PERFORMANCE.md 13)."""
    errors = queue.Queue()

    def write_batch(turn: int) -> None:
        with app.app_context():
            names = [f"n{n}" for n in range(40)][:: 1 if turn % 2 else -1]
            try:
                for round_ in range(3):
                    batch = [orjson.dumps(statement(actor=agent(f"{round_}{n}"), object=activity(f"{round_}{n}"))) for n in names]
                    with write():
                        store(batch, authority=AUTHORITY, version="1.0.3")
            except Exception as error:
                errors.put(error)
            db.session.remove()

    threads = [threading.Thread(target=write_batch, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors.empty(), errors.get()
    with app.app_context():
        assert len(entries.after(0, limit=10_000).entries) == 6 * 3 * 40


@pytest.mark.parametrize("copies", [12])
def test_the_same_statement_from_many_writers_is_kept_once(app, copies):
    one = orjson.dumps(identified())
    errors = queue.Queue()

    def write_it() -> None:
        with app.app_context():
            try:
                with write():
                    store([one], authority=AUTHORITY, version="1.0.3")
            except Exception as error:
                errors.put(error)
            db.session.remove()

    threads = [threading.Thread(target=write_it) for _ in range(copies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors.empty(), errors.get()
    with app.app_context():
        assert len(entries.after(0, limit=10).entries) == 1

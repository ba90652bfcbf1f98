"""Goals 1, 2, 3 and 7: taking statements in, against writing the same bytes into one column of one table."""

import statistics
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from itertools import islice
from typing import NamedTuple

from flask import Flask

from bench import Line, goal, in_turns, rate, ratio
from bench.lrs_corpus import Corpus
from bench.lrs_places import AUTHORITY, basic, key_of, place, raw_copy, raw_insert, served
from core.db import db, write
from lrs.statements.prepare import new_id, prepare
from lrs.statements.service import enqueue, store

SIZE, BATCHES, SINGLES = 50, 24, 60
HEADERS = {"Content-Type": "application/json", "X-Experience-API-Version": "1.0.3"}


class Refused(RuntimeError):
    """Requests failed."""


class Address(NamedTuple):
    """Where a record store is, and the header that signs in."""

    host: str
    port: int
    path: str
    authorization: str


def send(
    where: Address,
    bodies: list[bytes | None],
    clients: int,
    *,
    query: str = "",
    times: list[float] | None = None,
    failures: list[int] | None = None,
) -> None:
    """POST bodies (or GET, for None) from several clients at once, each over one connection; ``failures`` collects status codes."""
    headers, waiting, refused = HEADERS | {"Authorization": where.authorization}, iter(bodies), [] if failures is None else failures
    lock = threading.Lock()
    path = f"{where.path}/statements" + (f"?{query}" if query else "")

    def client() -> None:
        connection = HTTPConnection(where.host, where.port, timeout=120)
        while True:
            with lock:
                mine = list(islice(waiting, 1))
            if not mine:
                return
            start = time.perf_counter()
            connection.request("GET" if mine[0] is None else "POST", path, body=mine[0], headers=headers)
            answer = connection.getresponse()
            answer.read()
            if times is not None:
                times.append(time.perf_counter() - start)
            if answer.status != 200:
                refused.append(answer.status)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if refused and failures is None:
        raise Refused(f"{len(refused)} requests failed, first with {refused[0]}")


def post(port: int, key, bodies: list[bytes], clients: int, times: list[float] | None = None) -> None:
    """Send bodies to the product."""
    send(Address("localhost", port, "/xapi", basic(key)), bodies, clients, times=times)


def _over_http(database: str, raw: Callable, port: int, at_least: float) -> list[Line]:
    corpus = Corpus(port)
    with place(database) as (app, folder, url), served(folder, url, port):
        key = key_of(app)
        post(port, key, corpus.bodies(20, 500), 2)

        def http(clients: int) -> Callable[[], float]:
            return lambda: (lambda bodies: rate(BATCHES * SIZE, lambda: post(port, key, bodies, clients)))(corpus.bodies(BATCHES, SIZE))

        def reference() -> float:
            batches = [corpus.batch(SIZE) for _ in range(BATCHES)]
            return rate(BATCHES * SIZE, lambda: raw(url or folder, batches))

        figures = in_turns({"HTTP, 1 client": http(1), "HTTP, 4 clients": http(4), "raw": reference})
        lines = [ratio(figures, "HTTP, 4 clients", "raw", at_least=at_least), ratio(figures, "HTTP, 1 client", "raw")]
        if database == "sqlite":
            lines.append(_spread(port, key, corpus))
        return lines


def _spread(port: int, key, corpus: Corpus) -> Line:
    """p99 over p50 of single statements from 16 clients."""
    rounds = []
    for _ in range(3):
        times: list[float] = []
        post(port, key, corpus.bodies(480, 1), 16, times)
        times.sort()
        rounds.append(times[int(len(times) * 0.99)] / statistics.median(times))
    rounds.sort()
    return Line("single statements, 16 clients: p99 / p50", rounds[1], rounds[0], rounds[2], rounds[1] <= 3)


@goal(1, "ingest over HTTP on PostgreSQL, batches of 50", "at least 0.40 of raw COPY")
def http_postgresql() -> list[Line]:
    return _over_http("postgresql", raw_copy, 18_431, 0.40)


@goal(3, "ingest over HTTP on SQLite, batches of 50", "at least 0.18 of raw executemany; p99 at most 3 × p50")
def http_sqlite() -> list[Line]:
    return _over_http("sqlite", raw_insert, 18_433, 0.18)


@goal(2, "the store alone on PostgreSQL, batches of 50", "at least 0.45 of raw COPY; single statements 0.90")
def store_postgresql() -> list[Line]:
    with place("postgresql") as (app, _folder, url), app.app_context():
        figures, singles = in_turns(_store_ways(url, SIZE, BATCHES)), in_turns(_store_ways(url, 1, SINGLES))
        db.session.remove()
    return [
        ratio(figures, "prepared statements", "raw", at_least=0.45),
        ratio(figures, "bytes, with parsing and checking", "raw"),
        _renamed(ratio(singles, "prepared statements", "raw", at_least=0.90), "single: prepared statements / raw"),
        _renamed(ratio(singles, "bytes, with parsing and checking", "raw"), "single: bytes, with parsing and checking / raw"),
    ]


def _renamed(line: Line, what: str) -> Line:
    return Line(what, line.median, line.low, line.high, line.reached, line.note)


def _store_ways(url: str, size: int, count: int) -> dict[str, Callable[[], float]]:
    corpus = Corpus(size)

    def from_bytes() -> float:
        batches = [corpus.batch(size) for _ in range(count)]
        return rate(size * count, lambda: [_one_unit(lambda b=b: store(b, authority=AUTHORITY, version="1.0.3")) for b in batches])

    def prepared() -> float:
        ready = [prepare(corpus.batch(size), authority=AUTHORITY, version="1.0.3", trust="self") for _ in range(count)]
        return rate(size * count, lambda: [_one_unit(lambda p=p: enqueue(p)) for p in ready])

    def reference() -> float:
        batches = [corpus.batch(size) for _ in range(count)]
        return rate(size * count, lambda: raw_copy(url, batches))

    _fill(corpus, 10_000)  # people, activities and verbs are known, as they are in a log that is in use
    return {"prepared statements": prepared, "bytes, with parsing and checking": from_bytes, "raw": reference}


def _one_unit(work: Callable[[], object]) -> None:
    with write():
        work()


@goal(7, "insert rate at a million rows against 10 thousand", "at least 0.80 on PostgreSQL, 0.60 on SQLite")
def growth() -> list[Line]:
    """Batches of prepared statements, turn about in both logs: with ids that clients made up at random, and with our own."""
    from bench.lrs_stores import SMALL, large, store

    lines = []
    for database, wanted in (("postgresql", 0.80), ("sqlite", 0.60)):
        corpus = Corpus(7)
        apps = {"large": store(database, large())[0], "small": store(database, SMALL)[0]}
        for ids, own in (("random ids", False), ("our ids", True)):
            figures = in_turns({size: _rate_in(app, corpus, own_ids=own) for size, app in apps.items()}, repeats=9)
            line = ratio(figures, "large", "small", at_least=wanted)
            lines.append(Line(f"{database}: {ids}, large / small", line.median, line.low, line.high, line.reached, f"{line.note} /s"))
    return lines


def _rate_in(app: Flask, corpus: Corpus, *, own_ids: bool) -> Callable[[], float]:
    def measure() -> float:
        with app.app_context():
            found = _rate_of(corpus, own_ids=own_ids)
            db.session.remove()
            return found

    return measure


def _fill(corpus: Corpus, count: int) -> None:
    for _ in range(count // 500):
        batch = corpus.batch(500)
        _one_unit(lambda b=batch: store(b, authority=AUTHORITY, version="1.0.3"))


def _rate_of(corpus: Corpus, *, own_ids: bool) -> float:
    ready = [prepare(corpus.batch(SIZE), authority=AUTHORITY, version="1.0.3", trust="self") for _ in range(20)]
    if own_ids:
        ready = [[p._replace(id=new_id()) for p in batch] for batch in ready]
    return rate(20 * SIZE, lambda: [_one_unit(lambda p=p: enqueue(p)) for p in ready])

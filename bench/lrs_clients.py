"""Goals 13 and 14, and the memory of a worker: many clients at once, against one client and against another record store."""

import os
import statistics
from base64 import b64encode
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import bench
from bench import Line, goal, in_turns, rate, ratio
from bench.lrs_corpus import Corpus
from bench.lrs_ingest import Address, Refused, post, send
from bench.lrs_places import basic, key_of, place, served
from bench.lrs_queries import FILTERS

SIZE, CLIENTS = 50, 8


@goal(13, "8 clients with batches of 50 that share people and activities, against one client", "no request fails; at least its throughput")
def many_clients() -> list[Line]:
    lines = []
    for database, port in (("postgresql", 18_451), ("sqlite", 18_453)):
        corpus, failed = Corpus(port), []
        with place(database) as (app, folder, url), served(folder, url, port):
            key = key_of(app)

            def ingest(clients: int, corpus=corpus, port=port, key=key, failed=failed) -> Callable[[], float]:
                def measure() -> float:
                    bodies = corpus.bodies(32, SIZE)
                    try:
                        return rate(32 * SIZE, lambda: post(port, key, bodies, clients))
                    except Refused as refused:
                        failed.append(refused)
                        return 0.0

                return measure

            figures = in_turns({"8 clients": ingest(CLIENTS), "1 client": ingest(1)})
        lines.append(ratio(figures, "8 clients", "1 client", at_least=1.0))
        lines[-1] = Line(f"{database}: 8 clients / 1 client", *_figures(lines[-1]), lines[-1].note)
        lines.append(Line(f"{database}: requests that failed", len(failed), 0, len(failed), not failed))
    return lines


def _figures(line: Line) -> tuple[float, float, float, bool | None]:
    return line.median, line.low, line.high, line.reached


@goal(14, "against another record store (--peer URL --peer-key KEY:SECRET)", "single 4 times, batches 25 times, every filter 5 times")
def against_a_peer() -> list[Line]:
    """Both take the same statements first, then turn about. Its requests that fail are counted as not served."""
    if "peer" not in bench.OPTIONS:
        return [Line("no --peer URL was given: not measured", 0, 0, 0, None)]
    port = 18_461
    corpus = Corpus(14)
    with place("postgresql") as (app, folder, url), served(folder, url, port):
        ours = Address("localhost", port, "/xapi", basic(key_of(app)))
        theirs = _peer()
        lines = []
        with_failures: dict[str, int] = {}

        def served_by(name: str, where: Address, size: int, count: int, clients: int) -> Callable[[], float]:
            def measure() -> float:
                bodies = corpus.bodies(count, size)
                failures: list[int] = []
                seconds = bench.seconds(lambda: send(where, bodies, clients, failures=failures))
                with_failures[name] = with_failures.get(name, 0) + len(failures)
                return (count - len(failures)) * size / seconds

            return measure

        for what, size, counts, clients, wanted in (
            ("batches of 50, 1 client", 50, (20, 6), 1, 25),
            ("batches of 50, 8 clients", 50, (40, 16), CLIENTS, 25),
            ("single, 8 clients", 1, (200, 100), CLIENTS, 4),
        ):
            measures = {
                "ours": served_by(f"{what}: ours", ours, size, counts[0], clients),
                "the other": served_by(f"{what}: the other", theirs, size, counts[1], clients),
            }
            figures = in_turns(measures, repeats=3)
            line = ratio(figures, "ours", "the other", at_least=wanted)
            note = f"{line.note} statements/s; failed {with_failures[f'{what}: ours']} and {with_failures[f'{what}: the other']}"
            lines.append(Line(what, *_figures(line), note))
        for what, parameters in FILTERS.items():
            if {"REGISTRATION", "MIDDLE", "QUARTER", "ID"} & set(parameters.values()) or "DEEP" in parameters:
                continue
            figures = in_turns({name: _getting(where, parameters) for name, where in (("ours", ours), ("the other", theirs))}, repeats=3)
            line = ratio(figures, "ours", "the other", at_least=5)
            lines.append(Line(f"GET {what}, a page of 50, 8 clients", *_figures(line), f"{line.note} requests/s"))
    return lines


def _getting(where: Address, parameters: dict[str, str]) -> Callable[[], float]:
    query = urlencode(parameters | {"limit": "50"})
    return lambda: rate(40, lambda: send(where, [None] * 40, CLIENTS, query=query))


def _peer() -> Address:
    where = urlsplit(bench.OPTIONS["peer"])
    return Address(
        where.hostname or "localhost", where.port or 80, where.path.rstrip("/"),
        "Basic " + b64encode(bench.OPTIONS["peer-key"].encode()).decode(),
    )  # fmt: skip


@goal(15, "memory of a worker under sustained ingest (KB of RSS per thousand statements, after the first 20,000)", "flat: at most 20")
def memory() -> list[Line]:
    lines = []
    for database, port in (("postgresql", 18_471), ("sqlite", 18_473)):
        corpus = Corpus(port)
        with place(database) as (app, folder, url), served(folder, url, port) as process:
            key = key_of(app)
            sizes = []
            for _ in range(12):
                post(port, key, corpus.bodies(80, SIZE), 4)
                sizes.append(_resident(process))
        slopes = [(b - a) / 4 for a, b in pairwise(sizes[5:])]
        slope = (sizes[-1] - sizes[5]) / (4 * (len(sizes) - 6))
        note = f"{sizes[5] / 1024:.0f} MB after 24,000, {sizes[-1] / 1024:.0f} MB after 48,000; median step {statistics.median(slopes):.0f}"
        lines.append(Line(f"{database}: KB per thousand statements", slope, min(slopes), max(slopes), slope <= 20, note))
    return lines


def _resident(process: int) -> int:
    """KB of the process and those it has started."""
    own = next(int(line.split()[1]) for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmRSS"))
    children = [
        int(c) for task in os.listdir(f"/proc/{process}/task") for c in Path(f"/proc/{process}/task/{task}/children").read_text().split()
    ]
    return own + sum(_resident(child) for child in children)

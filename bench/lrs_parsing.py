"""Goals 4 and 8: what a request costs before it reaches the database."""

import time
from base64 import b64encode

import orjson

from bench import Line, goal, in_turns, ratio
from bench.lrs_corpus import Corpus
from lrs.credentials import rules
from lrs.statements.compiled import require
from lrs.statements.keys import keys_of
from lrs.statements.parse import parse


def _cpu(work, raws: list[bytes]) -> float:
    """Microseconds of CPU a statement."""
    start = time.process_time()
    for raw in raws:
        work(raw)
    return (time.process_time() - start) / len(raws) * 1e6


@goal(4, "parse, check and extract the keys of a statement", "at most 5 × orjson.loads of the same bytes")
def parsing() -> list[Line]:
    corpus = Corpus(4)
    for raw in corpus.batch(5_000):
        require(parse(raw), "1.0.3")

    def everything(raw: bytes) -> None:
        statement = parse(raw)
        require(statement, "1.0.3")
        keys_of(statement)

    figures: dict[str, list[float]] = {}
    for _ in range(9):
        raws = corpus.batch(1_000)
        works = {"all three": everything, "parse alone": parse, "orjson.loads": orjson.loads}
        for name, values in in_turns({n: lambda w=w, r=raws: _cpu(w, r) for n, w in works.items()}, repeats=1).items():
            figures.setdefault(name, []).extend(values)
    return [ratio(figures, "all three", "orjson.loads", at_most=5), ratio(figures, "parse alone", "orjson.loads")]


@goal(8, "check of a machine credential", "at most 5 µs a request (without the look into the database)")
def credential() -> list[Line]:
    secret = "s" * 43
    kept = rules.hashed(secret)
    header = "Basic " + b64encode(f"{'k' * 32}:{secret}".encode()).decode()

    def check() -> None:
        key, given = rules.parse_basic(header)
        assert key
        assert rules.matches(given, kept)

    def microseconds() -> float:
        start = time.process_time()
        for _ in range(20_000):
            check()
        return (time.process_time() - start) / 20_000 * 1e6

    times = sorted(in_turns({"check": microseconds}, repeats=7)["check"])
    return [Line("header, SHA-256 and comparison, in µs", times[3], times[0], times[-1], times[3] <= 5)]

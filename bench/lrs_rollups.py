"""Goals 6 and 12: what dashboards ask, answered from counts; and whether everything derived keeps up with what comes in."""

import statistics
import time
from collections.abc import Callable
from datetime import date

from flask import Flask

from bench import Line, goal, rate, ratio
from bench.lrs_corpus import Corpus
from bench.lrs_ingest import SIZE, post
from bench.lrs_places import key_of, place, served
from bench.lrs_stores import DATABASES, counted, large, store
from core.db import db
from lrs import projections
from lrs.rollups import queries

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
ACTIVITY = "https://lms.example.com/course/0/page/0"
QUESTIONS: dict[str, Callable[[], object]] = {
    "the whole log": queries.overall,
    "each day of a month: statements, people": lambda: queries.per_day(FIRST, LAST),
    "each day of a year": lambda: queries.per_day(*YEAR),
    "verbs of a month": lambda: queries.verbs(FIRST, LAST),
    "verbs of a year": lambda: queries.verbs(*YEAR),
    "the ten activities of all time": lambda: queries.top("activity"),
    "the ten activities of a month": lambda: queries.top("activity", month=FIRST),
    "the ten most active people": lambda: queries.top("agent"),
    "one activity by day": lambda: queries.series("activity", [ACTIVITY], *YEAR),
}


@goal(6, "what a dashboard asks, over a million statements (ms)", "each at most 5 ms")
def dashboards() -> list[Line]:
    lines = []
    for database in DATABASES:
        app, _key = store(database, large())
        folded = counted(database, large())
        with app.app_context():
            for what, ask in QUESTIONS.items():
                ask()
                times = sorted(_milliseconds(ask) for _ in range(15))
                lines.append(Line(f"{database}: {what}", statistics.median(times), times[0], times[-1], statistics.median(times) <= 5))
            db.session.remove()
        lines.append(Line(f"{database}: statements a second, counted again from nothing", folded, folded, folded, None))
    return lines


def _milliseconds(ask: Callable[[], object]) -> float:
    start = time.perf_counter()
    ask()
    db.session.rollback()
    return (time.perf_counter() - start) * 1e3


@goal(12, "all projections together against ingest over HTTP", "at least its rate, on one core")
def keeping_up() -> list[Line]:
    lines = []
    for database, port in (("postgresql", 18_441), ("sqlite", 18_443)):
        corpus = Corpus(port)
        with place(database) as (app, folder, url), served(folder, url, port):
            key = key_of(app)
            post(port, key, corpus.bodies(10, 500), 2)
            _fold(app)

            def ingest(port=port, key=key, corpus=corpus) -> float:
                bodies = corpus.bodies(24, SIZE)
                return rate(24 * SIZE, lambda: post(port, key, bodies, 4))

            figures: dict[str, list[float]] = {"projections": [], "ingest": []}
            for _ in range(5):
                figures["ingest"].append(ingest())
                figures["projections"].append(rate(24 * SIZE, lambda app=app: _fold(app)))
        line = ratio(figures, "projections", "ingest", at_least=1.0)
        with app.app_context():
            names = ", ".join(sorted(app.extensions["lrs.projections"]))
        lines.append(Line(f"{database}: projections / ingest", line.median, line.low, line.high, line.reached, f"{line.note} ({names})"))
    return lines


def _fold(app: Flask) -> None:
    with app.app_context():
        while projections.catch_up(limit_ms=60_000):
            pass
        db.session.remove()

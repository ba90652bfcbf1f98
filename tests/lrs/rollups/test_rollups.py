"""Counts by period: the same as counting the log, folded one by one, voided, or rebuilt."""

from collections import Counter
from datetime import date

import orjson
import pytest
from samples import activity, agent, identified, statement, voiding
from sqlalchemy import select

from core.db import db, write
from lrs import projections
from lrs.rollups import queries
from lrs.rollups.models import Rollup, RollupTotal
from lrs.statements.keys import agent_key
from lrs.statements.service import store

VERB = "https://example.org/verbs/did"


@pytest.fixture(autouse=True)
def _context(app):
    with app.app_context():
        yield


def put_in(*statements: dict, fold: bool = True) -> list[str]:
    with write():
        ids = store([orjson.dumps(s) for s in statements], authority=agent("authority"), version="1.0.3")
    if fold:
        projections.catch_up(limit_ms=20_000)
    return ids


def on(day: str, who: str = "ann", what: str = "course", **members) -> dict:
    return identified(actor=agent(who), object=activity(what), timestamp=f"{day}T12:00:00Z", **members)


def everything() -> tuple[list, list]:
    db.session.rollback()
    r, t = Rollup, RollupTotal
    rows = db.session.execute(select(r.term_id, r.grain, r.start, r.kind, r.statements).order_by(r.term_id, r.grain, r.start)).all()
    totals = db.session.execute(select(t.grain, t.start, t.statements, t.people, t.verbs, t.activities).order_by(t.grain, t.start)).all()
    return [tuple(row) for row in rows], [tuple(row) for row in totals]


def test_an_empty_log_has_nothing():
    assert queries.overall() == queries.Totals(date(1970, 1, 1))
    assert queries.top("activity") == queries.verbs(date(2026, 1, 1), date(2026, 12, 31)) == []
    assert queries.series("activity", ["https://example.org/x"], date(2026, 1, 1), date(2026, 1, 2)) == []


def test_days_months_and_all():
    put_in(on("2026-03-31"), on("2026-03-31", "ben"), on("2026-04-01", "ben", "quiz"), on("2026-04-01", "ben", "quiz"))
    assert queries.overall() == queries.Totals(date(1970, 1, 1), statements=4, people=2, verbs=1, activities=2)
    assert queries.of_month(date(2026, 4, 17)) == queries.Totals(date(2026, 4, 1), statements=2, people=1, verbs=1, activities=1)
    days = queries.per_day(date(2026, 3, 30), date(2026, 4, 1))
    assert [(d.start.isoformat(), d.statements, d.people) for d in days] == [
        ("2026-03-30", 0, 0),
        ("2026-03-31", 2, 2),
        ("2026-04-01", 2, 1),
    ]
    assert [(m.start.isoformat(), m.statements) for m in queries.per_month(date(2026, 3, 15), date(2026, 4, 1))] == [
        ("2026-03-01", 2),
        ("2026-04-01", 2),
    ]


def test_who_did_what_most():
    put_in(on("2026-03-31"), on("2026-03-31", "ben"), on("2026-04-01", "ben", "quiz"), on("2026-04-01", "ben", "quiz"))
    assert queries.top("agent", limit=1) == [(agent_key(agent("ben")), 3)]
    assert queries.top("activity") == [(activity("course")["id"], 2), (activity("quiz")["id"], 2)]
    assert queries.top("activity", month=date(2026, 4, 30)) == [(activity("quiz")["id"], 2)]
    assert queries.verbs(date(2026, 3, 31), date(2026, 3, 31)) == [(VERB, 2)]
    assert queries.series("activity", [activity("quiz")["id"]], date(2026, 1, 1), date(2026, 12, 31)) == [(date(2026, 4, 1), 2)]
    both = [activity("quiz")["id"], activity("course")["id"]]
    assert queries.series("activity", both, date(2026, 3, 1), date(2026, 4, 30), monthly=True) == [
        (date(2026, 3, 1), 2),
        (date(2026, 4, 1), 2),
    ]


def test_the_day_is_that_of_the_timestamp_in_utc():
    put_in(statement(timestamp="2026-01-01T01:30:00+02:00"))
    assert queries.of_day(date(2025, 12, 31)).statements == 1


def test_what_is_voided_is_taken_out_and_the_voiding_counts():
    one = on("2026-05-05", "eve", "gone")
    put_in(on("2026-05-05"), one)
    put_in(voiding(one["id"], timestamp="2026-05-06T00:00:00Z"))
    assert queries.of_day(date(2026, 5, 5)) == queries.Totals(date(2026, 5, 5), statements=1, people=1, verbs=1, activities=1)
    assert queries.of_day(date(2026, 5, 6)) == queries.Totals(date(2026, 5, 6), statements=1, people=1, verbs=1, activities=0)
    assert queries.series("activity", [activity("gone")["id"]], date(2026, 5, 1), date(2026, 5, 31)) == []


def test_voided_in_the_same_batch_or_in_advance():
    one, two = on("2026-05-05", "eve", "gone"), on("2026-05-05", "fay", "never")
    put_in(one, voiding(one["id"]), voiding(two["id"]), two)
    assert queries.of_day(date(2026, 5, 5)).statements == 0
    assert {c.text for c in queries.top("activity")} == set()
    assert queries.overall().statements == 2


def test_one_by_one_in_batches_or_rebuilt_is_the_same_and_right():
    def many() -> list[dict]:
        return [on(f"2026-0{1 + n % 3}-1{n % 7}", f"p{n % 11}", f"a{n % 5}") for n in range(230)]

    first = many()
    for s in first[:20]:
        put_in(s)
    put_in(*first[20:], fold=False)
    put_in(*(voiding(s["id"], timestamp="2026-06-01T00:00:00Z") for s in first[::9]))
    folded = everything()
    projections.rebuild("rollups")
    assert everything() == folded
    left = [s for n, s in enumerate(first) if n % 9]
    by_day = Counter(s["timestamp"][:10] for s in left)
    assert {d.start.isoformat(): d.statements for d in queries.per_day(date(2026, 1, 1), date(2026, 3, 31)) if d.statements} == by_day
    people = {day: len({s["actor"]["mbox"] for s in left if s["timestamp"][:10] == day}) for day in by_day}
    assert {d.start.isoformat(): d.people for d in queries.per_day(date(2026, 1, 1), date(2026, 3, 31)) if d.statements} == people


def test_a_page_asks_as_often_whatever_the_log_holds(count_queries):
    put_in(*(on(f"2026-02-{1 + n % 28:02}", f"p{n}", f"a{n}") for n in range(60)))
    with count_queries() as asked:
        queries.overall()
        queries.per_day(date(2026, 2, 1), date(2026, 2, 28))
        queries.top("activity", month=date(2026, 2, 1))
        queries.verbs(date(2026, 2, 1), date(2026, 2, 28))
    assert len([q for q in asked if q.lstrip().upper().startswith("SELECT")]) == 4

"""Projections: fed in order, each statement once, rebuilt to the same, and never held up by a neighbour that fails."""

import json
from collections import Counter
from datetime import timedelta

import orjson
import pytest
from samples import activity, agent, identified, statement, voiding
from sqlalchemy import select

from core.clock import frozen, now
from core.db import db, write
from lrs import projections
from lrs.projections.models import Cursor
from lrs.statements.service import store


class Tally:
    """Counts statements about each activity, and notes what it was given."""

    def __init__(self, name: str):
        self.name, self.count, self.order, self.fails = name, Counter(), [], False

    def fold(self, entries):
        if self.fails:
            raise RuntimeError("this projection has a bug")
        for entry in entries:
            self.order.append(entry.id)
            if entry.voids is not None:
                self.count[entry.voids.statement["object"]["id"]] -= 1
            elif "objectType" not in entry.statement["object"]:
                self.count[entry.statement["object"]["id"]] += 1

    def clear(self):
        self.count, self.order = Counter(), []


@pytest.fixture
def tallies(app, monkeypatch):
    found = [Tally("tally.a"), Tally("tally.b")]
    monkeypatch.setitem(app.extensions, "lrs.projections", {t.name: t for t in found})
    with app.app_context():
        yield found


def put_in(*statements: dict) -> list[str]:
    with write():
        return store([orjson.dumps(s) for s in statements], authority=agent("authority"), version="1.0.3")


def test_each_gets_everything_once_in_order(tallies):
    ids = put_in(*(identified() for _ in range(3)))
    assert projections.catch_up(limit_ms=10_000) == 3
    ids += put_in(*(identified() for _ in range(450)))
    projections.catch_up(limit_ms=10_000)
    assert projections.catch_up() == 0
    assert [t.order for t in tallies] == [ids, ids]


def test_one_that_is_registered_later_catches_up_alone(app, tallies):
    put_in(*(identified() for _ in range(250)))
    projections.catch_up(limit_ms=10_000)
    late = Tally("tally.late")
    projections.register(app, late)
    put_in(identified())
    projections.catch_up(limit_ms=10_000)
    assert late.order == tallies[0].order
    assert len(late.order) == 251


def test_a_name_is_registered_once(app, tallies):
    with pytest.raises(ValueError, match="already registered"):
        projections.register(app, Tally("tally.a"))


class TestVoiding:
    def test_brings_what_is_taken_back(self, tallies):
        one = identified(object=activity("x"))
        put_in(one, identified(object=activity("x")))
        projections.catch_up()
        put_in(voiding(one["id"]))
        projections.catch_up()
        assert +tallies[0].count == {activity("x")["id"]: 1}

    def test_twice_takes_back_once(self, tallies):
        one = identified(object=activity("x"))
        put_in(one, identified(object=activity("x")), voiding(one["id"]), voiding(one["id"]))
        projections.catch_up()
        assert +tallies[0].count == {activity("x")["id"]: 1}

    def test_of_a_voiding_statement_takes_back_nothing(self, tallies):
        one = identified(object=activity("x"))
        void = voiding(one["id"])
        put_in(one, void, voiding(void["id"]))
        projections.catch_up()
        assert +tallies[0].count == {}

    def test_in_advance_means_that_it_never_counted(self, tallies):
        one = identified(object=activity("x"))
        put_in(voiding(one["id"]))
        put_in(one)
        projections.catch_up()
        assert projections.catch_up() == 0
        assert +tallies[0].count == {}
        assert one["id"] not in tallies[0].order


def test_rebuilt_is_the_same_as_folded_one_by_one(tallies):
    known = []
    for number in range(60):
        one = identified(object=activity(str(number % 7)))
        batch = [one, *([voiding(known[number // 2]["id"])] if number % 5 == 0 and known else [])]
        known.append(one)
        put_in(*batch)
        projections.catch_up(limit_ms=10_000)
    before = [(dict(t.count), t.order) for t in tallies]
    assert projections.rebuild("tally.a") == {"tally.a": 72 - 1}
    assert [(dict(t.count), t.order) for t in tallies] == before
    assert projections.rebuild() == {"tally.a": 71, "tally.b": 71}
    assert [(dict(t.count), t.order) for t in tallies] == before


class TestFailing:
    def test_does_not_hold_up_the_others_and_is_tried_again(self, tallies):
        broken, good = tallies
        broken.fails = True
        ids = put_in(identified(), identified())
        projections.catch_up()
        assert (broken.order, good.order) == ([], ids)
        broken.fails = False
        projections.catch_up()
        assert broken.order == [], "it is left alone for a moment"
        with frozen(now() + timedelta(seconds=5)):
            projections.catch_up()
        assert broken.order == ids
        assert db.session.scalar(select(Cursor.failures).where(Cursor.name == "tally.a")) == 0

    def test_a_rebuild_says_so(self, tallies):
        put_in(identified())
        tallies[0].fails = True
        with pytest.raises(RuntimeError, match="bug"):
            projections.rebuild("tally.a")


class Breaking(Tally):
    """Writes a row, then fails: the row must not stay."""

    def fold(self, entries):
        db.session.add(Cursor(name="written by the fold", position=0, failures=0))
        db.session.flush()
        raise RuntimeError("after writing")


def test_what_a_failed_fold_wrote_is_gone(app, tallies):
    projections.register(app, Breaking("tally.breaking"))
    ids = put_in(identified())
    projections.catch_up()
    assert tallies[0].order == ids
    assert db.session.get(Cursor, "written by the fold") is None


class TestCommands:
    def test_rebuild(self, app, tallies):
        put_in(statement(), statement())
        with app.app_context():
            done = app.test_cli_runner().invoke(args=["projection", "rebuild", "tally.b", "--json"])
            listed = app.test_cli_runner().invoke(args=["projection", "list", "--json"])
        assert (done.exit_code, json.loads(done.stdout)) == (0, {"tally.b": 2})
        assert [(p["name"], p["failures"]) for p in json.loads(listed.stdout)] == [("tally.a", 0), ("tally.b", 0)]

    def test_an_unknown_name_is_refused(self, app, tallies):
        done = app.test_cli_runner().invoke(args=["projection", "rebuild", "nothing"])
        assert done.exit_code == 1
        assert "tally.a" in done.stderr

"""Storing: all or nothing, each id once, at the end of the unit of work."""

import json
from datetime import UTC, datetime
from uuid import UUID

import orjson
import pytest
from samples import activity, agent, identified, rich, statement, voiding
from sqlalchemy import func, select

from core.clock import frozen
from core.db import db, write
from core.errors import Conflict
from lrs.statements import queries
from lrs.statements.append import append
from lrs.statements.errors import StatementRefused
from lrs.statements.models import Log, Reference, Statement, Term
from lrs.statements.prepare import new_id, prepare
from lrs.statements.service import record, store

AUTHORITY = agent("authority")


def put_in(*statements: dict) -> list[str]:
    with write():
        return store([orjson.dumps(s) for s in statements], authority=AUTHORITY, version="1.0.3")


def payloads() -> list[dict]:
    return [orjson.loads(p) for p in db.session.scalars(select(Statement.payload).order_by(Statement.seq))]


def rows() -> list[Statement]:
    return list(db.session.scalars(select(Statement).order_by(Statement.seq)))


@pytest.fixture(autouse=True)
def _context(app):
    with app.app_context():
        yield


class TestOneStatement:
    def test_is_kept_as_received(self):
        raw = json.dumps(rich(), indent=2).encode()
        with write():
            [uuid] = store([raw], authority=AUTHORITY, version="1.0.3")
        [row] = rows()
        assert (str(row.id), row.trust, row.voided) == (uuid, "self", False)
        assert bytes(row.payload).startswith(raw[:-1])

    def test_its_seq_is_its_time_of_storing(self):
        with frozen(datetime(2026, 11, 22, 2, 24, 0, 7, UTC)):
            put_in(statement())
        [row] = rows()
        assert row.seq == 1_795_314_240_000_007
        assert payloads()[0]["stored"] == payloads()[0]["timestamp"] == "2026-11-22T02:24:00.000007Z"

    def test_seq_grows_though_the_clock_stands_still_or_goes_back(self):
        with frozen(datetime(2026, 11, 22, tzinfo=UTC)):
            put_in(statement(), statement())
            put_in(statement())
        with frozen(datetime(2026, 11, 21, tzinfo=UTC)):
            put_in(statement())
        seqs = [row.seq for row in rows()]
        assert seqs == [seqs[0] + n for n in range(4)]

    def test_needs_a_unit_of_work(self):
        with pytest.raises(RuntimeError, match="inside write"):
            store([orjson.dumps(statement())], authority=AUTHORITY, version="1.0.3")

    def test_goes_with_the_unit_of_work(self):
        with pytest.raises(ZeroDivisionError), write():  # noqa: PT012 - the failure comes after the call
            store([orjson.dumps(statement())], authority=AUTHORITY, version="1.0.3")
            raise ZeroDivisionError
        put_in()
        assert rows() == []

    def test_goes_with_its_savepoint(self):
        with write() as session:
            store([orjson.dumps(statement(object=activity("kept")))], authority=AUTHORITY, version="1.0.3")
            with pytest.raises(ZeroDivisionError), session.begin_nested():  # noqa: PT012
                with session.begin_nested():
                    store([orjson.dumps(statement(object=activity("gone")))], authority=AUTHORITY, version="1.0.3")
                raise ZeroDivisionError
            with session.begin_nested():
                store([orjson.dumps(statement(object=activity("too")))], authority=AUTHORITY, version="1.0.3")
        assert [p["object"]["id"].rsplit("/", 1)[1] for p in payloads()] == ["kept", "too"]

    def test_our_own_acts_carry_our_authority(self):
        with write():
            [uuid] = record(statement())
        [row] = rows()
        assert (str(row.id), row.trust) == (uuid, "system")
        assert payloads()[0]["authority"]["account"] == {"homePage": "http://localhost", "name": "colloquium"}


class TestBatch:
    def test_keeps_its_order(self):
        ids = put_in(*(identified(object=activity(str(n))) for n in range(120)))
        assert [str(row.id) for row in rows()] == ids

    def test_one_bad_statement_refuses_all(self):
        with pytest.raises(StatementRefused, match=r"\$\[2\]\.verb"):
            put_in(statement(), statement(), statement(verb={}), statement())
        assert rows() == []

    def test_an_id_twice_is_refused(self):
        one = identified()
        with pytest.raises(StatementRefused, match="repeats the id"):
            put_in(one, statement(), one | {"id": one["id"].upper()})
        assert rows() == []

    def test_one_conflict_refuses_all(self):
        one = identified()
        put_in(one)
        with pytest.raises(Conflict):
            put_in(statement(), one | {"verb": {"id": "https://example.org/other"}}, statement())
        assert len(rows()) == 1

    def test_two_stores_in_one_unit_of_work_are_one(self):
        one = identified()
        with write():
            store([orjson.dumps(one)], authority=AUTHORITY, version="1.0.3")
            store([orjson.dumps(one), orjson.dumps(identified())], authority=AUTHORITY, version="1.0.3")
        assert len(rows()) == 2
        with pytest.raises(Conflict), write():  # noqa: PT012 - the failure comes at the end
            two = identified()
            record(two)
            record(two | {"verb": {"id": "https://example.org/other"}})
        assert len(rows()) == 2


class TestTheSameIdAgain:
    def test_with_the_same_meaning_changes_nothing(self):
        put_in(rich())
        before = rows()[0].payload
        assert put_in(rich() | {"verb": {"id": rich()["verb"]["id"], "display": {"fr": "a répondu"}}}) == [rich()["id"]]
        assert [row.payload for row in rows()] == [before]

    def test_with_another_meaning_is_a_conflict(self):
        put_in(rich())
        before = rows()[0].payload
        with pytest.raises(Conflict):
            put_in(rich() | {"result": {"success": True}})
        assert [row.payload for row in rows()] == [before]


class TestVoiding:
    def test_hides_the_target(self):
        one = identified()
        put_in(one)
        put_in(voiding(one["id"]))
        assert [row.voided for row in rows()] == [True, False]

    def test_works_inside_a_batch_and_in_advance(self):
        one, two = identified(), identified()
        put_in(one, voiding(one["id"]), voiding(two["id"]))
        put_in(two)
        assert [row.voided for row in rows()] == [True, False, False, True]

    def test_cannot_hit_a_voiding_statement(self):
        one = identified()
        void = voiding(one["id"])
        put_in(one, void, voiding(void["id"]))
        later = voiding(one["id"])
        put_in(voiding(later["id"]), later)
        assert [row.voided for row in rows()] == [True, False, False, False, False]

    def test_a_mere_reference_voids_nothing(self):
        one = identified()
        put_in(one, statement(object={"objectType": "StatementRef", "id": one["id"]}))
        assert [row.voided for row in rows()] == [False, False]
        assert db.session.scalar(select(func.count()).select_from(Reference)) == 1


class TestDictionary:
    def test_each_term_is_there_once(self):
        put_in(statement(), statement(actor=agent("ben")))
        put_in(statement(object=activity("other")))
        terms = sorted(db.session.scalars(select(Term.text)))
        assert terms == [
            "https://example.org/activities/course",
            "https://example.org/activities/other",
            "https://example.org/verbs/did",
            "mbox mailto:ann@example.org",
            "mbox mailto:authority@example.org",
            "mbox mailto:ben@example.org",
        ]

    def test_terms_of_a_unit_of_work_that_failed_are_not_remembered(self):
        put_in(statement())
        with pytest.raises(ZeroDivisionError), write() as session:  # noqa: PT012
            new = prepare([orjson.dumps(statement(object=activity("new")))], authority=AUTHORITY, version="1.0.3", trust="self")
            append(session, new)
            raise ZeroDivisionError
        put_in(statement(object=activity("another")))  # gets the number that "new" had for a moment
        put_in(statement(object=activity("new")))
        assert [f.seq for f in queries.page(queries.Filter(activity=activity("new")["id"]), limit=5)] == [rows()[-1].seq]

    def test_a_new_generation_forgets_what_this_process_knew(self):
        put_in(statement())
        with write() as session:
            for table in (Term, Log, Statement):
                session.execute(table.__table__.delete())
        with write() as session:
            session.add(Term(kind="verb", text="shifted", digest=b"0" * 16))
        put_in(statement())
        [found] = queries.page(queries.Filter(agent="mbox mailto:ann@example.org"), limit=5)
        assert orjson.loads(found.payload)["actor"] == agent()

    def test_very_long_identifiers_are_found_again(self):
        long = activity("x" * 5000)
        put_in(statement(object=long))
        assert len(queries.page(queries.Filter(activity=long["id"]), limit=5)) == 1


def test_new_ids_are_version_seven_and_differ():
    ids = [UUID(new_id()) for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert {(u.version, u.variant) for u in ids} == {(7, "specified in RFC 4122")}

"""Progress follows from the log: incremental, rebuilt, and with statements taken back."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from catalogue.items.acts import activity
from catalogue.progress import queries
from catalogue.progress.models import Progress, ProgressAttempt, ProgressFact
from catalogue.progress.rules import ADL
from core.clock import now
from core.db import db, write
from core.identity import person_agent
from lrs import projections
from lrs.statements import service as statements
from lrs.statements.models import Statement

FIELDS = ("status", "score_scaled", "progress", "duration_seconds", "first_at", "last_at", "completed_at", "passed_at", "failed_at")


@pytest.fixture
def say(app, people, load):
    """``say("alice", "completed", uuid, …)`` records and folds one statement; answers its id."""

    def record(name: str, verb: str, uuid: str, *, ago=timedelta(minutes=5), fold=True, **members) -> str:
        person = people[name]
        with app.app_context():
            statement = {
                "actor": person_agent(uuid=person.uuid, name=person.name),
                "verb": {"id": ADL + verb},
                "object": activity(load(uuid)),
                "timestamp": (now() - ago).isoformat(),
            } | members
            with write():
                (statement_id,) = statements.record(statement)
            if fold:
                projections.catch_up(5_000)
        return statement_id

    return record


@pytest.fixture
def standing(app, people, load):
    def of(name: str, uuid: str) -> dict | None:
        with app.app_context():
            row = queries.of(people[name].id, load(uuid).id)
            return None if row is None else {field: getattr(row, field) for field in FIELDS}

    return of


class TestFold:
    def test_a_life_of_an_item(self, make_item, say, standing):
        uuid = make_item()
        assert standing("alice", uuid) is None
        say("alice", "launched", uuid)
        assert standing("alice", uuid)["status"] == "started"
        say("alice", "progressed", uuid, result={"score": {"scaled": 0.5}})
        say("alice", "suspended", uuid, result={"duration": "PT10M"})
        say("alice", "scored", uuid, result={"score": {"scaled": 0.9}})
        say("alice", "passed", uuid, result={"success": True, "completion": True})
        say("alice", "terminated", uuid, result={"duration": "PT5M"})
        end = standing("alice", uuid)
        assert (end["status"], end["progress"], end["score_scaled"], end["duration_seconds"]) == ("passed", 1.0, 0.9, 900)
        assert standing("bob", uuid) is None

    def test_a_date_in_the_future_is_the_moment_it_was_stored(self, make_item, say, standing):
        uuid = make_item()
        say("alice", "completed", uuid, ago=timedelta(days=-400))
        assert standing("alice", uuid)["completed_at"] <= now()

    def test_strangers_and_other_activities_are_left_alone(self, app, make_item, say):
        uuid = make_item()
        say("alice", "completed", uuid, object={"id": "http://elsewhere.example/course"})
        say("alice", "completed", uuid, actor={"mbox": "mailto:someone@example.org"})
        say("alice", "completed", uuid, actor={"account": {"homePage": "http://elsewhere.example", "name": "x"}})
        with app.app_context():
            assert db.session.scalars(select(Progress)).all() == []

    def test_a_client_s_word_is_not_enough(self, app, people, make_item, load, standing):
        import orjson

        uuid = make_item()
        with app.app_context():
            forged = {
                "actor": person_agent(uuid=people["alice"].uuid, name="A"),
                "verb": {"id": ADL + "passed"},
                "object": activity(load(uuid)),
            }
            authority = {"objectType": "Agent", "mbox": "mailto:tool@example.org"}
            with write():
                statements.store([orjson.dumps(forged)], authority=authority, version="1.0.3", trust="self")
            projections.catch_up(5_000)
        assert standing("alice", uuid) is None


class TestVoiding:
    def void(self, app, statement_id: str) -> None:
        with app.app_context():
            with write():
                statements.record(
                    {
                        "actor": statements.own_authority(),
                        "verb": {"id": ADL + "voided"},
                        "object": {"objectType": "StatementRef", "id": statement_id},
                    }
                )
            projections.catch_up(5_000)

    def test_a_voided_statement_never_was(self, app, make_item, say, standing):
        uuid = make_item()
        say("alice", "launched", uuid)
        before = standing("alice", uuid)
        passed = say("alice", "passed", uuid, ago=timedelta(minutes=1), result={"score": {"scaled": 1.0}})
        assert standing("alice", uuid)["status"] == "passed"
        self.void(app, passed)
        assert standing("alice", uuid) == before

    def test_voiding_the_only_one_leaves_nothing(self, app, make_item, say, standing):
        uuid = make_item()
        self.void(app, say("alice", "launched", uuid))
        assert standing("alice", uuid) is None

    def test_voiding_before_it_was_folded(self, app, make_item, say, standing):
        uuid = make_item()
        self.void(app, say("alice", "passed", uuid, fold=False))
        assert standing("alice", uuid) is None


acts = st.lists(
    st.tuples(
        st.sampled_from(["alice", "bob"]),
        st.integers(0, 1),
        st.sampled_from(["launched", "progressed", "scored", "completed", "passed", "failed", "terminated", "suspended"]),
        st.integers(-100, 1_000),
        st.floats(0, 1),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_rebuilt_is_what_came_of_folding_one_by_one(app, people, make_item_once, say, given_acts):
    """Whatever happened, in whatever batches, with some of it voided."""
    uuids = make_item_once
    with app.app_context(), write() as session:
        for table in (ProgressFact, ProgressAttempt, Progress, Statement):
            session.execute(delete(table))
    for name, which, verb, minutes, share, voided in given_acts:
        result = {"score": {"scaled": share}, "duration": f"PT{share:.3f}S"}
        statement_id = say(name, verb, uuids[which], ago=timedelta(minutes=minutes), fold=minutes % 2 == 0, result=result)
        if voided:
            TestVoiding().void(app, statement_id)
    with app.app_context():
        projections.catch_up(10_000)
        incremental = everything()
        projections.rebuild("progress")
        assert everything() == incremental


def everything() -> list[tuple]:
    db.session.rollback()
    rows = db.session.scalars(select(Progress).order_by(Progress.person_id, Progress.item_id))
    return [tuple(getattr(row, field) for field in ("person_id", "item_id", *FIELDS)) for row in rows]


@pytest.fixture
def make_item_once(make_item):
    return [make_item("One"), make_item("Two")]

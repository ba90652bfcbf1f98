"""Loading the demonstration: through the real services, with the clock set back, and only once."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from accounts.people import queries as people
from catalogue.items.models import Item
from catalogue.progress.models import Progress
from core.clock import now
from core.db import db
from core.errors import Forbidden
from demo.script import script
from demo.service import Loaded, load
from lrs.statements.models import Statement
from scorm.play.models import Attempt, ScoState
from social.discussions.models import Comment, Thread
from social.likes.models import Like

PASSWORD = "an evening at the harbour"


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture(scope="module")
def short():
    """A short script: nine people, a course of each edition, a video, the first talks about them."""
    told = script()
    pieces = {name: told.pieces[name] for name in ("feedback", "handover", "six-rules", "mail-draft")}
    talks = tuple(talk for talk in told.talks if talk.item in pieces)
    keep = {line.by for talk in talks for line in (talk.opening, *talk.replies)} | {"miriam", "jonas", "camille"}
    return replace(told, pieces=pieces, talks=talks, people={key: role for key, role in told.people.items() if key in keep})


@pytest.fixture
def loaded(app, short) -> Loaded:
    with app.app_context():
        return load(password=PASSWORD, told=short)


class TestLoad:
    def test_fills_every_shelf(self, app, loaded, short):
        assert loaded.people == len(short.people)
        assert loaded.items == 4
        with app.app_context():
            assert count(Thread) == len(short.talks)
            assert count(Comment) == sum(1 + len(talk.replies) for talk in short.talks)
            assert count(Like) > 15
            states = set(db.session.scalars(select(Progress.status)))
            assert {"started", "completed", "passed"} <= states
            visible = dict(db.session.execute(select(Item.title, Item.visibility)).all())
            assert sorted(visible.values()) == ["draft", "groups", "published", "published"]

            attempts = db.session.scalars(select(Attempt)).all()
            assert all(attempt.flags == [] for attempt in attempts)
            left = [attempt for attempt in attempts if attempt.outcome.completion == "incomplete"]
            state = db.session.scalars(select(ScoState).where(ScoState.attempt_id == left[0].id)).first()
            assert json.loads(json.loads(state.cmi)["cmi.suspend_data"])["seen"][0] == 1, "the course can resume it"

    def test_tells_believable_times_and_a_second_time_adds_nothing(self, app, loaded, short):
        with app.app_context():
            statements = [json.loads(raw) for raw in db.session.scalars(select(Statement.payload).order_by(Statement.seq))]
            stamps = [datetime.fromisoformat(statement["timestamp"]) for statement in statements]
            assert min(stamps) < now() - timedelta(days=15)
            assert max(stamps) <= now()
            stored = [datetime.fromisoformat(statement["stored"]) for statement in statements]
            assert max(abs(one - other) for one, other in zip(stored, stamps, strict=True)) < timedelta(hours=3)
            assert db.session.scalar(select(func.min(Comment.created_at))) < now() - timedelta(days=10)

            before = [count(model) for model in (Statement, Comment, Like, Attempt, Item)]
            assert load(password="something else entirely", told=short) == Loaded(0, 0, 0)
            assert [count(model) for model in (Statement, Comment, Like, Attempt, Item)] == before

    def test_people_sign_in_with_the_password_that_was_given(self, app, client, loaded):
        answer = client.post("/login", data={"email": "jonas@example.org", "password": PASSWORD})
        assert answer.status_code == 303
        assert "Giving feedback that helps" in client.get("/catalogue").text

    def test_is_refused_in_production(self, app, monkeypatch):
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], production=True))
        with app.app_context():
            with pytest.raises(Forbidden):
                load(password=PASSWORD)
            assert people.by_email("miriam@example.org") is None


class TestCommand:
    def test_a_password_that_is_too_short_is_refused_before_anything_is_made(self, sqlite_app):
        with sqlite_app.app_context():
            done = sqlite_app.test_cli_runner().invoke(args=["demo", "load", "--password-stdin"], input="short\n")
            assert done.exit_code == 1
            assert "at least 10 characters" in done.stderr
            assert people.by_email("miriam@example.org") is None
            assert count(Item) == 0

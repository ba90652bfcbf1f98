"""Courses that people played, and the pages about it."""

from datetime import timedelta

import pytest
from support.courses import publish_in
from support.playing import NOON, open_course
from support.tiny_packages import tiny

from lrs import projections


@pytest.fixture
def course(app, people):
    """``course(pages, edition=…)`` → uuid of a published item with a tiny package."""

    def make(pages="<title>Tiny</title>", **options) -> str:
        return publish_in(app, tiny(pages, **options), owner=people["erin"], name="tiny.zip")

    return make


@pytest.fixture
def play():
    """``play(item_uuid, person)`` opens a course; inside an application context."""
    return open_course


def question(n, identifier, kind, response, result, **more) -> dict[str, str]:
    """The elements of one answered question of SCORM 1.2."""
    said = {"id": identifier, "type": kind, "student_response": response, "result": result} | more
    return {f"cmi.interactions.{n}.{name}": value for name, value in said.items()}


QUIZ = (
    question(0, "capital", "choice", "b", "correct", latency="00:00:05", **{"correct_responses.0.pattern": "b"})
    | question(1, "pairs", "matching", "1.c,2.b", "wrong", **{"correct_responses.0.pattern": "1.b,2.c"})
    | question(2, "free", "fill-in", "hello", "neutral", weighting="2")
)


@pytest.fixture
def quiz(app, people, course, play):
    """A course that alice passed, bob failed and charlie began; answers its uuid."""
    item = course()
    with app.app_context():
        for name, changes in {
            "alice": QUIZ | {"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "90"},
            "bob": question(0, "capital", "choice", "a", "wrong") | {"cmi.core.lesson_status": "failed", "cmi.core.score.raw": "10"},
            "charlie": {},
        }.items():
            opened = play(item, people[name])
            opened.begin()
            opened.commit(changes, finish="content", at=NOON + timedelta(minutes=5))
        projections.catch_up(5_000)
    return item


@pytest.fixture
def asked(app, people, sign_in):
    """``asked("dana", "/…")`` → the answer; everybody signs in once."""
    clients = {}

    def ask(name, path):
        if name not in clients:
            clients[name] = sign_in(app.test_client(), people[name])
        return clients[name].get(path, buffered=True)

    return ask

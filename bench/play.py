"""Goal 10: what a commit of a SCO costs (check, merge, statements, answer), against one statement posted to ``/xapi``.

The commit is that of a quiz page: an answer and the bookmark, into a state that holds thirty answers; it tells one statement.
"""

import base64
import itertools
import time
from collections.abc import Callable

from flask import Flask

from bench import Line, goal, in_turns, ratio
from bench.lrs_places import key_of, place
from core.clock import now
from core.db import db, write

ROUND = 150
ANSWERS = 30


def _opened(app: Flask) -> str:
    """A learner's launch of a course of one SCO; its commit token."""
    from support.tiny_packages import tiny

    from accounts.people import service as accounts
    from catalogue.items.models import Item
    from scorm.packages.importing import import_package
    from scorm.play import service, tokens

    with app.app_context():
        item = import_package(tiny("<title>Bench</title>"), name="bench.zip", owner_id=None, publish=True).item_uuid
        with write():
            person = accounts.create(email="bench@example.org", name="Bench", role="learner", password="correct horse battery staple")
            course = db.session.scalars(db.select(Item).where(Item.uuid == item)).one()
            uuid = service.launch(item=course, person=person, mode="normal", at=now()).uuid
        return tokens.token_for(tokens.COMMIT, uuid, secret=app.config["SETTINGS"].secret_key)


def _answer(n: int) -> dict:
    entry = f"cmi.interactions.{n % ANSWERS}"
    response = "abcdefgh"[n // ANSWERS % 8]
    return {
        "cmi.core.lesson_location": str(n), f"{entry}.id": f"q{n % ANSWERS}", f"{entry}.type": "choice",
        f"{entry}.student_response": response, f"{entry}.result": "correct",
    }  # fmt: skip


def committing(app: Flask) -> Callable[[], float]:
    """CPU milliseconds of one commit."""
    client, headers = app.extensions["colloquium.content"].test_client(), {"Authorization": "Bearer " + _opened(app)}

    def commit(n: int) -> None:
        body = {"sco": "item1", "sequence": n, "session": 1, "finish": "", "changes": _answer(n)}
        assert client.post("/rt/commit", json=body, headers=headers).json["state"] == "saved"

    return _cpu(commit)


def posting(app: Flask) -> Callable[[], float]:
    """CPU milliseconds of one statement like the one that the commit tells, posted with a key."""
    key = key_of(app)
    basic = base64.b64encode(f"{key.key}:{key.secret}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "X-Experience-API-Version": "1.0.3"}
    client = app.test_client()

    def post(n: int) -> None:
        statement = {
            "actor": {"objectType": "Agent", "name": "Bench", "account": {"homePage": "http://localhost", "name": "bench"}},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/responded", "display": {"en": "responded"}},
            "object": {"id": f"http://localhost/id/item/x/sco/item1/interactions/q{n % ANSWERS}"},
            "result": {"response": "a", "success": True},
            "context": {
                "registration": "0a0b0c0d-1111-4222-8333-444455556666",
                "contextActivities": {
                    "category": [{"id": "https://w3id.org/xapi/scorm"}],
                    "grouping": [{"id": "http://localhost/id/item/x"}],
                },
            },
        }
        assert client.post("/xapi/statements", json=statement, headers=headers).status_code == 200

    return _cpu(post)


def _cpu(act: Callable[[int], None]) -> Callable[[], float]:
    numbers = itertools.count(1)

    def measure() -> float:
        start = time.process_time()
        for _ in range(ROUND):
            act(next(numbers))
        return (time.process_time() - start) / ROUND * 1_000

    for _ in range(ANSWERS * 2):
        act(next(numbers))
    return measure


@goal(10, "a SCORM commit (CPU, ms)", "at most twice a single statement POST")
def commit_against_post() -> list[Line]:
    lines = []
    for database in ("sqlite", "postgresql"):
        with place(database) as (app, _folder, _url):
            commit, post = f"commit on {database}", f"POST on {database}"
            figures = in_turns({commit: committing(app), post: posting(app)})
            lines.append(ratio(figures, commit, post, at_most=2.0))
    return lines

"""Consumers: what is new from now on, in order, once; never again after a rebuild."""

from datetime import timedelta

import orjson
import pytest
from samples import agent, identified

from core.clock import frozen, now
from core.db import write
from lrs import consumers, projections
from lrs.statements.service import store


class Post:
    """Notes what it would send."""

    name = "post"

    def __init__(self):
        self.sent, self.fails = [], False

    def handle(self, entry, *, key):
        if self.fails:
            raise ConnectionError("the receiver is down")
        self.sent.append((entry.id, key))


@pytest.fixture
def post(app, monkeypatch):
    found = Post()
    monkeypatch.setitem(app.extensions, "lrs.consumers", {})
    monkeypatch.setitem(app.extensions, "lrs.projections", {})
    with app.app_context():
        consumers.register(app, found)
        yield found


def put_in(*statements: dict) -> list[str]:
    with write():
        return store([orjson.dumps(s) for s in statements], authority=agent("authority"), version="1.0.3")


def test_handles_what_comes_after_it_was_first_run(post):
    put_in(identified())
    consumers.consume()
    ids = put_in(identified(), identified())
    assert consumers.consume() == 2
    assert consumers.consume() == 0
    assert post.sent == [(i, f"post:{i}") for i in ids]


def test_a_failure_stops_at_the_statement_and_is_tried_again(post):
    consumers.consume()
    ids = put_in(identified(), identified())
    post.fails = True
    assert consumers.consume() == 0
    post.fails = False
    assert consumers.consume() == 0, "it is left alone for a moment"
    with frozen(now() + timedelta(seconds=5)):
        assert consumers.consume() == 2
    assert [i for i, _ in post.sent] == ids


def test_a_rebuild_does_not_send_again(post):
    consumers.consume()
    put_in(identified())
    consumers.consume()
    projections.rebuild()
    consumers.consume()
    assert len(post.sent) == 1


def test_a_name_is_registered_once(app, post):
    with pytest.raises(ValueError, match="already registered"):
        consumers.register(app, Post())

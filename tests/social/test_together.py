"""The same person twice at the same moment: a double click, two devices, a retry while the first try is still running."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from catalogue.items.queries import get_visible
from core.db import db, write
from social.discussions import queries, rules
from social.discussions import service as talk
from social.likes import service as likes

AT_ONCE = 6


@pytest.fixture
def at_once(app, principal_of):
    """``at_once(act)`` runs ``act(by)`` as alice in several threads, each in its own transaction; answers results and errors."""

    def run(act, *, times=AT_ONCE) -> list:
        start = Barrier(times)

        def one(n):
            with app.app_context():
                try:
                    start.wait(10)
                    with write():
                        return act(principal_of("alice"), n)
                except Exception as error:
                    return error
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(one, range(times)))

    return run


def errors(found: list) -> list:
    return [f for f in found if isinstance(f, Exception)]


def test_a_like_is_one_like(at_once, items, log):
    found = at_once(lambda by, _n: likes.like(by=by, item=get_visible(items["open"], to=by)))
    assert errors(found) == []
    assert sorted(found) == [False] * (AT_ONCE - 1) + [True]
    assert len(log("/liked")) == 1


def test_one_form_is_one_thread(at_once, items, log):
    found = at_once(lambda by, _n: talk.start(by=by, item=get_visible(items["open"], to=by), body="Once.", submission="form").uuid)
    assert errors(found) == []
    assert len(set(found)) == 1
    assert len(log("commented")) == 1


def test_the_flood_limit_holds(at_once, items, log):
    def five(by, n):
        for m in range(5):
            talk.start(by=by, item=get_visible(items["open"], to=by), body=f"{n}.{m}")

    at_once(five)
    assert len(log("commented")) == rules.FLOOD_LIMIT


def test_a_deletion_is_one_deletion(app, at_once, items, principal_of, log):
    with app.app_context(), write():
        by = principal_of("alice")
        comment = talk.start(by=by, item=get_visible(items["open"], to=by), body="Gone.").uuid
    found = at_once(lambda by, _n: talk.delete(by=by, comment=queries.get_comment(comment, to=by)))
    assert errors(found) == []
    assert len(log("/delete")) == 1

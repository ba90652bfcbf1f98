"""Many at once, on real connections: no update is lost, whoever comes second is told so."""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha1

import pytest
from samples import agent

from lrs.documents import queries
from lrs.documents.rules import Place
from lrs.statements.keys import agent_key

STATE, PROFILE = "/xapi/activities/state", "/xapi/agents/profile"
IRI = "https://example.org/activities/course"
PLACES = {
    STATE: {"activityId": IRI, "agent": json.dumps(agent()), "stateId": "s"},
    PROFILE: {"agent": json.dumps(agent()), "profileId": "p"},
}


@pytest.fixture
def ask(app, api_key):
    auth = tuple(api_key("all"))

    def send(method, path, content=None, *, at_once: threading.Barrier | None = None, given: dict | None = None, **headers):
        client = app.test_client()
        if at_once is not None:
            at_once.wait()
        return client.open(
            path,
            method=method,
            query_string=PLACES[path] | (given or {}),
            data=content,
            content_type="application/json",
            auth=auth,
            headers={"X-Experience-API-Version": "2.0.0", **{name.replace("_", "-"): value for name, value in headers.items()}},
        )

    return send


def together(count: int, work) -> list:
    """What each of so many threads answers, begun at the same moment; ``work(number, barrier)``."""
    barrier = threading.Barrier(count)
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda number: work(number, barrier), range(count)))


@pytest.mark.parametrize("path", PLACES)
def test_one_of_fifty_replaces(ask, path):
    etag = ask("PUT", path, b"0", If_None_Match="*").headers["ETag"]
    statuses = together(50, lambda n, b: ask("PUT", path, b"%d" % (n + 1), at_once=b, If_Match=etag).status_code)
    assert Counter(statuses) == {204: 1, 412: 49}
    assert ask("GET", path).data == b"%d" % (statuses.index(204) + 1)


@pytest.mark.parametrize("path", PLACES)
def test_one_of_fifty_makes_it(ask, path):
    statuses = together(50, lambda n, b: ask("PUT", path, b"%d" % n, at_once=b, If_None_Match="*").status_code)
    assert Counter(statuses) == {204: 1, 412: 49}
    assert ask("GET", path).data == b"%d" % statuses.index(204)


def test_one_of_fifty_deletes(ask):
    etag = ask("PUT", STATE, b"0").headers["ETag"]
    statuses = together(50, lambda _n, b: ask("DELETE", STATE, at_once=b, If_Match=etag).status_code)
    assert Counter(statuses) == {204: 1, 412: 49}


@pytest.mark.parametrize("path", PLACES)
def test_no_merge_is_lost(ask, path):
    """The first merges meet no document, so there is no row yet that they could lock."""
    statuses = together(40, lambda n, b: ask("POST", path, json.dumps({f"k{n}": n}).encode(), at_once=b).status_code)
    assert set(statuses) == {204}
    assert ask("GET", path).json == {f"k{n}": n for n in range(40)}


def test_a_history_without_lost_updates(ask):
    """Threads count in one document, by merging and by replacing what they have read; every acknowledged step must be in the end."""
    ask("PUT", STATE, b"{}")

    def merge(number: int) -> None:
        for step in range(8):
            assert ask("POST", STATE, json.dumps({f"m{number}.{step}": 1}).encode()).status_code == 204

    def replace(number: int) -> None:
        for step in range(8):
            while True:
                read = ask("GET", STATE)
                assert read.headers["ETag"] == f'"{sha1(read.data).hexdigest()}"', "the ETag belongs to the content it came with"
                new = json.dumps(read.json | {f"r{number}.{step}": 1}).encode()
                status = ask("PUT", STATE, new, If_Match=read.headers["ETag"]).status_code
                if status == 204:
                    break
                assert status == 412

    def work(number, barrier):
        barrier.wait()
        (merge if number % 2 else replace)(number)

    together(6, work)
    kept = ask("GET", STATE).json
    assert kept == {f"{'m' if n % 2 else 'r'}{n}.{step}": 1 for n in range(6) for step in range(8)}


def test_who_follows_since_misses_nothing(ask, app):
    """A reader that asks for what came after the last change it has seen gets every document of the place."""
    place = Place("state", activity=IRI, agent=agent_key(agent()))
    names = [f"d{number}" for number in range(24)]
    seen: list[str] = []
    done = threading.Event()

    def put(number, barrier):
        barrier.wait()
        for name in names[number::6]:
            assert ask("PUT", STATE, b"1", given={"stateId": name}).status_code == 204

    def follow():
        position, last_look = 0, False
        while not last_look:
            last_look = done.is_set()
            with app.app_context():
                for name, updated in queries.names(place, since=position):
                    seen.append(name)
                    position = updated

    reader = threading.Thread(target=follow)
    reader.start()
    together(6, put)
    done.set()
    reader.join()
    assert sorted(seen) == sorted(names)

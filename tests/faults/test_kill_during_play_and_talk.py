"""kill -9 during commits of a course and posts of people: what was answered "saved" is there, and no act without its statement."""

import json
import random
import re
import threading
import time

import pytest
import urllib3
from support.acting import FLOOD_PAUSE, committing, posting

KILLS = 4
LEARNERS = 3


class Actor(threading.Thread):
    """Does one thing after another until told to stop; keeps what was answered as done."""

    def __init__(self, act, stop):
        super().__init__(daemon=True)
        self.act, self.stop_event = act, stop
        self.done: list[str] = []
        self.refused: list[tuple[int, bytes]] = []

    def run(self):
        number = 0
        while not self.stop_event.is_set():
            number += 1
            try:
                answer, mark = self.act(number)
            except urllib3.exceptions.HTTPError:
                time.sleep(0.05)
                continue
            if answer.status in (200, 201):
                self.done.append(mark)
            elif answer.status != 429:
                self.refused.append((answer.status, answer.data[:300]))


@pytest.fixture
def site(server, request):
    """A served installation with the sample courses, some people and a key."""
    sample = request.config.rootpath / "sample_packages" / "built" / "welcome.zip"
    server.start()
    for number in range(LEARNERS):
        email = f"learner{number}@example.org"
        server.cli(
            "user",
            "create",
            "--email",
            email,
            "--name",
            f"L{number}",
            "--role",
            "learner",
            "--password-stdin",
            stdin="a long passphrase here",
        )
    server.item = server.cli("package", "import", str(sample), "--publish")[0]["item"]
    key = server.cli("key", "create", "--name", "faults", "--scope", "all")
    server.headers = urllib3.make_headers(basic_auth=f"{key['key']}:{key['secret']}") | {"Content-Type": "application/json"}
    return server


def pages(site, path: str, key: str):
    """Every entry of a paged answer of the API."""
    number, found = 1, []
    while True:
        answer = json.loads(site.http.request("GET", f"{site.url}{path}?page={number}&per_page=100", headers=site.headers).data)
        found += answer[key]
        if number >= answer["pages"]:
            return found
        number += 1


def statements(site, query: str) -> list[dict]:
    found, path = [], f"/xapi/statements?limit=100&ascending=true&{query}"
    while path:
        page = json.loads(site.http.request("GET", site.url + path, headers=site.headers | {"X-Experience-API-Version": "1.0.3"}).data)
        found += page["statements"]
        path = page.get("more")
    return found


def test_saved_means_saved_and_every_act_has_its_statement(site):
    stop = threading.Event()
    courses = [committing(site, n) for n in range(LEARNERS)]
    actors = [Actor(act, stop) for act, _headers, _sco in courses] + [Actor(posting(site, n), stop) for n in range(LEARNERS)]
    for actor in actors:
        actor.start()
    for _ in range(KILLS):
        time.sleep(random.uniform(1.2, 2.5))
        site.kill()
        site.start()
    time.sleep(FLOOD_PAUSE * 2)
    stop.set()
    for actor in actors:
        actor.join(30)
    assert not [r for a in actors for r in a.refused if r[0] != 503]
    for actor, (_act, headers, sco) in zip(actors[:LEARNERS], courses, strict=True):
        assert len(actor.done) > KILLS
        state = json.loads(site.http.request("GET", f"{site.content_url}/rt/state?sco={sco}", headers=headers).data)
        kept = int(re.search(r"page (\d+)", json.dumps(state)).group(1))
        assert kept >= int(actor.done[-1].split()[1]), "a commit that was answered as saved is gone"
    said = {t["opening"]["body"] for t in pages(site, f"/api/v1/items/{site.item}/threads", "items")}
    assert {text for a in actors[LEARNERS:] for text in a.done} <= said
    told = [
        s["result"]["response"]
        for s in statements(site, "verb=http://adlnet.gov/expapi/verbs/commented")
        if "says" in s["result"]["response"]
    ]
    assert sorted(told) == sorted(said), "each comment has exactly one statement, and no statement is without its comment"
    print(f"commits saved {sum(len(a.done) for a in actors[:LEARNERS])}, comments {len(said)}, lost 0, kills {KILLS}")

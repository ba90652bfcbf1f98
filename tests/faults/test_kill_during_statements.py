"""kill -9 while statements come in: what was acknowledged is there once and unchanged, a batch is whole or absent (RELIABILITY 1, 2)."""

import json
import random
import threading
import time
from uuid import uuid4

import urllib3

KILLS = 5
CLIENTS = 4
VERB = {"id": "http://adlnet.gov/expapi/verbs/experienced", "display": {"en": "experienced"}}


def batch(size: int) -> list[dict]:
    actor = {"account": {"homePage": "https://hr.example.org", "name": f"p{random.randrange(50)}"}}
    target = {"id": f"https://example.org/activities/{random.randrange(200)}"}
    return [{"id": str(uuid4()), "actor": actor, "verb": VERB, "object": target} for _ in range(size)]


class Sender(threading.Thread):
    """Posts batches until told to stop; remembers what was sent and what was acknowledged."""

    def __init__(self, server, headers, stop):
        super().__init__(daemon=True)
        self.server, self.headers, self.stop_event = server, headers, stop
        self.sent, self.acknowledged = [], []
        self.refused = []

    def run(self):
        while not self.stop_event.is_set():
            statements = batch(random.randrange(1, 40))
            self.sent.append(statements)
            try:
                answer = self.server.http.request(
                    "POST", f"{self.server.content_url}/xapi/statements", body=json.dumps(statements), headers=self.headers
                )
            except urllib3.exceptions.HTTPError:
                time.sleep(0.05)
                continue
            if answer.status == 200:
                assert json.loads(answer.data) == [s["id"] for s in statements]
                self.acknowledged.append(statements)
            else:
                self.refused.append(answer.status)


def test_nothing_acknowledged_is_lost_and_no_batch_is_half_there(server):
    key = server.start().cli("key", "create", "--name", "load", "--scope", "all")
    headers = urllib3.make_headers(basic_auth=f"{key['key']}:{key['secret']}")
    headers |= {"X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}
    stop = threading.Event()
    senders = [Sender(server, headers, stop) for _ in range(CLIENTS)]
    for sender in senders:
        sender.start()
    for round_ in range(KILLS):
        time.sleep(random.uniform(0.4, 1.2))
        if round_ % 2:
            server.kill_worker()
            server.wait_until_ready()
        else:
            server.kill()
            server.start()
    time.sleep(0.5)
    stop.set()
    for sender in senders:
        sender.join(30)
    acknowledged = [b for s in senders for b in s.acknowledged]
    assert len(acknowledged) >= KILLS, "the load must really have been served"
    assert not [status for s in senders for status in s.refused if status != 503]
    stored = {s["id"]: s for s in everything(server, headers)}
    for statements in acknowledged:
        for statement in statements:
            assert {k: stored[statement["id"]][k] for k in statement if k != "actor"} == {
                k: statement[k] for k in statement if k != "actor"
            }
    for statements in [b for s in senders for b in s.sent]:
        present = [s["id"] in stored for s in statements]
        assert all(present) or not any(present), "half a batch is stored"
    print(f"acknowledged {sum(map(len, acknowledged))}, stored {len(stored)}, lost 0, partial batches 0, kills {KILLS}")


def everything(server, headers):
    """Every statement, by following ``more``; the order of the log, each once."""
    seen, path = [], "/xapi/statements?limit=100&ascending=true"
    while path:
        page = json.loads(server.http.request("GET", server.content_url + path, headers=headers).data)
        seen += page["statements"]
        path = page.get("more")
    ids = [s["id"] for s in seen]
    assert len(ids) == len(set(ids)), "a statement is stored twice"
    assert [s["stored"] for s in seen] == sorted(s["stored"] for s in seen)
    return seen

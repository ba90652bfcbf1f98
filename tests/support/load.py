"""Clients of ``/xapi`` that send statements and remember what was acknowledged; and the one promise that is checked afterwards.

Acknowledged means there for ever, once, and as it was sent; not acknowledged means wholly there or wholly absent.
"""

import json
import random
import threading
import time
from uuid import uuid4

import urllib3
from support.server import ROOT

VERB = {"id": "http://adlnet.gov/expapi/verbs/experienced", "display": {"en": "experienced"}}
BUSY = (503, 507)


def batch(size: int) -> list[dict]:
    actor = {"account": {"homePage": "https://hr.example.org", "name": f"p{random.randrange(50)}"}}
    target = {"id": f"https://example.org/activities/{random.randrange(200)}"}
    return [{"id": str(uuid4()), "actor": actor, "verb": VERB, "object": target} for _ in range(size)]


def key_for(server, *scopes: str) -> dict:
    """Headers with a new key of a started server."""
    key = server.cli("key", "create", "--name", f"load {uuid4()}", *(part for s in scopes or ("all",) for part in ("--scope", s)))
    headers = urllib3.make_headers(basic_auth=f"{key['key']}:{key['secret']}")
    return headers | {"X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}


def another_package() -> bytes:
    """The welcome package with a comment of its own at its end, so that it is not known yet."""
    content = (ROOT / "sample_packages" / "built" / "welcome.zip").read_bytes()
    return content[:-2] + (36).to_bytes(2, "little") + str(uuid4()).encode()


class Sender(threading.Thread):
    """Posts batches until told to stop."""

    def __init__(self, server, headers: dict, stop: threading.Event, *, largest: int = 40, pause: float = 0):
        super().__init__(daemon=True)
        self.server, self.headers, self.stop_event, self.largest, self.pause = server, headers, stop, largest, pause
        self.sent: list[list[dict]] = []
        self.acknowledged: list[list[dict]] = []
        self.refused: list[tuple[int, bytes]] = []
        self.cut = 0

    def run(self) -> None:
        while not self.stop_event.is_set():
            statements = batch(random.randrange(1, self.largest + 1))
            self.sent.append(statements)
            try:
                answer = self.server.http.request(
                    "POST", f"{self.server.content_url}/xapi/statements", body=json.dumps(statements), headers=self.headers
                )
            except urllib3.exceptions.HTTPError:
                self.cut += 1
                time.sleep(0.05)
                continue
            if answer.status == 200:
                assert json.loads(answer.data) == [s["id"] for s in statements]
                self.acknowledged.append(statements)
            else:
                self.refused.append((answer.status, answer.data[:300]))
                time.sleep(0.05)
            time.sleep(self.pause)


class Load:
    """``with Load(server, headers) as load: …`` keeps some senders busy inside the block."""

    def __init__(self, server, headers: dict, *, clients: int = 4, largest: int = 40, pause: float = 0):
        self._stop = threading.Event()
        self.server, self.headers = server, headers
        self.senders = [Sender(server, headers, self._stop, largest=largest, pause=pause) for _ in range(clients)]

    def __enter__(self) -> "Load":
        for sender in self.senders:
            sender.start()
        return self

    def __exit__(self, *_exception) -> None:
        self._stop.set()
        for sender in self.senders:
            sender.join(60)

    @property
    def acknowledged(self) -> list[list[dict]]:
        return [b for s in self.senders for b in s.acknowledged]

    @property
    def sent(self) -> list[list[dict]]:
        return [b for s in self.senders for b in s.sent]

    @property
    def refused(self) -> list[tuple[int, bytes]]:
        return [r for s in self.senders for r in s.refused]

    def check(self, *, stored: dict[str, dict] | None = None, busy: tuple[int, ...] = BUSY) -> dict[str, int]:
        """The promise, against everything the server now gives out; answers the figures."""
        assert not [r for r in self.refused if r[0] not in busy], self.refused[:3]
        stored = {s["id"]: s for s in everything(self.server, self.headers)} if stored is None else stored
        for statement in (s for b in self.acknowledged for s in b):
            assert statement["id"] in stored, "a statement that was acknowledged is gone"
            kept = stored[statement["id"]]
            assert {k: kept[k] for k in statement if k != "actor"} == {k: statement[k] for k in statement if k != "actor"}
        for statements in self.sent:
            present = [s["id"] in stored for s in statements]
            assert all(present) or not any(present), "half a batch is stored"
        acknowledged = sum(map(len, self.acknowledged))
        return {"acknowledged": acknowledged, "stored": len(stored), "lost": 0, "partial_batches": 0, "busy": len(self.refused)}


def everything(server, headers: dict, query: str = "") -> list[dict]:
    """Every statement, by following ``more``; each once, in the order of the log."""
    seen, path = [], f"/xapi/statements?limit=100&ascending=true{query}"
    while path:
        answer = server.http.request("GET", server.content_url + path, headers=headers)
        assert answer.status == 200, answer.data
        page = json.loads(answer.data)
        seen += page["statements"]
        path = page.get("more")
    ids = [s["id"] for s in seen]
    assert len(ids) == len(set(ids)), "a statement is stored twice"
    assert [s["stored"] for s in seen] == sorted(s["stored"] for s in seen)
    return seen

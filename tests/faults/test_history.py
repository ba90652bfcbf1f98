"""Eight clients write, void and read the same things at once: some order explains every answer they got (RELIABILITY 3, 4, 6)."""

import hashlib
import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from support.counts import count, tell
from support.history import IMPOSSIBLE, History, Operation, explainable
from support.load import VERB, key_for

OPERATIONS = count(800, 50_000)  # on statements, and as many on documents
CLIENTS = 8
EACH = 40  # operations on one thing
VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided", "display": {"en": "voided"}}
ACTOR = {"account": {"homePage": "https://hr.example.org", "name": "historian"}}


class Site:
    """The operations, each as a call and what was answered."""

    def __init__(self, server, headers: dict):
        self.server, self.headers = server, headers

    def ask(self, method: str, path: str, fields: dict, body: dict | bytes | None = None, **headers: str):
        query = "&".join(f"{k}={v}" for k, v in fields.items())
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        url = f"{self.server.content_url}/xapi/{path}?{query}"
        answer = self.server.http.request(method, url, body=data, headers=self.headers | headers)
        assert answer.status < 500, (answer.status, answer.data)
        return answer

    def put_statement(self, uuid: str, variant: int) -> int:
        body = {"actor": ACTOR, "verb": VERB, "object": {"id": f"https://example.org/variant/{variant}"}}
        return self.ask("PUT", "statements", {"statementId": uuid}, body).status

    def read_statement(self, uuid: str) -> tuple[str, int | None]:
        """Which variant is there, plain or voided. Two requests are as good as one moment: what was nothing was nothing at the first."""
        for kind in ("statementId", "voidedStatementId"):
            answer = self.ask("GET", "statements", {kind: uuid})
            if answer.status == 200:
                return kind, int(json.loads(answer.data)["object"]["id"].rsplit("/", 1)[1])
        return "nothing", None

    def void(self, uuid: str) -> int:
        target = {"objectType": "StatementRef", "id": uuid}
        body = {"actor": ACTOR, "verb": VOIDED, "object": target}
        answer = self.server.http.request("POST", f"{self.server.content_url}/xapi/statements", body=json.dumps(body), headers=self.headers)
        return answer.status

    def write_document(self, profile: str, content: bytes, **condition: str) -> int:
        fields = {"activityId": "https://example.org/a", "profileId": profile}
        return self.ask("PUT", "activities/profile", fields, content, **{"Content-Type": "text/plain", **condition}).status

    def read_document(self, profile: str) -> tuple[bytes | None, str]:
        answer = self.ask("GET", "activities/profile", {"activityId": "https://example.org/a", "profileId": profile})
        assert answer.status in (200, 404)
        return (answer.data, answer.headers["ETag"]) if answer.status == 200 else (None, "")


def statement_step(state, call, answer):
    """(variant, voided): written once by whoever comes first, voided once for ever, in advance too."""
    variant, voided = state
    if call[0] == "put":
        if variant is None:
            return (call[1], voided) if answer == 204 else IMPOSSIBLE
        return state if answer == (204 if variant == call[1] else 409) else IMPOSSIBLE
    if call[0] == "void":
        return (variant, True) if answer == 200 else IMPOSSIBLE
    expected = ("nothing", None) if variant is None else ("voidedStatementId" if voided else "statementId", variant)
    return state if answer == expected else IMPOSSIBLE


def document_step(state, call, answer):
    """The content, changed only by whoever says what it was; who says nothing is refused, as 1.0.3 Communication 3.1 has it."""
    if call[0] == "read":
        return state if answer == state else IMPOSSIBLE
    _write, expected, content = call
    if expected == "blind":
        right = 400 if state is None else 409
    else:
        right = 204 if state == expected else 412
    if answer != right:
        return IMPOSSIBLE
    return content if answer == 204 else state


def act_on_statement(site: Site, history: History, uuid: str) -> None:
    what = random.random()
    if what < 0.45:
        variant = random.randrange(3)
        history.record(("statement", uuid), ("put", variant), lambda: site.put_statement(uuid, variant))
    elif what < 0.5:
        history.record(("statement", uuid), ("void",), lambda: site.void(uuid))
    else:
        history.record(("statement", uuid), ("read",), lambda: site.read_statement(uuid))


def act_on_document(site: Site, history: History, name: str) -> None:
    what, mine = random.random(), uuid4().hex.encode()
    if what < 0.1:
        history.record(("document", name), ("write", "blind", mine), lambda: site.write_document(name, mine))
        return
    seen, tag = None, ""

    def look():
        nonlocal seen, tag
        seen, tag = site.read_document(name)
        return seen

    history.record(("document", name), ("read",), look)
    if seen is not None:
        assert tag.strip('"').lower() == hashlib.sha1(seen).hexdigest()
    condition = {"If-Match": tag} if seen is not None else {"If-None-Match": "*"}
    history.record(("document", name), ("write", seen, mine), lambda: site.write_document(name, mine, **condition))


@pytest.mark.parametrize("act", [act_on_statement, act_on_document])
def test_some_order_explains_every_answer(server, act):
    site = Site(server, key_for(server.start()))
    history = History()

    def client(names: list) -> None:
        for name in names:
            act(site, history, name)

    with ThreadPoolExecutor(CLIENTS) as pool:
        while len(history) < OPERATIONS:
            names = [str(uuid4()) for _ in range(4)]
            list(pool.map(client, [random.choices(names, k=len(names) * EACH // CLIENTS) for _ in range(CLIENTS)]))
    anomalies = history.anomalies(lambda thing: ((None, False), statement_step) if thing[0] == "statement" else (None, document_step))
    assert anomalies == {}
    tell(operations=len(history), anomalies=0, clients=CLIENTS)


def at_once(number: int, act) -> list:
    gate = threading.Barrier(number)

    def one(place: int):
        gate.wait(20)
        return act(place)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_the_same_statement_fifty_times_is_stored_once(server):
    """And never refused; another one under its id always is."""
    site = Site(server, key_for(server.start()))
    uuid = str(uuid4())
    assert set(at_once(50, lambda _place: site.put_statement(uuid, 1))) == {204}
    assert set(at_once(50, lambda _place: site.put_statement(uuid, 2))) == {409}
    assert site.read_statement(uuid) == ("statementId", 1)
    tell(stored=1, same=50, other=50)


def test_of_fifty_that_change_a_document_one_does(server):
    site = Site(server, key_for(server.start()))
    name = uuid4().hex
    assert sorted(at_once(50, lambda place: site.write_document(name, b"%d" % place, **{"If-None-Match": "*"}))) == [204] + [412] * 49
    _content, tag = site.read_document(name)
    answers = at_once(50, lambda place: site.write_document(name, b"second %d" % place, **{"If-Match": tag}))
    assert sorted(answers) == [204] + [412] * 49
    assert site.read_document(name)[0] == b"second %d" % answers.index(204)
    assert site.write_document(name, b"blind") == 409
    tell(changed_by=1, of=50)


@pytest.mark.parametrize(
    ("answers", "explained"),
    [
        ([(0, 1, ("write", None, b"a"), 204), (2, 3, ("read",), b"a")], True),
        ([(0, 1, ("write", None, b"a"), 204), (2, 3, ("read",), None)], False),
        ([(0, 5, ("write", None, b"a"), 204), (2, 3, ("read",), None)], True),
        ([(0, 5, ("write", None, b"a"), 204), (1, 4, ("write", None, b"b"), 204)], False),
        ([(0, 5, ("write", None, b"a"), 204), (1, 2, ("read",), b"a"), (3, 4, ("read",), None)], False),
    ],
    ids=["seen", "lost", "not-yet", "two-winners", "taken-back"],
)
def test_the_checker_knows_an_anomaly_when_it_sees_one(answers, explained):
    assert explainable([Operation(*a) for a in answers], None, document_step) is explained

"""Who may call what: every route is listed in ``permissions.tsv``; what it says is tried with each kind of caller."""

import csv
import re
from pathlib import Path

import pytest

from core.access import AUDIENCES, audience_of

TABLE = Path(__file__).parent / "permissions.tsv"
ALLOWED = {
    "public": {"visitor", "alice", "dana", "erin", "ada", "key", "reading key"},
    "person": {"alice", "dana", "erin", "ada", "key", "reading key"},
    "trainer": {"dana", "ada", "key", "reading key"},
    "author": {"erin", "ada", "key", "reading key"},
    "admin": {"ada", "key", "reading key"},
}
UNKNOWN = {"uuid": "00000000-0000-4000-8000-000000000000", "path": "nothing/here", "number": 1}
CALLERS = ("visitor", "alice", "dana", "erin", "ada", "key", "reading key")


def registered(app) -> set[tuple[str, str, str, str]]:
    """(origin, method, route, audience) of everything that can be called."""
    found = set()
    for origin, site in (("app", app), ("content", app.extensions["colloquium.content"])):
        for rule in site.url_map.iter_rules():
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                audience = audience_of(app, rule.endpoint, method) if origin == "app" else "token"
                found.add((origin, method, rule.rule, audience))
    return found


def listed() -> set[tuple[str, str, str, str]]:
    with TABLE.open() as stream:
        return {tuple(row) for row in csv.reader(stream, delimiter="\t")}


def test_every_route_is_listed_with_its_audience(sqlite_app):
    routes, table = registered(sqlite_app), listed()
    assert {a for o, _m, _r, a in table if o == "app"} <= set(AUDIENCES)
    assert routes - table == set(), "add these to tests/permissions.tsv after deciding who may call them"
    assert table - routes == set(), "these are gone or changed"


def address(app, rule: str, known: dict | None = None) -> str:
    """The route with something unknown (or what ``known`` says for it) in its places."""
    found = next(r for r in app.url_map.iter_rules() if r.rule == rule)
    values = {}
    for name, converter in found._converters.items():
        choices = getattr(converter, "items", None)
        kind = {"PathConverter": "path", "IntegerConverter": "number"}.get(type(converter).__name__, "uuid")
        values[name] = sorted(choices)[0] if choices else UNKNOWN[kind]
    values |= {name: value for name, value in (known or {}).items() if name in values}
    return found.build(values, append_unknown=False)[1]


def refused(answer) -> bool:
    """401, 403, or sent to the sign-in page."""
    return answer.status_code in (401, 403) or answer.headers.get("Location", "").startswith("/login")


@pytest.fixture
def callers(app, people, sign_in, csrf, api_key):
    """A way to call for each kind of caller: ``call(method, path)``."""
    found = {}
    for name in CALLERS:
        client, options = app.test_client(), {}
        if name in people:
            sign_in(client, people[name])
            options["headers"] = csrf(client)
        elif name != "visitor":
            options["auth"] = api_key("all" if name == "key" else "all/read")
        found[name] = (client, options)
    return found


def test_each_route_admits_exactly_its_audience(app, callers):
    """With something unknown in each route: whoever belongs gets an answer about the thing, everybody else a refusal."""
    wrong = []
    for _origin, method, rule, audience in sorted(r for r in listed() if r[0] == "app"):
        if audience == "public" or rule == "/me/sessions/end":
            continue
        for name, (client, options) in callers.items():
            if name.endswith("key") and not rule.startswith("/api/"):
                continue
            may = name in ALLOWED[audience] and not (name == "reading key" and method != "GET")
            answer = client.open(address(app, rule), method=method, **options)
            if refused(answer) == may or answer.status_code >= 500:
                wrong.append(f"{method} {rule} ({audience}) as {name}: {answer.status_code} {answer.text[:120]!r}")
    assert not wrong, "\n".join(wrong)


CANARY = "Canary4711"
LEAK = re.compile(CANARY + r"\W+(shown|draft|said|topic)")


@pytest.fixture
def secret(app, people):
    """An item, a thread and a comment that only alice's group may see, and a draft that only erin may; with likes and a launch."""
    from catalogue.items import service as items
    from core.access import Principal
    from core.db import db, write
    from lrs.projections import catch_up
    from social.discussions import service as talk
    from social.likes import service as likes

    who = Principal(kind="person", person_id=people["alice"].id, uuid=people["alice"].uuid, role="learner", name="Alice")
    with app.app_context():
        with write():
            from accounts.groups.models import Group

            group = db.session.query(Group).one()
            item = items.create(kind="video", title=f"{CANARY} shown to a group", owner_id=people["erin"].id)
            items.edit(item=item, by=None, visibility="groups", groups=[group.uuid])
            draft = items.create(kind="video", title=f"{CANARY} draft", owner_id=people["erin"].id)
            comment = talk.start(by=who, item=item, body=f"{CANARY} said alice", title=f"{CANARY} topic")
            likes.like(by=who, item=item)
            found = {"item": item.uuid, "draft": draft.uuid, "thread": comment.thread.uuid, "comment": comment.uuid}
        catch_up(limit_ms=2000)
    return found


def about(rule: str) -> str | None:
    """What the route's uuid names."""
    for part, kind in (("/items/", "item"), ("/covers/", "item"), ("/threads/", "thread"), ("/comments/", "comment")):
        if f"{part}<" in rule:
            return kind
    return None


def test_what_is_not_for_somebody_does_not_exist_for_them(app, people, secret, sign_in, csrf):
    """Every route that names an item, a thread or a comment answers charlie as it answers for something that does not exist."""
    charlie = sign_in(app.test_client(), people["charlie"])
    headers = csrf(charlie)
    wrong = []
    for _origin, method, rule, audience in sorted(r for r in listed() if r[0] == "app" and about(r[2])):
        for kind in ("item", "draft") if about(rule) == "item" else (about(rule),):
            answer = charlie.open(address(app, rule, {"uuid": secret[kind]}), method=method, headers=headers)
            nothing = charlie.open(address(app, rule), method=method, headers=headers)
            if answer.status_code != nothing.status_code or answer.status_code < 400 or LEAK.search(answer.text):
                wrong.append(f"{method} {rule} ({audience}) on the {kind}: {answer.status_code}, for nothing: {nothing.status_code}")
    assert not wrong, "\n".join(wrong)


def test_no_list_feed_search_count_or_profile_gives_it_away(app, people, secret, sign_in):
    """Every page without a uuid, the searches, and the profiles of those who wrote."""
    charlie = sign_in(app.test_client(), people["charlie"])
    pages = [r for origin, method, r, audience in listed() if (origin, method, audience) == ("app", "GET", "person") and "<" not in r]
    pages += [f"/catalogue?q={CANARY}", f"/api/v1/items?q={CANARY}", "/catalogue?sort=new", "/api/v1/items?kind=video"]
    pages += [f"/people/{people[name].uuid}" for name in ("alice", "erin")]
    for page in pages:
        answer = charlie.get(page)
        assert answer.status_code < 400, page
        assert not LEAK.search(answer.text), page
    assert charlie.get("/api/v1/items").json["total"] == 0


def test_it_is_there_for_those_it_is_for(app, people, secret, sign_in):
    """The same pages do show it to the group: the two tests above look for something that can be found."""
    alice = sign_in(app.test_client(), people["alice"])
    assert alice.get("/api/v1/items").json["total"] == 1
    pages = ["/", "/catalogue", f"/catalogue?q={CANARY}", f"/items/{secret['item']}", f"/threads/{secret['thread']}"]
    for page in [*pages, f"/people/{people['alice'].uuid}"]:
        assert LEAK.search(alice.get(page).text), page
    assert alice.get(f"/items/{secret['draft']}").status_code == 404


def test_the_iri_of_an_activity_leads_people_to_it(app, people, secret, sign_in):
    alice = sign_in(app.test_client(), people["alice"])
    for kind, page in (("item", "items"), ("thread", "threads"), ("comment", "comments")):
        assert alice.get(f"/id/{kind}/{secret[kind]}").headers["Location"] == f"/{page}/{secret[kind]}"

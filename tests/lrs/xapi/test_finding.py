"""GET /statements against an oracle: every filter, alone and together, finds what a loop over the statements finds."""

import json
import random
from itertools import combinations

import pytest
from samples import activity, agent, identified, voiding

PEOPLE = [agent(n) for n in ("ann", "ben", "cat")]
TEAM = {"objectType": "Group", **agent("team"), "member": [PEOPLE[0]]}
ANONYMOUS = {"objectType": "Group", "member": [PEOPLE[1], PEOPLE[2]]}
ACTIVITIES = [activity(n) for n in ("one", "two", "three")]
VERBS = [{"id": f"https://example.org/verbs/{v}"} for v in ("did", "saw")]
REGISTRATIONS = ["ec531277-b57b-4c15-8d91-d292c5b2b8f7", "5f0e2a8e-7f6c-4d9f-9a51-6f5a5c9b4c11"]


def drawn(rng: random.Random) -> dict:
    """A statement whose people and activities stand in random places."""
    context = {}
    if rng.random() < 0.4:
        context["registration"] = rng.choice(REGISTRATIONS)
    if rng.random() < 0.3:
        context["instructor"] = rng.choice([*PEOPLE, TEAM])
    if rng.random() < 0.2:
        context["team"] = rng.choice([TEAM, ANONYMOUS])
    if rng.random() < 0.5:
        context["contextActivities"] = {rng.choice(["parent", "grouping", "category", "other"]): rng.sample(ACTIVITIES, rng.randint(1, 2))}
    target = rng.choice([*ACTIVITIES, *ACTIVITIES, {"objectType": "Agent", **rng.choice(PEOPLE)}, TEAM, ANONYMOUS])
    if rng.random() < 0.15:
        inner = {"actor": rng.choice([*PEOPLE, ANONYMOUS]), "verb": rng.choice(VERBS), "object": rng.choice([*ACTIVITIES, TEAM])}
        inner["context"] = {"contextActivities": {"parent": [rng.choice(ACTIVITIES)]}, "instructor": rng.choice(PEOPLE)}
        target = {"objectType": "SubStatement", **inner}
    return identified(actor=rng.choice([*PEOPLE, *PEOPLE, TEAM, ANONYMOUS]), verb=rng.choice(VERBS), object=target, context=context)


def everyone(who: dict | None) -> set[str]:
    return set() if not who else {who[k] for k in ("mbox",) if k in who} | {m["mbox"] for m in who.get("member", ())}


def is_actor(thing: dict) -> bool:
    return thing.get("objectType") in ("Agent", "Group")


def agents_of(s: dict, related: bool) -> set[str]:
    found = everyone(s["actor"]) | (everyone(s["object"]) if is_actor(s["object"]) else set())
    if related:
        context = s.get("context", {})
        found |= everyone(context.get("instructor")) | everyone(context.get("team"))
        if s["object"].get("objectType") == "SubStatement":
            found |= agents_of(s["object"], True)
    return found


def activities_of(s: dict, related: bool) -> set[str]:
    target = s["object"]
    found = {target["id"]} if target.get("objectType", "Activity") == "Activity" else set()
    if related:
        found |= {a["id"] for group in s.get("context", {}).get("contextActivities", {}).values() for a in group}
        if target.get("objectType") == "SubStatement":
            found |= activities_of(target, True)
    return found


FILTERS = {
    "agent": lambda s, p: p["agent"]["mbox"] in agents_of(s, p.get("related_agents") == "true"),
    "verb": lambda s, p: s["verb"]["id"] == p["verb"],
    "activity": lambda s, p: p["activity"] in activities_of(s, p.get("related_activities") == "true"),
    "registration": lambda s, p: s.get("context", {}).get("registration") == p["registration"],
}


@pytest.fixture
def stored(xapi):
    """Eighty statements in four batches, three of them voided."""
    rng = random.Random(7)
    statements = [drawn(rng) for _ in range(80)]
    for start in range(0, 80, 20):
        assert xapi.post(statements[start : start + 20]).status_code == 200
    gone = rng.sample(statements, 3)
    assert xapi.post([voiding(s["id"]) | {"actor": agent("admin")} for s in gone]).status_code == 200
    return [s for s in statements if s not in gone]


def queries():
    values = {
        "agent": [*PEOPLE, agent("team"), agent("nobody")],
        "verb": [v["id"] for v in VERBS],
        "activity": [a["id"] for a in ACTIVITIES],
        "registration": REGISTRATIONS,
    }
    rng = random.Random(11)
    for count in range(1, 5):
        for names in combinations(FILTERS, count):
            for _ in range(4):
                query = {name: rng.choice(values[name]) for name in names}
                query |= {r: rng.choice(["true", "false"]) for r in ("related_agents", "related_activities")}
                yield query | {"limit": rng.choice(["3", "10", "100"]), "ascending": rng.choice(["true", "false"])}


def test_every_combination_of_filters(xapi, stored):
    hits = 0
    for query in queries():
        expected = [s["id"] for s in stored if all(FILTERS[name](s, query) for name in FILTERS if name in query)]
        if query["ascending"] == "false":
            expected.reverse()
        sent = query | ({"agent": json.dumps(query["agent"])} if "agent" in query else {})
        assert xapi.ids(**sent) == expected, query
        hits += len(expected)
    assert hits > 300, "the oracle found too little for this to be a test"


def test_since_excludes_and_until_includes_its_instant(xapi):
    for n in range(4):
        xapi.post(identified(object=activity(str(n))))
    whole = xapi.get(ascending="true").json["statements"]
    times, ids = [s["stored"] for s in whole], [s["id"] for s in whole]
    assert xapi.ids(since=times[1], ascending="true") == ids[2:]
    assert xapi.ids(until=times[1], ascending="true") == ids[:2]
    assert xapi.ids(since=times[0], until=times[2], ascending="true") == ids[1:3]
    assert xapi.ids(until=times[1].replace("Z", "999Z"), ascending="true") == ids[:2]
    assert xapi.ids(since="2100-01-01T00:00:00Z") == []
    assert xapi.ids(until="1960-01-01T00:00:00+02:00") == []


class TestPaging:
    def test_while_statements_arrive_and_go_shows_the_old_ones_once(self, xapi):
        ids = [s["id"] for s in (identified() for _ in range(25))]
        xapi.post([{**identified(), "id": i} for i in ids])
        answer, seen = xapi.get(limit=4), []
        while True:
            seen += [s["id"] for s in answer.json["statements"]]
            if not answer.json["more"]:
                break
            xapi.post([identified(), identified()])
            answer = xapi.follow(answer.json["more"])
        assert seen == ids[::-1]

    def test_ascending_reaches_what_arrives_meanwhile(self, xapi):
        first = [identified() for _ in range(5)]
        xapi.post(first)
        answer = xapi.get(limit=3, ascending="true")
        late = identified()
        xapi.post(late)
        rest = xapi.follow(answer.json["more"]).json
        assert [s["id"] for s in answer.json["statements"] + rest["statements"]] == [s["id"] for s in [*first, late]]
        assert rest["more"] == ""

    def test_more_is_a_path_on_this_server(self, xapi):
        xapi.post([identified(), identified()])
        assert xapi.get(limit=1).json["more"].startswith("/xapi/statements?cursor=")

    def test_a_page_has_at_most_a_hundred(self, xapi):
        xapi.post([identified() for _ in range(101)])
        assert len(xapi.get().json["statements"]) == len(xapi.get(limit="100000").json["statements"]) == 100
        assert len(xapi.ids()) == 101

    @pytest.mark.parametrize(
        "cursor", ["", "x", "W10", "AAAA", "W3siYSI6MX0sMV0", "W3siY3Vyc29yIjoieCJ9LDFd", "W3t9LC0xXQ", "W3t9LCJ4Il0", "bnVsbA", "é"]
    )
    def test_an_invented_cursor_is_refused(self, xapi, cursor):
        assert xapi.get(cursor=cursor).status_code == 400

    def test_a_cursor_stands_alone(self, xapi):
        xapi.post([identified(), identified()])
        more = xapi.get(limit=1).json["more"]
        assert xapi.follow(more + "&limit=5").status_code == 400

"""GET /statements against an oracle: every filter, alone and together, finds what a loop over the statements finds."""

import json
import random
from itertools import combinations, permutations

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


def referring(rng: random.Random, statements: list[dict]) -> dict:
    """A statement about another, which may itself be about another, and may come later."""
    one = drawn(rng) | {"object": {"objectType": "StatementRef", "id": rng.choice(statements)["id"]}}
    return one | {"actor": agent("dora"), "context": {}}


def targets(s: dict, by_id: dict[str, dict]) -> list[dict]:
    """What a statement refers to, and what that refers to, however far."""
    found = []
    while s and s["object"].get("objectType") == "StatementRef" and s not in found:
        found.append(s)
        s = by_id.get(s["object"]["id"])
    return [*found[1:], s] if found and s else found[1:]


@pytest.fixture
def stored(xapi):
    """Ninety-six statements in batches, sixteen of them about others; three are voided by three more."""
    rng = random.Random(7)
    statements = [drawn(rng) for _ in range(80)]
    for _ in range(16):
        statements.insert(rng.randrange(80), referring(rng, statements))
    for start in range(0, 96, 16):
        assert xapi.post(statements[start : start + 16]).status_code == 200
    gone = rng.sample(statements, 3)
    voids = [voiding(s["id"]) | {"actor": agent("admin")} for s in gone]
    assert xapi.post(voids).status_code == 200
    return [*statements, *voids], gone


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
    statements, gone = stored
    by_id = {s["id"]: s for s in statements}
    hits = referrals = 0
    for query in queries():
        expected = []
        for s in statements:
            own, *others = [all(FILTERS[n](x, query) for n in FILTERS if n in query) for x in (s, *targets(s, by_id))]
            if s not in gone and (own or any(others)):
                expected.append(s["id"])
                referrals += not own
        if query["ascending"] == "false":
            expected.reverse()
        sent = query | ({"agent": json.dumps(query["agent"])} if "agent" in query else {})
        assert xapi.ids(**sent) == expected, query
        hits += len(expected)
    assert hits > 300, "the oracle found too little for this to be a test"
    assert referrals > 30


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


class TestReferences:
    """What refers to a match is found too, at any remove and in any order of arrival, voided or not."""

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_a_chain_of_three_in_any_order(self, xapi, order):
        last = identified(object=activity("end"))
        middle = identified(actor=agent("m"), object={"objectType": "StatementRef", "id": last["id"]})
        first = identified(actor=agent("f"), object={"objectType": "StatementRef", "id": middle["id"]})
        chain = [first, middle, last]
        for place in order:
            xapi.post(chain[place])
        assert sorted(xapi.ids(activity=activity("end")["id"])) == sorted(s["id"] for s in chain)

    def test_a_circle_ends(self, xapi):
        one, two = identified(), identified()
        one["object"] = {"objectType": "StatementRef", "id": two["id"]}
        two["object"] = {"objectType": "StatementRef", "id": one["id"]}
        assert xapi.post([one, two]).status_code == 200
        assert sorted(xapi.ids(agent=json.dumps(agent()))) == sorted([one["id"], two["id"]])

    def test_time_is_that_of_the_reference(self, xapi):
        target = identified(object=activity("end"))
        xapi.post(target)
        middle = xapi.get().json["statements"][0]["stored"]
        about = identified(object={"objectType": "StatementRef", "id": target["id"]})
        xapi.post(about)
        assert xapi.ids(activity=activity("end")["id"], since=middle) == [about["id"]]

    def test_what_one_may_not_see_does_not_appear_as_a_reference(self, xapi, xapi_of):
        mine = xapi_of("statements/write", "statements/read/mine")
        target, about = identified(object=activity("end")), identified()
        mine.post(target)
        xapi.post(about | {"object": {"objectType": "StatementRef", "id": target["id"]}})
        assert mine.ids(activity=activity("end")["id"]) == [target["id"]]

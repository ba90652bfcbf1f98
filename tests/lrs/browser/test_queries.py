"""The streams find what a walk through the whole log would find, page by page, in both directions, on both databases."""

import random
from dataclasses import dataclass
from uuid import UUID, uuid4

import orjson
import pytest
from samples import VOIDED, activity, agent, identified, statement
from sqlalchemy import select

from core.db import db, write
from lrs.browser import queries
from lrs.browser.queries import Wanted
from lrs.statements.keys import keys_of
from lrs.statements.models import Statement
from lrs.statements.service import store
from lrs.statements.terms import ACTIVITY, AGENT, VERB

PEOPLE = [f"p{n}" for n in range(6)]
VERBS = [f"https://example.org/verbs/{n}" for n in range(3)]
THINGS = [f"t{n}" for n in range(4)]
REGISTRATIONS = [str(uuid4()) for _ in range(2)]


@dataclass(frozen=True)
class Kept:
    """A statement as a plain walk sees it."""

    seq: int
    actor: str | None
    agents: frozenset[str]
    related_agents: frozenset[str]
    verb: str
    activity: str | None
    related: frozenset[str]
    registration: str | None
    authority: str
    voided: bool


def random_statement(chance: random.Random, ids: list[str]) -> dict:
    whole = statement(actor=agent(chance.choice(PEOPLE)), verb={"id": chance.choice(VERBS)}, object=activity(chance.choice(THINGS)))
    if chance.random() < 0.2:
        whole["actor"] = {"objectType": "Group", "member": [agent(p) for p in chance.sample(PEOPLE, 3)]}
    if chance.random() < 0.2:
        whole["object"] = {"objectType": "Agent", **agent(chance.choice(PEOPLE))}
    context = {}
    if chance.random() < 0.3:
        context["instructor"] = agent(chance.choice(PEOPLE))
    if chance.random() < 0.4:
        context["contextActivities"] = {"parent": [activity(t) for t in chance.sample(THINGS, 2)]}
    if chance.random() < 0.5:
        context["registration"] = chance.choice(REGISTRATIONS)
    if ids and chance.random() < 0.1:
        whole |= {"verb": {"id": VOIDED}, "object": {"objectType": "StatementRef", "id": chance.choice(ids)}}
    return identified(**whole, context=context or None)


@pytest.fixture
def log(app):
    """Two hundred random statements from two senders; answers how a walk sees them."""
    chance = random.Random(4)
    ids: list[str] = []
    with app.app_context():
        for authority in ("one", "two"):
            batch = [random_statement(chance, ids) for _ in range(100)]
            ids += [s["id"] for s in batch]
            with write():
                store([orjson.dumps(s) for s in batch], authority=agent(authority), version="1.0.3")
        yield [_kept(*row) for row in db.session.execute(select(Statement.seq, Statement.voided, Statement.payload))]


def _kept(seq, voided, payload) -> Kept:
    whole = orjson.loads(payload)
    k = keys_of(whole)
    authority = f"mbox {whole['authority']['mbox']}"
    agents, related = frozenset(k.agents), frozenset(k.related_agents)
    return Kept(seq, k.actor, agents, related, k.verb, k.activity, frozenset(k.related_activities), k.registration, authority, voided)


def walked(log: list[Kept], q: dict) -> list[int]:
    def fits(k: Kept) -> bool:
        who = {k.actor} | k.agents | (k.related_agents | {k.authority} if q["mentioned"] else set())
        what = {k.activity} | (k.related if q["related"] else set())
        return (
            (q["voided"] or not k.voided)
            and (q["agents"] is None or bool(who & q["agents"]))
            and (q["activities"] is None or bool(what & q["activities"]))
            and (q["verb"] is None or k.verb == q["verb"])
            and (q["authority"] is None or k.authority == q["authority"])
            and (q["registration"] is None or k.registration == q["registration"])
            and (q["since"] is None or k.seq > q["since"])
            and (q["until"] is None or k.seq <= q["until"])
            and (q["allowed"] is None or k.actor in q["allowed"])
        )

    return sorted((k.seq for k in log if fits(k)), reverse=True)


def random_question(chance: random.Random, log: list[Kept]) -> dict:
    def some(values, most):
        return set(chance.sample(values, chance.randint(1, most)))

    def maybe(value, likely=0.4):
        return value if chance.random() < likely else None

    people, things = [f"mbox mailto:{p}@example.org" for p in PEOPLE], [activity(t)["id"] for t in THINGS]
    seqs = sorted(k.seq for k in log)
    return {
        "agents": maybe(some(people, 3)),
        "activities": maybe(some(things, 3)),
        "verb": maybe(chance.choice(VERBS)),
        "authority": maybe("mbox mailto:one@example.org", 0.2),
        "registration": maybe(chance.choice(REGISTRATIONS), 0.2),
        "since": maybe(chance.choice(seqs[:80]), 0.3),
        "until": maybe(chance.choice(seqs[120:]), 0.3),
        "mentioned": chance.random() < 0.5,
        "related": chance.random() < 0.5,
        "voided": chance.random() < 0.5,
        "allowed": maybe(some(people, 4), 0.3),
    }


def wanted(q: dict) -> Wanted:
    def numbers(kind, texts):
        return None if texts is None else queries.numbers(kind, texts)

    return Wanted(
        agents=numbers(AGENT, q["agents"]),
        activities=numbers(ACTIVITY, q["activities"]),
        verb=numbers(VERB, q["verb"] and [q["verb"]]),
        authority=numbers(AGENT, q["authority"] and [q["authority"]]),
        registration=UUID(q["registration"]) if q["registration"] else None,
        allowed=numbers(AGENT, q["allowed"]),
        **{name: q[name] for name in ("since", "until", "mentioned", "related", "voided")},
    )


def paged(asked: Wanted, limit: int, *, ascending: bool) -> list[int]:
    found: list[int] = []
    while rows := queries.page(asked, limit=limit, beyond=found[-1] if found else None, ascending=ascending):
        found += [row.seq for row in rows]
    return found


def test_pages_are_the_log_filtered(log):
    chance = random.Random(5)
    met = 0
    for _ in range(60):
        q = random_question(chance, log)
        expected, asked = walked(log, q), wanted(q)
        met += bool(expected)
        assert paged(asked, 7, ascending=False) == expected, q
        assert paged(asked, 7, ascending=True) == expected[::-1], q
        assert queries.count(asked, most=20, beyond=0) == min(len(expected), 20), q
        part = queries.texts_of(asked, limit=9, beyond=None, ascending=False)
        assert [seq for seq, _text in part] == expected[:9], q
    assert met > 25, "the questions must find something"


def test_what_the_log_does_not_know_finds_nothing(log):
    empty = frozenset()
    for asked in (Wanted(agents=empty), Wanted(verb=empty), Wanted(activities=empty), Wanted(authority=empty), Wanted(allowed=empty)):
        assert queries.page(asked, limit=5) == []
        assert queries.count(asked, most=5, beyond=0) == 0


def test_a_statement_is_seen_by_whom_it_is_for(log):
    of_p1 = next(k for k in log if k.actor == "mbox mailto:p1@example.org")
    [row] = queries.rows_at([of_p1.seq])
    assert queries.one(row.id, None).seq == row.seq
    assert queries.one(row.id, queries.numbers(AGENT, ["mbox mailto:p1@example.org"])).seq == row.seq
    assert queries.one(row.id, queries.numbers(AGENT, ["mbox mailto:p2@example.org"])) is None
    assert queries.one(row.id, frozenset()) is None


def test_a_large_statement_keeps_its_bytes_out_of_lists(app):
    big = identified(result={"extensions": {"https://example.org/x": "y" * queries.LARGEST}})
    with app.app_context():
        with write():
            store([orjson.dumps(big)], authority=agent("one"), version="1.0.3")
        [row] = queries.page(Wanted(), limit=2)
        assert row.payload is None
        assert row.size > queries.LARGEST
        assert len(queries.one(row.id, None).payload) == row.size
        [(_seq, part)] = queries.texts_of(Wanted(), limit=2, beyond=None, ascending=False)
        assert len(part) == queries.SEARCHED_PART


def test_the_work_does_not_grow_with_the_log(sqlite_app):
    """SQLite counts its steps: a person's few statements with a common verb cost as much among thousands of others as among hundreds."""
    wanted = ({"agents": ["ann", "ben"]}, {"agents": ["ann"]}, {"allowed": ["ann", "ben"]})
    cost: dict[int, list[int]] = {}
    with sqlite_app.app_context():
        own = [identified(actor=agent(name), verb={"id": VERBS[0]}) for name in ("ann", "ben") for _ in range(3)]
        for others in (300, 3_000):
            more = [identified(actor=agent(f"o{n}"), verb={"id": VERBS[0]}) for n in range(others)]
            with write():
                store([orjson.dumps(s) for s in [*own, *more]], authority=agent("one"), version="1.0.3")
            verb = queries.numbers(VERB, [VERBS[0]])
            asked = [
                Wanted(verb=verb, **{name: queries.numbers(AGENT, [f"mbox mailto:{p}@example.org" for p in who])})
                for given in wanted
                for name, who in given.items()
            ]
            cost[others] = [steps(one) for one in asked]
    for few, many in zip(cost[300], cost[3_000], strict=True):
        assert many <= few * 1.5 + 200, cost


def steps(asked: Wanted) -> int:
    """What the virtual machine of SQLite does for a page."""
    counted = [0]

    def tick() -> int:
        counted[0] += 10
        return 0

    db.session.rollback()
    driver = db.session.connection().connection.driver_connection
    driver.set_progress_handler(tick, 10)
    try:
        assert queries.page(asked, limit=20)
    finally:
        driver.set_progress_handler(None, 0)
    return counted[0]

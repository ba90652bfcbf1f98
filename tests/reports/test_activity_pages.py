"""The pages of people and activities: what happened, told to those who may know it."""

from html import unescape
from urllib.parse import quote
from uuid import uuid4

import orjson
import pytest

from accounts.groups.models import Group
from accounts.people.models import Person
from catalogue.items import service as items
from catalogue.items.acts import activity as activity_of
from core.clock import now
from core.db import db, write
from core.identity import person_agent
from lrs import projections
from lrs.identities import service as identities
from lrs.statements.keys import agent_key
from lrs.statements.service import record, store
from reports.activities import rules
from reports.timeline.rules import cursor, item_iri, mentioned

ADL = "http://adlnet.gov/expapi/verbs/"
AWAY = {"mbox": "mailto:ana@example.net", "name": "Ana Elsewhere"}
ROOM = {
    "id": "https://example.org/room/7",
    "definition": {"name": {"en": "Room seven", "fr": "Salle sept"}, "description": {"en": "Upstairs."}},
}
KEY = {"objectType": "Agent", "account": {"homePage": "http://localhost", "name": "key:1"}}


def said(who: dict, verb: str, what: dict, **members) -> dict:
    return {"id": str(uuid4()), "actor": who, "verb": {"id": ADL + verb}, "object": what, "timestamp": now().isoformat(), **members}


@pytest.fixture
def world(app, people):
    """Fire is for all, Night for the group of alice and bob, Draft for erin alone. Alice did something with each; so did others."""
    found = {}
    with app.app_context():
        with write():
            group = db.session.query(Group).one()
            for title in ("Fire", "Night", "Draft"):
                item = items.create(kind="video", title=title, owner_id=people["erin"].id)
                found[title] = (item.uuid, activity_of(item))
                if title != "Draft":
                    items.edit(item=item, by=None, visibility="published" if title == "Fire" else "groups", groups=[group.uuid])
        agents = {name: person_agent(uuid=p.uuid, name=p.name) for name, p in people.items()}
        with write():
            record(
                said(agents["alice"], "failed", found["Fire"][1], result={"score": {"scaled": 0.3}, "success": False}),
                said(agents["alice"], "passed", found["Fire"][1], result={"score": {"scaled": 0.9}, "success": True}),
                said(agents["alice"], "scored", found["Fire"][1], result={"score": {"scaled": 0.6}}),
                said(agents["alice"], "launched", found["Night"][1]),
                said(agents["alice"], "launched", found["Draft"][1]),
                said(
                    agents["alice"],
                    "answered",
                    {"id": "https://example.org/question", "definition": {"name": {"en": "Secret question"}}},
                    context={"contextActivities": {"grouping": [found["Draft"][1]]}},
                ),
                said(agents["bob"], "passed", found["Fire"][1], result={"score": {"scaled": 0.5}}),
                said(agents["charlie"], "completed", found["Fire"][1]),
            )
            store(
                [
                    orjson.dumps(said(AWAY, "attended", ROOM, result={"score": {"scaled": 1}})),
                    orjson.dumps(said(agents["charlie"], "attended", ROOM)),
                ],
                authority=KEY,
                version="1.0.3",
                trust="define",
            )
        projections.catch_up(limit_ms=5000)
    return found | {"agents": agents}


@pytest.fixture
def page(app, people, sign_in):
    """``page("dana", "/…")`` → (status, text) as a person sees it."""
    signed_in = {}

    def visit(name: str, path: str, **headers):
        if name not in signed_in:
            signed_in[name] = sign_in(app.test_client(), people[name])
        answer = signed_in[name].get(path, headers=headers)
        return answer.status_code, unescape(answer.text)

    return visit


def about(world, title: str) -> str:
    return "/activities?id=" + quote(world[title][1]["id"] if title in world else title, safe="")


class TestWhoSeesAPerson:
    @pytest.mark.parametrize(
        ("reader", "status"), [("alice", 200), ("bob", 404), ("charlie", 404), ("dana", 200), ("erin", 404), ("ada", 200)]
    )
    def test_the_page_of_alice(self, page, people, world, reader, status):
        assert page(reader, f"/people/{people['alice'].uuid}/activity")[0] == status

    def test_everybody_has_their_own(self, page, people, world):
        for name in people:
            assert page(name, "/me/activity")[0] == 200

    def test_nobody_and_somebody_else_are_the_same(self, page, people, world):
        nobody = str(uuid4())
        found = page("bob", f"/people/{people['alice'].uuid}/activity")
        assert (found[0], found[1].replace(people["alice"].uuid, nobody)) == page("bob", f"/people/{nobody}/activity")

    def test_items_that_the_reader_may_not_see_are_left_out(self, page, people, world):
        address = f"/people/{people['alice'].uuid}/activity"
        trainer, admin, own = page("dana", address)[1], page("ada", address)[1], page("alice", "/me/activity")[1]
        for text in (trainer, own):
            assert "Night" in text
            assert "Draft" not in text
            assert "Secret question" not in text
        assert "Draft" in admin
        assert "Secret question" in admin

    def test_agents_without_an_account_are_for_administrators(self, page, world):
        address = f"/agents?key={quote(agent_key(AWAY))}"
        assert page("dana", address)[0] == 403
        status, text = page("ada", address)
        assert status == 200
        assert "Ana Elsewhere" in text
        assert "ana@example.net" in text
        assert "Room seven" in text

    def test_an_agent_that_nobody_knows(self, page, world):
        assert page("ada", "/agents?key=mbox%20mailto:x@example.org")[0] == 404
        assert page("ada", "/agents")[0] == 302

    def test_the_agent_of_a_person_leads_to_the_person(self, page, people, world):
        assert page("ada", f"/agents?key={quote(agent_key(world['agents']['alice']))}")[0] == 302


class TestAPerson:
    def test_results_with_best_and_last_score(self, page, people, world):
        text = page("dana", f"/people/{people['alice'].uuid}/activity")[1]
        row = text.split("/items/" + world["Fire"][0])[1].split("</tr>")[0]
        assert "90 %" in row
        assert row.index("90 %") < row.index("60 %")
        assert "Passed" in row

    def test_merged_identifiers_are_one_person(self, app, page, people, world):
        with app.app_context(), write():
            identities.merge(one=agent_key(world["agents"]["alice"]), other=agent_key(AWAY))
        trainer = page("dana", f"/people/{people['alice'].uuid}/activity")[1]
        assert "Room seven" in trainer
        assert "ana@example.net" not in trainer
        assert "ana@example.net" in page("alice", "/me/activity")[1]
        assert "ana@example.net" in page("ada", f"/people/{people['alice'].uuid}/activity")[1]
        assert page("ada", f"/agents?key={quote(agent_key(AWAY))}")[0] == 302

    def test_only_what_they_did_themselves(self, app, page, people, world):
        with app.app_context(), write():
            record(said(world["agents"]["charlie"], "mentored", world["agents"]["alice"]))
        assert "mentored" not in page("alice", "/me/activity")[1]

    def test_pages_without_gap_or_double(self, app, page, people, world):
        with app.app_context(), write():
            record(*(said(world["agents"]["bob"], "experienced", {"id": f"https://example.org/n/{n}"}) for n in range(60)))
        seen, address = [], "/me/activity"
        while address:
            text = page("bob", address)[1]
            seen += [part.split("<")[0] for part in text.split("<bdi>")[1:] if part.split("<")[0].isdigit()]
            address = text.split('" rel="next"')[0].rsplit('href="', 1)[1] if 'rel="next"' in text else None
        assert seen == [str(n) for n in range(59, -1, -1)]

    def test_a_fixed_number_of_queries(self, app, page, people, world, count_queries):
        address = f"/people/{people['alice'].uuid}/activity"
        page("dana", address)
        with count_queries() as few:
            page("dana", address)
        with app.app_context(), write():
            record(*(said(world["agents"]["alice"], "experienced", {"id": f"https://example.org/n/{n}"}) for n in range(24)))
        with count_queries() as many:
            page("dana", address)
        assert len(many) == len(few)

    def test_the_way_there(self, page, people, world):
        assert "/activity" in page("dana", f"/people/{people['alice'].uuid}")[1]
        assert f"/people/{people['alice'].uuid}/activity" not in page("bob", f"/people/{people['alice'].uuid}")[1]
        assert 'href="/me/activity"' in page("bob", "/me/results")[1]


class TestAnActivity:
    def test_who_did_what_for_each_reader(self, page, people, world):
        """Names in the table of people, by reader."""
        expected = {"ada": {"Alice", "Bob", "Charlie"}, "dana": {"Alice", "Bob"}, "bob": {"Bob"}, "charlie": {"Charlie"}, "erin": set()}
        for reader, names in expected.items():
            status, text = page(reader, about(world, "Fire"))
            assert status == 200
            people_part = text.split('id="record-people"')[-1].split("</table>")[0] if "record-people" in text else ""
            assert {name for name in ("Alice", "Bob", "Charlie") if name in people_part} == names, reader
            told = text.split("<main")[1]
            assert {name for name in ("Alice", "Bob", "Charlie") if f"<bdi>{name}</bdi>" in told} == names, reader

    @pytest.mark.parametrize(
        ("title", "readers"),
        [
            ("Night", {"alice", "bob", "dana", "erin", "ada"}),
            ("Draft", {"erin", "ada"}),
            ("https://example.org/question", {"ada"}),
            ("https://example.org/room/7", {"charlie", "ada"}),
            ("https://example.org/unknown", set()),
        ],
    )
    def test_for_whom_it_exists(self, page, people, world, title, readers):
        assert {name for name in people if page(name, about(world, title))[0] == 200} == readers

    @pytest.mark.parametrize("title", ["Draft", "https://example.org/question"])
    def test_a_later_page_does_not_give_it_away(self, page, world, title):
        for place in ("", "&before=1", "&before=99999999999999999"):
            status, text = page("charlie", about(world, title) + place)
            assert status == 404, place
            assert "Secret question" not in text

    def test_figures(self, page, world):
        text = page("ada", about(world, "Fire"))[1]
        figures = text.split('class="record-figures"')[1].split("</dl>")[0]
        assert "<dd>6</dd>" in figures
        assert "<dd>4</dd>" in figures, "the installation itself published it"
        assert "57 %" in figures
        assert "passed" in figures

    def test_a_merged_person_counts_once(self, app, page, world):
        with app.app_context(), write():
            identities.merge(one=agent_key(world["agents"]["charlie"]), other=agent_key(AWAY))
        text = page("ada", about(world, "https://example.org/room/7"))[1]
        people_part = text.split('id="record-people"')[1].split("</table>")[0]
        assert people_part.count('<th scope="row">') == 1
        assert "Charlie" in people_part

    def test_named_in_the_language_of_the_reader(self, app, page, people, world):
        text = page("ada", about(world, "https://example.org/room/7"))[1]
        assert "Room seven" in text
        assert "Upstairs." in text
        with app.app_context(), write():
            db.session.get(Person, people["ada"].id).language = "fr"
        text = page("ada", about(world, "https://example.org/room/7"))[1]
        assert "Salle sept" in text
        assert "Room seven" not in text

    def test_a_fixed_number_of_queries(self, app, page, people, world, count_queries):
        page("dana", about(world, "Fire"))
        with count_queries() as few:
            page("dana", about(world, "Fire"))
        with app.app_context(), write():
            record(*(said(world["agents"]["bob"], "experienced", world["Fire"][1]) for _ in range(40)))
        with count_queries() as many:
            page("dana", about(world, "Fire"))
        assert len(many) == len(few)

    def test_it_says_when_it_does_not_count_all(self, app, page, world, monkeypatch):
        from reports.activities import queries

        monkeypatch.setattr(queries, "LATEST", 4)
        text = page("ada", about(world, "Fire"))[1]
        assert "Of the latest 4 statements." in text
        assert "4+" in text

    def test_what_is_no_address(self, page, world):
        for path in ("/activities", "/activities?id=", "/activities?id=%00"):
            assert page("bob", path)[0] == 302
        for path in ("/activities?id=x", "/activities?id=x&before=99999999999999999999"):
            assert page("ada", path)[0] == 404


class TestLinks:
    def test_the_browser_of_statements_knows_the_pages(self, app, page, people, world):
        from lrs.browser import links

        with app.test_request_context():
            from flask import g

            from core.access import Principal

            g.principal = Principal(kind="person", person_id=people["dana"].id, role="trainer")
            assert links.address("person", agent_key(world["agents"]["alice"])) == f"/people/{people['alice'].uuid}/activity"
            assert links.address("person", agent_key(world["agents"]["charlie"])) is None
            assert links.address("person", agent_key(AWAY)) is None
            assert links.address("activity", ROOM["id"]).startswith("/activities?id=")


class TestRules:
    def test_last_and_best_come_by_time_not_by_order(self):
        first, later = now(), now()
        told = [
            ("a", 1, later, {"score": {"scaled": 0.2}}),
            ("a", 1, first, {"score": {"scaled": 0.8}, "success": True}),
            (None, 2, first, None),
        ]
        for order in (told, told[::-1]):
            (one,) = rules.summary(order).people
            assert (one.best, one.last, one.success) == (0.8, 0.2, True)
            assert (rules.summary(order).statements, rules.summary(order).scores) == (3, 2)

    def test_what_a_statement_names(self):
        inner = {"objectType": "SubStatement", "object": {"id": "a"}, "context": {"contextActivities": {"parent": {"id": "b"}}}}
        assert list(mentioned({"object": inner, "context": {"contextActivities": {"other": [{"id": "c"}]}}})) == ["a", "b", "c"]
        uuid = str(uuid4())
        assert item_iri(f"http://x/id/item/{uuid}/sco/1", "http://x/id/item/") == f"http://x/id/item/{uuid}"
        assert item_iri("http://x/id/thread/1", "http://x/id/item/") is None

    @pytest.mark.parametrize(("text", "place"), [("12", 12), ("", None), ("-1", None), ("1" * 18, None), ("²", None)])
    def test_places(self, text, place):
        assert cursor(text) == place


class TestTheBrowserOfStatements:
    """``/statements`` follows the same two rules: whose statements, and about which items."""

    def test_a_trainer_reads_nothing_of_what_is_hidden_from_them(self, page, world):
        text = page("dana", "/statements")[1]
        assert "Fire" in text
        for hidden in ("Draft", "Secret question"):
            assert f"<bdi>{hidden}</bdi>" not in text
            assert hidden in page("ada", "/statements")[1]

    def test_nor_opens_one(self, app, page, people, world):
        hidden = said(world["agents"]["alice"], "launched", world["Draft"][1])
        with app.app_context(), write():
            record(hidden)
        for address in (f"/statements/{hidden['id']}", f"/statements/{hidden['id']}.json"):
            assert page("dana", address)[0] == 404
            assert page("ada", address)[0] == 200

    def test_nor_finds_it_among_what_refers_to_another(self, app, page, world):
        shown = said(world["agents"]["alice"], "launched", world["Fire"][1])
        told = {"objectType": "StatementRef", "id": shown["id"]}
        hidden = said(world["agents"]["bob"], "shared", told, context={"contextActivities": {"parent": [world["Draft"][1]]}})
        with app.app_context(), write():
            record(shown, hidden)
        assert hidden["id"] not in page("dana", f"/statements/{shown['id']}")[1]
        assert hidden["id"] in page("ada", f"/statements/{shown['id']}")[1]

"""The pages of the browser as a person without JavaScript meets them."""

import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlencode
from uuid import UUID

import orjson
import pytest
from samples import VOIDED, agent, rich, statement, voiding

from core.clock import frozen
from core.db import db, write
from core.identity import person_agent
from lrs.browser import links
from lrs.browser.models import SavedFilter
from lrs.credentials.signing_in import authority_of
from lrs.statements import queries as log
from lrs.statements.keys import agent_key

PASSED = {"id": "http://adlnet.gov/expapi/verbs/passed"}
QUIZ = {"id": "https://example.org/golf/quiz", "definition": {"name": {"en": "Golf Quiz", "fr": "Quiz de golf"}}}


def martin(**members) -> dict:
    actor = {"name": "Alice Martin", "mbox": "mailto:alice.martin@example.org"}
    return statement(**{"actor": actor, "verb": PASSED, "object": QUIZ, **members})


def of_person(someone, **members) -> dict:
    return statement(**{"actor": {"account": {"homePage": "http://localhost", "name": someone.uuid}, "name": someone.name}, **members})


def sentences(answer) -> list[str]:
    """What the lines of a list say."""
    found = re.findall(r'<li class="statement-row.*?<a href="[^"]*">(.*?)</a>', answer.text, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", one)) for one in found]


class TestTheList:
    def test_a_statement_is_a_sentence_with_its_result(self, tell, ada):
        tell(martin(result={"score": {"scaled": 0.9}, "success": True, "duration": "PT3M"}))
        page = ada.get("/statements")
        assert sentences(page) == ["Alice Martin passed Golf Quiz"]
        for chip in ("90%", "successful", "3 min"):
            assert f"<bdi>{chip}</bdi>" in page.text

    def test_it_speaks_the_readers_language(self, tell, ada, csrf):
        tell(martin())
        tell(martin(verb=PASSED | {"display": {"en": "passed"}}))
        ada.post("/language", data={"language": "fr", "next": "/"}, headers=csrf(ada))
        answer = ada.get("/statements", headers={"Accept-Language": "fr, en;q=0.5"})
        assert sentences(answer) == ["Alice Martin a réussi Quiz de golf"] * 2

    def test_it_tells_the_time_of_the_readers_zone(self, tell, ada):
        with frozen(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)):
            tell(martin())
        ada.set_cookie("timezone", "Europe/Paris")
        assert "2:00:00\u202fPM" in ada.get("/statements").text

    def test_every_kind_of_object_has_a_sentence(self, tell, ada):
        team = {"objectType": "Group", "member": [agent("x"), agent("y"), agent("z"), agent("w"), agent("v")]}
        sub = {"objectType": "SubStatement", "actor": agent("bob"), "verb": PASSED, "object": QUIZ}
        tell(martin(object={"objectType": "Agent", "name": "Bob", **agent("bob")}))
        tell(martin(object=sub))
        tell(statement(actor=team, verb=PASSED, object={"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"}))
        assert sentences(ada.get("/statements")) == [
            "x@example.org, y@example.org, z@example.org and 2 others passed a statement",
            "Alice Martin passed: “Bob passed Golf Quiz”",
            "Alice Martin passed Bob",
        ]

    def test_a_name_is_remembered_for_statements_without_one(self, tell, ada):
        tell(martin())
        tell(statement(actor=agent("alice.martin"), verb=PASSED, object={"id": QUIZ["id"]}))
        assert sentences(ada.get("/statements")) == ["Alice Martin passed Golf Quiz"] * 2

    def test_pages_go_down_and_up_again(self, tell, ada):
        tell(*(martin(object={"id": f"https://example.org/{n:03}"}) for n in range(120)))
        first = ada.get("/statements")
        assert [sentences(first)[0], len(sentences(first))] == ["Alice Martin passed 119", 50]

        def follow(page, name):
            return ada.get(unescape(re.search(rf'<a href="([^"]*)" rel="{name}"', page.text)[1]))

        second = follow(first, "next")
        third = follow(second, "next")
        assert sentences(third)[-1] == "Alice Martin passed 000"
        assert 'rel="next"' not in third.text
        back = follow(third, "prev")
        assert sentences(back) == sentences(second)
        assert sentences(follow(back, "prev")) == sentences(first)

    def test_a_large_one_does_not_break_it(self, tell, ada):
        [big, _other] = tell(martin(result={"response": "x" * 1_000_000}), martin())
        page = ada.get("/statements")
        assert len(sentences(page)) == 2
        assert "too large to be shown in a list: 977" in page.text
        assert len(page.text) < 100_000
        alone = ada.get(f"/statements/{big}")
        assert alone.status_code == 200
        assert len(alone.text) < 100_000
        assert len(ada.get(f"/statements/{big}.json").data) > 1_000_000

    def test_damaged_bytes_do_not_break_it(self, tell, ada, app):
        from sqlalchemy import update

        from lrs.statements.models import Statement

        uuids = tell(martin(), martin(), martin())
        with app.app_context(), write() as session:
            for uuid, payload in zip(uuids, (b'{"actor":\xff\xfe', b"[1]", b'{"actor":{},"verb":{"id":1},"object":7}'), strict=True):
                session.execute(update(Statement).where(Statement.id == UUID(uuid)).values(payload=payload))
        assert ada.get("/statements").text.count("cannot be read") == 3
        assert ada.get("/statements?text=anything").status_code == 200
        for uuid in uuids:
            assert "cannot be read" in ada.get(f"/statements/{uuid}").text

    def test_nothing_in_a_statement_runs(self, tell, ada):
        evil = '"><script>alert(1)</script>{{ 7*7 }}'
        [uuid] = tell(
            statement(
                actor={"name": evil, "account": {"homePage": "https://example.org", "name": evil}},
                verb={"id": "https://example.org/v", "display": {"en": evil}},
                object={
                    "id": "javascript:alert(1)",
                    "definition": {
                        "name": {"en": evil}, "description": {"en": evil}, "moreInfo": "javascript:alert(2)", "type": "javascript:alert(3)",
                        "extensions": {"javascript:alert(4)": {evil: evil}},
                    },
                },
                result={"response": evil, "extensions": {"https://e.org/x": evil}},
                context={"platform": evil, "revision": evil},
                attachments=[{
                    "usageType": "javascript:alert(5)", "display": {"en": evil}, "contentType": "text/html", "length": 1, "sha2": "0" * 64,
                    "fileUrl": "javascript:alert(6)",
                }],
            )
        )  # fmt: skip
        paths = ["/statements", f"/statements/{uuid}", f"/statements/{uuid}/void", "/statements/seen", "/statements/seen?kind=activity"]
        paths += ["/statements?" + urlencode(dict.fromkeys(("person", "agent", "verb", "activity", "text", "authority", "from"), evil))]
        for path in paths:
            page = ada.get(path).text
            assert "<script>alert" not in page, path
            assert not re.search(r'(href|src)="\s*javascript:', page, re.IGNORECASE), path
            assert "49" not in re.sub(r"[0-9a-f-]{12,}|v=\w+", "", page) or "{{ 7*7 }}" in page, path


class TestFilters:
    @pytest.fixture
    def told(self, tell, people):
        team = {
            "objectType": "Group",
            "name": "Crew",
            "account": {"homePage": "https://example.org", "name": "crew"},
            "member": [agent("m")],
        }
        with frozen(datetime(2026, 5, 1, 12, tzinfo=UTC)):
            self.old = tell(statement(object={"id": "https://example.org/old"}))[0]
        parent = {"contextActivities": {"parent": [QUIZ]}, "registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f7"}
        self.martin = tell(martin(result={"response": "Jupiter"}), authority="sender")[0]
        self.part = tell(statement(object={"id": "https://example.org/part/1"}, context=parent))[0]
        self.team = tell(statement(actor=team, verb=PASSED))[0]
        self.own = tell(of_person(people["bob"], actor=None) | {"actor": self.agent_of(people["bob"])})[0]
        self.voided = tell(statement(object={"id": "https://example.org/wrong"}))[0]
        self.voiding = tell(voiding(self.voided, actor=agent("ada")))[0]

    def agent_of(self, someone):
        return {"account": {"homePage": "http://localhost", "name": someone.uuid}, "name": someone.name}

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"person": "martin"}, ["martin"]),
            ({"person": "MARTIN alice"}, ["martin"]),
            ({"person": "alice.martin@example.org"}, ["martin"]),
            ({"person": "mailto:alice.martin@example.org"}, ["martin"]),
            ({"person": "crew"}, ["team"]),
            ({"person": "m@example.org"}, ["team"]),
            ({"person": "bob@example.org"}, ["own"]),
            ({"person": "bob"}, ["own"]),
            ({"person": "sender@example.org", "mentioned": "1"}, ["martin"]),
            ({"agent": "mbox mailto:alice.martin@example.org"}, ["martin"]),
            ({"verb": PASSED["id"]}, ["team", "martin"]),
            ({"activity": "golf qu"}, ["martin"]),
            ({"activity": "quiz de"}, ["martin"]),
            ({"activity": QUIZ["id"]}, ["martin"]),
            ({"activity": QUIZ["id"], "related": "1"}, ["part", "martin"]),
            ({"registration": "EC531277-b57b-4c15-8d91-d292c5b2b8f7"}, ["part"]),
            ({"to": "2026-05-01"}, ["old"]),
            ({"from": "2026-05-01", "to": "2026-05-01T12:00"}, ["old"]),
            ({"from": "2026-05-02", "text": "jupiter"}, ["martin"]),
            ({"authority": "mbox mailto:sender@example.org"}, ["martin"]),
            ({"activity": "https://example.org/wrong", "voided": "1"}, ["voided"]),
            ({"verb": VOIDED}, ["voiding"]),
            ({"person": "martin", "verb": PASSED["id"], "activity": "quiz"}, ["martin"]),
        ],
    )
    def test_each_finds_its_statements(self, told, ada, asked, found):
        page = ada.get("/statements", query_string=asked)
        listed = re.findall(r'<li class="statement-row.*?href="/statements/([0-9a-f-]{36})', page.text, re.DOTALL)
        assert listed == [getattr(self, name) for name in found]

    @pytest.mark.parametrize(
        ("asked", "says"),
        [
            ({"person": "nobody at all"}, "Nobody by that name"),
            ({"activity": "no such thing"}, "No activity by that name"),
            ({"verb": "https://example.org/never"}, "Nothing matches"),
            ({"person": "martin", "activity": "https://example.org/old"}, "Nothing matches"),
            ({"registration": "abc"}, "A registration is a UUID"),
            ({"from": "tomorrow"}, "Write a date"),
            ({"text": "no such words"}, "Nothing matches"),
        ],
    )
    def test_an_empty_page_says_what_to_do(self, told, ada, asked, says):
        page = ada.get("/statements", query_string=asked).text
        assert says in page
        assert 'class="statement-row' not in page

    def test_chips_take_one_filter_off(self, told, ada):
        page = ada.get("/statements", query_string={"person": "martin", "verb": PASSED["id"], "voided": "1"}).text
        assert 'href="/statements?person=martin&amp;voided=1"' in page
        assert "Remove filter: Verb: passed" in page

    def test_a_search_says_how_far_it_looked(self, tell, ada, monkeypatch):
        from lrs.browser import search

        monkeypatch.setattr(search.find, "__kwdefaults__", {"ascending": False, "at_most": 3})
        tell(*(martin(result={"response": "needle" if n == 0 else "hay"}) for n in range(5)))
        page = ada.get("/statements?text=needle").text
        assert "3 statements were looked through." in page
        further = unescape(re.search(r'<a href="([^"]*)">Look further back', page)[1])
        assert len(sentences(ada.get(further))) == 1

    def test_the_command_asks_the_same(self, told, ada, xapi):
        import json
        import shlex

        page = ada.get("/statements", query_string={"person": "alice.martin@example.org", "verb": PASSED["id"], "from": "2026-05-02"}).text
        command = unescape(re.search(r'<pre tabindex="0" id="curl">(.*?)</pre>', page, re.DOTALL)[1])
        words = shlex.split(command.replace("\\\n", ""))
        parameters = dict(words[i + 1].split("=", 1) for i, word in enumerate(words) if word == "--data-urlencode")
        assert json.loads(parameters["agent"]) == {"mbox": "mailto:alice.martin@example.org"}
        assert xapi.ids(**parameters) == [self.martin]

    def test_the_export_is_of_the_same_filter(self, told, ada):
        page = ada.get("/statements", query_string={"verb": PASSED["id"]}).text
        address = unescape(re.search(r'href="(/api/v1/statements/export[^"]*jsonl)"', page)[1])
        answer = ada.get(address)
        assert [orjson.loads(line)["id"] for line in answer.data.splitlines()] in (
            [self.martin, self.team], [self.team, self.martin],
        )  # fmt: skip
        assert "Take those filters off first" in ada.get("/statements?text=x").text

    def test_what_is_new_is_counted(self, told, tell, ada):
        page = ada.get("/statements", query_string={"verb": PASSED["id"]}).text
        address = unescape(re.search(r'data-news="([^"]*)"', page)[1])
        assert ada.get(address).json == {"count": 0, "text": ""}
        tell(martin(), statement())
        assert ada.get(address).json == {"count": 1, "text": "1 new statement"}
        assert ada.get("/statements/news.json?since=x").json["count"] == 0


class TestWhoSees:
    @pytest.fixture
    def told(self, tell, people):
        def mine(name):
            return tell(statement(actor={"account": {"homePage": "http://localhost", "name": people[name].uuid}, "name": name}))[0]

        return {name: mine(name) for name in ("alice", "charlie", "dana")} | {"external": tell(martin())[0]}

    def test_a_trainer_sees_whom_they_train(self, told, dana):
        assert sentences(dana.get("/statements")) == ["dana did course", "alice did course"]

    @pytest.mark.parametrize("end", ["", ".json", "/attachments/" + "0" * 64])
    def test_a_trainer_does_not_open_what_others_did(self, told, dana, end):
        for name in ("charlie", "external"):
            assert dana.get(f"/statements/{told[name]}{end}").status_code == 404
        if not end.startswith("/"):
            assert dana.get(f"/statements/{told['alice']}{end}").status_code == 200

    @pytest.mark.parametrize(
        "asked", ["person=charlie", "person=martin", "text=charlie", "voided=1", "activity=course", "mentioned=1&person=dana"]
    )
    def test_no_filter_widens_it(self, told, dana, asked):
        page = dana.get(f"/statements?{asked}").text
        assert told["charlie"] not in page
        assert told["external"] not in page
        assert "alice.martin@example.org" not in page

    def test_no_filter_tells_names_of_others(self, told, dana, ada):
        for asked, name in (
            ({"agent": "mbox mailto:alice.martin@example.org"}, "Alice Martin"),
            ({"person": "alice.martin@example.org"}, "Alice Martin"),
            ({"activity": QUIZ["id"]}, "Golf Quiz"),
            ({"activity": "golf"}, "Golf Quiz"),
        ):
            assert name in ada.get("/statements", query_string=asked).text
            assert name not in dana.get("/statements", query_string=asked).text

    def test_what_refers_to_it_is_shown_only_as_far(self, told, tell, dana, ada):
        note = tell(voiding(told["alice"], actor=agent("secret")))[0]
        assert note in ada.get(f"/statements/{told['alice']}").text
        assert note not in dana.get(f"/statements/{told['alice']}").text

    def test_news_are_counted_only_as_far(self, told, dana, tell):
        tell(martin())
        assert dana.get("/statements/news.json?since=0").json["count"] == 2

    def test_without_anybody_who_allows_it_there_is_nothing(self, told, dana, app):
        kept = app.extensions.pop("lrs.browser.sight")
        try:
            assert "Nothing to see yet" in dana.get("/statements").text
            assert dana.get(f"/statements/{told['alice']}").status_code == 404
        finally:
            app.extensions["lrs.browser.sight"] = kept

    def test_what_is_for_administrators_is_not_offered(self, told, dana, csrf):
        page = dana.get("/statements").text
        for words in ("As a command", "Export", "Sent with", "What is in this store"):
            assert words not in page
        assert "Void this statement" not in dana.get(f"/statements/{told['alice']}").text
        assert dana.post(f"/statements/{told['alice']}/void", headers=csrf(dana)).status_code == 403

    @pytest.mark.parametrize("name", ["alice", "erin"])
    def test_others_see_nothing(self, told, app, people, sign_in, name):
        client = sign_in(app.test_client(), people[name])
        assert client.get("/statements").status_code == 403
        assert client.get(f"/statements/{told[name] if name in told else told['alice']}").status_code == 403


class TestOneStatement:
    def test_everything_is_there(self, tell, ada):
        [uuid] = tell(rich())
        page = unescape(ada.get(f"/statements/{uuid}").text)
        for words in ("team-a", "Ann", "https://ben.example.org/", "answered", "Which is the largest planet?", "jupiter",
                      "1 day 2 h 3 min 4.56 s", "P1DT2H3M4.56S", "Example LMS", "en-GB", "10.5", "https://example.org/ext/difficulty",
                      "ec531277-b57b-4c15-8d91-d292c5b2b8f7", "SHA-1 of an e-mail address", "no"):  # fmt: skip
            assert words in page, words

    def test_its_bytes_are_those_that_are_kept(self, tell, ada, app):
        [uuid] = tell(martin())
        answer = ada.get(f"/statements/{uuid}.json")
        with app.app_context():
            assert answer.data == log.one(UUID(uuid), voided=False).payload
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_neighbours_stay_in_the_filter(self, tell, ada):
        a, _other, b, c = tell(martin(), statement(), martin(), martin())
        page = ada.get(f"/statements/{b}?person=martin").text
        assert f'href="/statements/{c}?person=martin" rel="prev"' in page
        assert f'href="/statements/{a}?person=martin" rel="next"' in page
        with_words = ada.get(f"/statements/{b}?text=martin").text
        assert f'href="/statements/{a}?text=martin" rel="next"' in with_words

    def test_pages_of_people_and_activities_are_linked(self, tell, ada, monkeypatch):
        monkeypatch.setitem(links._links, "person", lambda key: f"/people-of/{key.split(':')[-1]}")
        monkeypatch.setitem(links._links, "activity", lambda iri: None)
        [uuid] = tell(martin())
        page = ada.get(f"/statements/{uuid}").text
        assert 'href="/people-of/alice.martin@example.org"' in page
        assert "Page of this activity" not in page

    def test_an_unknown_one_is_not_there(self, ada):
        assert ada.get("/statements/00000000-0000-4000-8000-000000000000").status_code == 404


class TestAttachments:
    def test_data_is_a_download_of_no_kind(self, app, ada, api_key):
        import hashlib

        data = b"<script>alert(1)</script>"
        sha = hashlib.sha256(data).hexdigest()
        entry = {
            "usageType": "https://e.org/u",
            "display": {"en": "page.html"},
            "contentType": "text/html",
            "length": len(data),
            "sha2": sha,
        }
        body = b"--x\r\nContent-Type: application/json\r\n\r\n" + orjson.dumps(martin(attachments=[entry])) + b"\r\n--x\r\n"
        body += b"Content-Type: text/html\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: " + sha.encode() + b"\r\n\r\n"
        sent = app.test_client().post(
            "/xapi/statements",
            data=body + data + b"\r\n--x--\r\n",
            content_type="multipart/mixed; boundary=x",
            auth=api_key("all"),
            headers={"X-Experience-API-Version": "1.0.3"},
        )
        assert sent.status_code == 200, sent.text
        [uuid] = sent.json
        page = ada.get(f"/statements/{uuid}").text
        assert f"/statements/{uuid}/attachments/{sha}" in page
        answer = ada.get(f"/statements/{uuid}/attachments/{sha}")
        assert answer.data == data
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == f"attachment; filename=attachment-{sha[:12]}.bin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert ada.get(f"/statements/{uuid}/attachments/{'0' * 64}").status_code == 404


class TestVoiding:
    def test_an_administrator_voids_in_their_own_name(self, tell, ada, csrf, app, people):
        [uuid] = tell(martin())
        assert "Void this statement?" in ada.get(f"/statements/{uuid}/void").text
        answer = ada.post(f"/statements/{uuid}/void", headers=csrf(ada))
        assert answer.status_code == 303
        page = ada.get(f"/statements/{uuid}").text
        assert "This statement is voided" in page
        assert "Ada" in page
        assert "Void this statement" not in page
        with app.app_context():
            [voids] = [orjson.loads(f.payload) for f in log.page(log.Filter(verb=VOIDED), limit=5)]
            assert voids["actor"] == person_agent(uuid=people["ada"].uuid, name="Ada")
            assert voids["object"] == {"objectType": "StatementRef", "id": uuid}
        assert sentences(ada.get("/statements?verb=" + PASSED["id"])) == []

    def test_twice_or_a_voiding_one_is_refused(self, tell, ada, csrf):
        [uuid] = tell(martin())
        [note] = tell(voiding(uuid))
        for target in (uuid, note):
            ada.post(f"/statements/{target}/void", headers=csrf(ada))
        assert len(sentences(ada.get("/statements?voided=1"))) == 2

    def test_without_a_token_nothing_happens(self, tell, ada):
        [uuid] = tell(martin())
        assert ada.post(f"/statements/{uuid}/void").status_code == 403
        assert len(sentences(ada.get("/statements"))) == 1


class TestSavedFilters:
    def save(self, client, csrf, name="Passed", query="verb=" + PASSED["id"]):
        return client.post("/statements/filters", data={"name": name, "query": query}, headers=csrf(client))

    def test_they_are_kept_opened_and_deleted_with_a_way_back(self, tell, ada, csrf):
        tell(martin())
        where = self.save(ada, csrf).headers["Location"]
        page = ada.get(where).text
        assert len(sentences(ada.get(where))) == 1
        assert "<bdi>Passed</bdi>" in page
        gone = re.search(r'action="(/statements/filters/[0-9a-f-]{36}/delete)"', page)[1]
        after = ada.get(ada.post(gone, headers=csrf(ada)).headers["Location"]).text
        assert "Nothing saved yet" in after
        undo = unescape(re.search(r'action="(/statements/filters\?[^"]*)"', after)[1])
        ada.post(undo, headers=csrf(ada))
        assert "<bdi>Passed</bdi>" in ada.get("/statements").text

    def test_one_of_the_same_name_is_replaced(self, ada, csrf, app):
        self.save(ada, csrf)
        self.save(ada, csrf, query="text=x&nonsense=1&before=5")
        with app.app_context():
            assert [(s.name, s.query) for s in db.session.query(SavedFilter)] == [("Passed", "text=x")]

    def test_they_are_ones_own(self, ada, dana, csrf, app):
        self.save(ada, csrf)
        assert "<bdi>Passed</bdi>" not in dana.get("/statements").text
        with app.app_context():
            uuid = db.session.query(SavedFilter).one().uuid
        assert dana.post(f"/statements/filters/{uuid}/delete", headers=csrf(dana)).status_code == 404

    @pytest.mark.parametrize(
        ("name", "query"), [("", "text=x"), ("x" * 81, "text=x"), ("x", ""), ("x", "nonsense=1"), ("\u202e", "text=x")]
    )
    def test_what_makes_no_sense_is_refused(self, ada, csrf, name, query):
        assert self.save(ada, csrf, name, query).status_code == 422

    def test_fifty_are_enough(self, ada, csrf, monkeypatch):
        from lrs.browser import service

        monkeypatch.setattr(service, "MOST_FILTERS", 2)
        headers = csrf(ada)
        answers = [self.save(ada, lambda _client: headers, name=f"f{n}").status_code for n in range(3)]
        assert answers == [303, 303, 422]


class TestWhatIsSeen:
    def test_verbs_and_activities_are_counted(self, tell, ada):
        tell(martin(), martin(), statement(context={"contextActivities": {"parent": [{"id": "https://example.org/above"}]}}))
        verbs = ada.get("/statements/seen").text
        assert re.search(r"passed</bdi>.*?>2</td>", verbs, re.DOTALL)
        assert "3 statements by 2 people, with 2 verbs about 2 activities." in verbs
        activities = ada.get("/statements/seen?kind=activity").text
        assert "Golf Quiz" in activities
        assert "only with others" in activities

    def test_there_are_pages(self, tell, ada):
        tell(*(martin(object={"id": f"https://example.org/{n:03}"}) for n in range(130)))
        first = ada.get("/statements/seen?kind=activity")
        second = ada.get(unescape(re.search(r'<a href="([^"]*)" rel="next"', first.text)[1]))
        assert first.text.count("<tr><th") + second.text.count("<tr><th") == 130 + 2  # and two heads


class TestCost:
    def measure(self, client, count_queries, path: str) -> int:
        client.get(path)
        with count_queries() as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    def test_the_number_of_queries_does_not_grow(self, tell, ada, dana, people, count_queries):
        def some(start, count):
            mine = {"account": {"homePage": "http://localhost", "name": people["alice"].uuid}, "name": "Alice"}
            return [
                statement(
                    actor=mine if n % 2 else {"name": f"P{n}", **agent(f"p{n}")},
                    verb={"id": f"https://example.org/verbs/{n % 9}"},
                    object={"id": f"https://example.org/{n}", "definition": {"name": {"en": f"Thing {n}"}}},
                    context={"contextActivities": {"parent": [{"id": f"https://example.org/p/{n}"}]}},
                )
                for n in range(start, start + count)
            ]

        paths = ["/statements", "/statements?person=p&mentioned=1", "/statements?activity=thing&related=1", "/statements?text=thing",
                 "/statements/seen", "/statements/news.json?since=0"]  # fmt: skip
        uuid = tell(*some(0, 6))[0]
        paths.append(f"/statements/{uuid}?activity=thing")
        few = {path: self.measure(ada, count_queries, path) for path in paths}
        few["trainer"] = self.measure(dana, count_queries, "/statements")
        tell(*some(6, 200))
        many = {path: self.measure(ada, count_queries, path) for path in paths}
        many["trainer"] = self.measure(dana, count_queries, "/statements")
        assert many == few
        assert max(few.values()) <= 24


def test_a_key_vouches_and_can_be_chosen(app, ada, api_key):
    key, secret = api_key("all")
    app.test_client().post("/xapi/statements", json=martin(), auth=(key, secret), headers={"X-Experience-API-Version": "1.0.3"})
    page = ada.get("/statements").text
    with app.app_context():
        value = agent_key(authority_of(key, "test"))
    assert f'<option value="{value}">test</option>' in page
    assert len(sentences(ada.get("/statements", query_string={"authority": value}))) == 1

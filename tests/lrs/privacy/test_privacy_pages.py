"""The pages of privacy and retention, as administrators and learners use them."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.clock import frozen, now
from core.db import db, write
from core.erasure import account_key
from lrs import consumers, projections
from lrs.privacy import service
from lrs.privacy.models import Audit, Erasure
from lrs.retention.models import RetentionRule
from lrs.statements.models import Statement

VERB, THING = {"id": "https://example.org/v"}, {"id": "https://example.org/a"}
ELSEWHERE = "account https://hr.example.org 77-alice"


@pytest.fixture
def ada(app, people, sign_in, csrf):
    """Ada the administrator: ``ada("get", path, …)``."""
    client = sign_in(app.test_client(), people["ada"])
    token = csrf(client)

    def ask(method, path, **options):
        return getattr(client, method)(path, headers=token if method == "post" else None, **options)

    return ask


@pytest.fixture
def alice_key(app, people, xapi):
    """The agent key of alice, after a statement by her and one that names her in its text."""
    mine = {"account": {"homePage": "http://localhost", "name": people["alice"].uuid}, "name": "Alice"}
    assert xapi.post([{"actor": mine, "verb": VERB, "object": THING}]).status_code == 200
    said = {"mbox": "mailto:other@example.org"}
    assert xapi.post([{"actor": said, "verb": VERB, "object": THING, "result": {"response": "Ask Alice"}}]).status_code == 200
    with app.app_context():
        return account_key(people["alice"].uuid)


class TestOnePerson:
    def test_somebody_is_found_by_name_address_and_identifier(self, ada, alice_key):
        for text in ("alic", "alice@example.org", alice_key.rpartition(" ")[2]):
            assert "/admin/privacy/person?id=" in ada("get", "/admin/privacy", query_string={"q": text}).text
        assert "Nobody found" in ada("get", "/admin/privacy", query_string={"q": "zzz"}).text
        assert ada("get", "/admin/privacy/person", query_string={"id": "zzz"}).status_code == 404

    def test_merge_and_split(self, app, ada, alice_key):
        there = {"id": alice_key}
        done = ada("post", "/admin/privacy/merge", data={**there, "other": ELSEWHERE})
        assert done.status_code == 303
        page = ada("get", "/admin/privacy/person", query_string=there).text
        assert "77-alice" in page
        assert ada("post", "/admin/privacy/merge", data={**there, "other": ELSEWHERE}).status_code == 409
        assert ada("post", "/admin/privacy/merge", data={**there, "other": "?"}).status_code == 422
        link = page.split('name="link" value="', 1)[1].split('"', 1)[0]
        assert ada("post", "/admin/privacy/split", data={**there, "link": link}).status_code == 303
        assert "77-alice" not in ada("get", "/admin/privacy/person", query_string=there).text
        assert ada("post", "/admin/privacy/split", data={**there, "link": link}).status_code == 404
        with app.app_context():
            assert [row.verb for row in db.session.scalars(select(Audit).order_by(Audit.id))] == ["merge", "split"]
            assert {row.by for row in db.session.scalars(select(Audit))} == {"Ada"}

    def test_everything_is_handed_out_and_noted(self, app, ada, alice_key):
        lines = ada("post", "/admin/privacy/export", data={"id": alice_key}).text.splitlines()
        parts = [json.loads(line)["part"] for line in lines]
        assert {"identifiers", "account", "statement"} <= set(parts)
        with app.app_context():
            assert db.session.scalar(select(Audit.verb)) == "export"

    def test_the_page_asks_a_fixed_number_of_questions(self, ada, alice_key, count_queries, xapi):
        def questions() -> int:
            with count_queries() as asked:
                assert ada("get", "/admin/privacy").status_code == 200
            return len(asked)

        before = questions()
        for number in range(15):
            ada("post", "/admin/privacy/merge", data={"id": alice_key, "other": f"a{number}@example.org"})
        assert questions() == before


class TestForgetting:
    def test_nothing_happens_before_the_name_is_typed(self, app, ada, alice_key):
        where = {"id": alice_key, "mode": "erase"}
        page = ada("get", "/admin/privacy/forget", query_string=where).text
        assert "Erase Alice" in page
        assert "Statements they made" in page
        wrong = ada("post", "/admin/privacy/forget", data={**where, "confirm": "Bob"})
        assert wrong.status_code == 422
        assert "Type exactly: Alice" in wrong.text
        with app.app_context():
            assert db.session.scalar(select(Erasure.id)) is None
        assert ada("get", "/admin/privacy/forget", query_string={"id": alice_key, "mode": "burn"}).status_code == 404

    def test_the_page_says_how_far_it_is_and_what_to_look_at(self, app, ada, alice_key):
        begun = ada("post", "/admin/privacy/forget", data={"id": alice_key, "mode": "erase", "confirm": "alice", "reason": "asked"})
        assert begun.status_code == 303
        with app.app_context():
            service.advance()
        page = ada("get", begun.location).text
        assert "Done. Nothing says any more who it was." in page
        assert "Ask <mark>Alice</mark>" in page
        looked = page.split("/mentions/", 1)[1].split('"', 1)[0]
        assert ada("post", f"{begun.location}/mentions/{looked}").status_code == 303
        assert "No text is left" in ada("get", begun.location).text
        history = ada("get", "/admin/privacy").text
        assert "Began to erase" in history
        assert "asked" in history
        assert "Alice" not in history

    def test_the_only_administrator_stays(self, app, ada, people):
        with app.app_context():
            key = account_key(people["ada"].uuid)
        refused = ada("post", "/admin/privacy/forget", data={"id": key, "mode": "erase", "confirm": "Ada"})
        assert refused.status_code == 409
        assert "only administrator" in refused.text
        assert ada("get", "/admin/privacy").status_code == 200

    def test_who_is_forgotten_is_out_at_once(self, app, ada, people, alice_key, sign_in):
        alice = sign_in(app.test_client(), people["alice"])
        ada("post", "/admin/privacy/forget", data={"id": alice_key, "mode": "pseudonymise", "confirm": "Alice"})
        assert alice.get("/me").status_code == 302
        again = app.test_client().post("/login", data={"email": people["alice"].email, "password": people["alice"].password})
        assert again.status_code != 303


class TestMyData:
    def test_a_learner_gets_their_own_and_nobody_else_s(self, app, people, sign_in, alice_key):
        alice = sign_in(app.test_client(), people["alice"])
        answer = alice.get("/me/data")
        assert answer.headers["Cache-Control"] == "no-store"
        found = [json.loads(line) for line in answer.text.splitlines()]
        assert [f["name"] for f in found if f["part"] == "account"] == ["Alice"]
        assert len([f for f in found if f["part"] == "statement"]) == 1
        assert "other@example.org" not in answer.text
        assert "/me/data" in alice.get(f"/people/{people['alice'].uuid}").text
        assert "/me/data" not in alice.get(f"/people/{people['bob'].uuid}").text


class TestRetention:
    def test_a_rule_is_seen_before_it_is_made(self, app, ada, xapi):
        with frozen(now() - timedelta(days=50)):
            xapi.post([{"actor": {"mbox": "mailto:x@example.org"}, "verb": VERB, "object": THING}])
        with app.app_context():
            projections.catch_up(limit_ms=20_000)
            consumers.consume()
        assert "No rule yet" in ada("get", "/admin/retention").text
        rule = {"kind": "delete", "days": "30", "reason": "the law"}
        seen = ada("post", "/admin/retention", data=rule).text
        assert "would delete 1 statement now" in seen
        with app.app_context():
            assert db.session.scalar(select(RetentionRule.id)) is None
        assert ada("post", "/admin/retention", data={**rule, "seen": "1"}).status_code == 303
        assert ada("post", "/admin/retention", data={"kind": "delete"}).status_code == 422
        page = ada("get", "/admin/retention").text
        action = page.split('action="/admin/retention/', 1)[1].split('"', 1)[0]
        assert ada("post", f"/admin/retention/{action}").status_code == 303
        with app.app_context():
            assert db.session.scalar(select(Statement.seq)) is None
        number = action.partition("/")[0]
        assert ada("post", f"/admin/retention/{number}/remove").status_code == 303
        assert ada("post", f"/admin/retention/{number}/remove").status_code == 404


def test_erasing_from_the_command_line(app, people, alice_key):
    def call(*args):
        with app.app_context():
            return app.test_cli_runner().invoke(args=list(args))

    dry = json.loads(call("privacy", "erase", "alice@example.org", "--dry-run", "--json").output)
    assert alice_key in dry["identifiers"]
    assert dry["held"]["statements"]["statements"] == 1
    done = json.loads(call("privacy", "erase", "alice@example.org", "--reason", "asked", "--json").output)
    assert (done["state"], done["compacted"]) == ("done", True)
    assert json.loads(call("privacy", "report", "alice@example.org", "--json").output)["held"] == {}
    assert call("privacy", "erase", "nobody").exit_code == 1
    with app.app_context(), write():
        assert service.reapply() == []

"""Statements go by rules: which ones, with what, and what stays."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.clock import frozen, now
from core.db import db, write
from core.errors import Invalid
from core.storage import storage
from lrs import consumers, projections
from lrs.attachments.models import Attachment
from lrs.privacy.models import Audit
from lrs.projections.models import Cursor
from lrs.retention import queries, service
from lrs.statements.models import Reference, Statement, StatementActivity, StatementAgent

VERB, OTHER = "https://example.org/verbs/did", "https://example.org/verbs/other"
THING, KEPT = "https://example.org/thing", "https://example.org/kept"
ANA, BO = {"mbox": "mailto:ana@example.org"}, {"mbox": "mailto:bo@example.org"}
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


def said(verb=VERB, thing=THING, actor=ANA, **more) -> dict:
    target = thing if isinstance(thing, dict) else {"id": thing}
    return {"actor": actor, "verb": {"id": verb}, "object": target, **more}


@pytest.fixture
def old(app, xapi):
    """``old(statement, …)`` stores statements a hundred days ago; answers their ids."""

    def store(*statements) -> list[str]:
        with frozen(now() - timedelta(days=100)):
            answer = xapi.post(list(statements))
        assert answer.status_code == 200, answer.text
        return answer.json

    return store


def rule(**columns):
    with write():
        return service.add(**({"kind": "delete", "days": 90} | columns)).id


def sweep() -> int:
    projections.catch_up(limit_ms=20_000)
    consumers.consume()
    return sum(service.run().values())


class TestWhatGoes:
    def test_only_what_is_old_enough(self, app, xapi, old):
        old(said(), said())
        young = xapi.post([said()]).json
        with app.app_context():
            rule()
            assert sweep() == 2
        assert xapi.ids() == young

    def test_only_the_verb_and_the_activity_of_the_rule(self, app, xapi, old):
        ids = old(said(), said(OTHER), said(thing=KEPT), said(OTHER, KEPT))
        with app.app_context():
            rule(verb=VERB, activity=THING)
            assert sweep() == 1
        assert set(xapi.ids()) == set(ids[1:])

    def test_nothing_for_a_verb_nobody_used(self, app, old):
        old(said())
        with app.app_context():
            rule(verb="https://example.org/verbs/unheard-of")
            assert sweep() == 0

    def test_nothing_without_a_rule(self, app, old):
        old(said())
        with app.app_context():
            assert sweep() == 0

    def test_what_a_rule_keeps_stays_whatever_the_others_say(self, app, xapi, old):
        ids = old(said(thing=KEPT), said(), said(thing={**BO, "objectType": "Agent"}))
        with app.app_context():
            rule()
            rule(kind="keep", days=None, activity=KEPT)
            assert sweep() == 2
        assert xapi.ids() == ids[:1]

    def test_a_rule_that_keeps_for_some_years(self, app, old):
        old(said(thing=KEPT))
        with app.app_context():
            rule()
            rule(kind="keep", days=200, activity=KEPT)  # keeps what is older than that
            assert sweep() == 1


class TestWhatGoesAlong:
    def test_side_rows_and_references(self, app, old):
        (first,) = old(said(context={"instructor": BO, "contextActivities": {"other": [{"id": KEPT}]}}))
        old(said(thing={"objectType": "StatementRef", "id": first}))
        with app.app_context():
            rule()
            assert sweep() == 2
            for table in (Statement, StatementAgent, StatementActivity, Reference):
                assert db.session.scalar(select(func.count()).select_from(table)) == 0

    def test_attachments_that_nothing_else_needs(self, app, xapi, old):
        shared, own = b"shared", b"own"
        with frozen(now() - timedelta(days=100)):
            _with_data(xapi, shared)
            _with_data(xapi, own)
        _with_data(xapi, shared)
        with app.app_context():
            rule()
            assert sweep() == 2
            assert db.session.scalar(select(func.count()).select_from(Attachment)) == 1
            assert storage().exists("attachments/" + hashlib.sha256(shared).hexdigest())
            assert not storage().exists("attachments/" + hashlib.sha256(own).hexdigest())

    def test_in_many_units_of_work(self, app, old, monkeypatch):
        monkeypatch.setattr(service, "CHUNK", 3)
        old(*(said() for _ in range(10)))
        with app.app_context():
            rule()
            assert sweep() == 10
            row = db.session.scalar(select(Audit).where(Audit.verb == "retention"))
            assert row.counts["statements"] == 10
            assert VERB not in row.target
            assert "delete after 90 days" in row.target


class TestWhatStaysTrue:
    def test_a_voided_statement_does_not_come_back_to_life(self, app, xapi, old):
        (target,) = old(said())
        old(said(VOIDED, {"objectType": "StatementRef", "id": target}))
        with app.app_context():
            rule(verb=VOIDED)
            assert sweep() == 0  # its target is still there
            rule(verb=VERB)
            assert sweep() == 1
            assert sweep() == 1  # and now it is not

    def test_what_a_projection_has_not_read_stays(self, app, xapi, old):
        old(said())
        with app.app_context():
            projections.catch_up(limit_ms=20_000)
            consumers.consume()
            rule()
            with write():
                cursor = db.session.scalars(select(Cursor)).first()
                cursor.position = 0
            assert sum(service.run().values()) == 0
            assert sweep() == 1

    def test_more_goes_on(self, app, xapi, old):
        ids = old(*(said() for _ in range(4)))
        page = xapi.get(limit=2)
        assert page.json["more"]
        with app.app_context():
            rule()
            sweep()
        young = xapi.post([said()]).json
        assert xapi.follow(page.json["more"]).json["statements"] == []
        assert xapi.ids() == young
        assert ids

    def test_the_same_statement_may_be_sent_again(self, app, xapi, old):
        statement = said(id="11111111-2222-4333-8444-555555555555")
        old(statement)
        with app.app_context():
            rule()
            assert sweep() == 1
        assert xapi.post([statement]).status_code == 200
        assert len(xapi.ids()) == 1


class TestRules:
    def test_a_dry_run_says_what_would_go_and_changes_nothing(self, app, xapi, old):
        ids = old(said(), said())
        with app.app_context():
            rule()
            projections.catch_up(limit_ms=20_000)
            consumers.consume()
            found = queries.preview(queries.listing()[0], at=now())
            assert (found.count, found.sample) == (2, ids)
        assert len(xapi.ids()) == 2

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"kind": "delete", "days": ""}, "days"),
            ({"kind": "delete", "days": "0"}, "days"),
            ({"kind": "delete", "days": "-1"}, "days"),
            ({"kind": "delete", "days": "٣"}, "days"),
            ({"kind": "burn", "days": "9"}, "kind"),
            ({"kind": "delete", "days": "9", "verb": "not an iri"}, "verb"),
            ({"kind": "keep"}, "verb"),
        ],
    )
    def test_what_is_no_rule_is_refused(self, sqlite_app, given, field):
        with sqlite_app.test_request_context(), pytest.raises(Invalid) as refused, write():
            service.add(**given)
        assert field in refused.value.fields

    def test_from_the_command_line(self, app, xapi, old):
        old(said())
        runner = app.test_cli_runner()

        def call(*args) -> str:
            with app.app_context():
                return runner.invoke(args=args).output

        with app.app_context():
            projections.catch_up(limit_ms=20_000)
            consumers.consume()
        assert json.loads(call("retention", "add", "--days", "30", "--dry-run", "--json"))["statements"] == 1
        assert call("retention", "list") == "no rules; nothing is deleted\n"
        made = json.loads(call("retention", "add", "--days", "30", "--reason", "law", "--json"))
        assert json.loads(call("retention", "run", "--dry-run", "--json"))[0]["statements"] == 1
        assert json.loads(call("retention", "run", "--json")) == {str(made["id"]): 1}
        assert call("retention", "remove", str(made["id"])).startswith("removed")
        assert "no such rule" in call("retention", "remove", "99")
        verbs = [row["verb"] for row in json.loads(call("privacy", "history", "--json"))]
        assert verbs == ["rule removed", "retention", "rule added"]


def _with_data(xapi, data: bytes) -> None:
    entry = {
        "usageType": "https://example.org/u",
        "display": {"en": "d"},
        "contentType": "text/plain",
        "length": len(data),
        "sha2": hashlib.sha256(data).hexdigest(),
    }
    body = b"--b\r\nContent-Type: application/json\r\n\r\n" + json.dumps(said(attachments=[entry])).encode()
    body += b"\r\n--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: "
    body += entry["sha2"].encode() + b"\r\n\r\n" + data + b"\r\n--b--\r\n"
    headers = {"X-Experience-API-Version": "1.0.3"}
    answer = xapi.client.post("/xapi/statements", data=body, auth=xapi.auth, headers=headers, content_type="multipart/mixed; boundary=b")
    assert answer.status_code == 200, answer.text

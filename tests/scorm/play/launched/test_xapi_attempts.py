"""Attempts of xAPI packages: resumed, begun anew, looked at without a trace, taken back."""

import json
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from support.tincan import COURSE

from catalogue.items.models import Item
from core.db import db, write
from lrs import projections
from lrs.documents.models import Document
from lrs.statements.models import Statement
from lrs.statements.rules import VOIDED
from scorm.play.launched.models import LaunchedFact
from scorm.play.models import Attempt, Registration


@pytest.fixture
def item(xapi_course):
    return xapi_course()


def kept(app, table=Statement) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table))


class TestResuming:
    def test_is_the_same_registration_with_what_was_kept_in_it(self, item, people, opened):
        first = opened(item, people["alice"])
        content = first.content()
        assert content.remember("page 4").status_code == 204
        first.close()
        again = opened(item, people["alice"]).content()
        assert again.query["registration"] == content.query["registration"]
        assert again.remembered().get_data(as_text=True) == "page 4"

    def test_after_the_end_is_a_new_attempt_that_knows_nothing(self, app, item, people, opened, stands):
        first = opened(item, people["alice"])
        content = first.content()
        content.remember("page 9")
        content.say("passed")
        first.close()
        again = opened(item, people["alice"]).content()
        assert again.query["registration"] != content.query["registration"]
        assert again.remembered().status_code == 404
        found = again.client.get("/xapi/statements", headers=again.headers()).json["statements"]
        assert found == []
        assert (stands(item, people["alice"]).attempt.n, stands(item, people["alice"]).progress.status) == (2, "passed")

    def test_says_which_attempt_our_own_statements_are_about(self, app, item, people, opened, stands):
        content = opened(item, people["alice"]).content()
        content.say("passed")
        stands(item, people["alice"])
        with app.app_context():
            payloads = [json.loads(p) for p in db.session.scalars(select(Statement.payload).order_by(Statement.seq))]
        about = [s for s in payloads if "registration" in s.get("context", {})]
        assert {s["context"]["registration"] for s in about} == {content.query["registration"]}
        repeated = about[-1]
        assert repeated["object"]["definition"]["name"] == {"en": "Golf"}
        assert repeated["context"]["statement"]["objectType"] == "StatementRef"
        assert "category" not in repeated["context"]["contextActivities"]


class TestLookingWithoutATrace:
    @pytest.fixture(params=["browse", "review"])
    def looked_at(self, request, item, people, opened):
        """The content as erin previews it, or as she reviews her own attempt, in which she was on page 4."""
        content = opened(item, people["erin"]).content()
        content.remember("page 4")
        content.say("failed")
        return opened(item, people["erin"], mode=request.param), request.param

    def test_nothing_of_what_it_writes_is_kept(self, app, looked_at, item, people, stands):
        launched, _mode = looked_at
        content = launched.content()
        before = kept(app), kept(app, Document)
        said = content.say("passed", result={"completion": True})
        assert content.remember("page 9").status_code == 204
        deleted = content.client.delete("/xapi/activities/state", query_string=content.state(), headers=content.headers())
        merged = content.client.post("/xapi/activities/state", query_string=content.state(), json={"a": 1}, headers=content.headers())
        assert (deleted.status_code, merged.status_code) == (204, 204)
        assert content.client.get("/xapi/statements", query_string={"statementId": said}, headers=content.headers()).status_code == 404
        assert (kept(app), kept(app, Document)) == before
        assert stands(item, people["erin"]).attempt.success == "failed"

    def test_what_it_may_not_write_it_may_not_write_here_either(self, looked_at):
        content = looked_at[0].content()
        assert content.send(content.statement("passed", about="http://example.org/another")).status_code == 403
        assert content.send(content.statement("passed") | {"verb": {}}).status_code == 400

    def test_a_review_shows_where_the_learner_was_and_a_preview_does_not(self, looked_at):
        launched, mode = looked_at
        remembered = launched.content().remembered()
        assert remembered.status_code == (200 if mode == "review" else 404)

    def test_a_look_does_not_end_what_is_being_played(self, item, people, opened):
        playing = opened(item, people["erin"]).content()
        opened(item, people["erin"], mode="review").content()
        opened(item, people["erin"], mode="browse").content()
        assert playing.send(playing.statement("progressed")).status_code == 200

    def test_a_preview_leaves_no_attempt(self, app, item, people, opened):
        launched = opened(item, people["erin"], mode="browse")
        launched.content().say("passed")
        assert launched.standings()["course"]["completion"] == "not attempted"
        assert kept(app, Registration) == 0


class TestTakingBack:
    def void(self, client, key, statement_id):
        statement = {
            "actor": {"mbox": "mailto:admin@example.org"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
            "object": {"objectType": "StatementRef", "id": statement_id},
        }
        answer = client.post("/xapi/statements", json=statement, auth=key, headers={"X-Experience-API-Version": "1.0.3"})
        assert answer.status_code == 200, answer.text

    def test_a_voided_statement_counts_no_more(self, app, client, api_key, item, people, opened, stands):
        launched = opened(item, people["alice"])
        content = launched.content()
        content.say("failed", result={"score": {"scaled": 0.2}})
        passed = content.say("passed", result={"score": {"scaled": 0.9}, "duration": "PT1M"})
        ended = content.say("terminated", result={"duration": "PT5M", "completion": True})
        first = stands(item, people["alice"])
        assert (first.attempt.success, first.attempt.total_time, first.progress.status) == ("passed", 30_000, "passed")
        for said in (passed, ended):
            self.void(client, api_key("all"), said)
        after = stands(item, people["alice"])
        assert (after.attempt.success, after.attempt.score_scaled, after.attempt.total_time) == ("failed", 0.2, 0)
        assert (after.progress.status, after.progress.score_scaled, after.progress.duration_seconds) == ("failed", 0.2, 0)
        with app.app_context():
            verbs = [json.loads(payload)["verb"]["id"] for payload in db.session.scalars(select(Statement.payload))]
        assert sum(verb == VOIDED for verb in verbs) == 2 + 3, "theirs, and what was told about the item: a pass, an end, its time"

    def test_a_rebuild_finds_the_same_and_tells_nothing_twice(self, app, client, api_key, item, people, opened, stands):
        content = opened(item, people["alice"]).content()
        content.say("progressed", result={"score": {"scaled": 0.5}})
        voided = content.say("failed")
        content.say("passed", result={"score": {"raw": 8, "min": 0, "max": 10}})
        self.void(client, api_key("all"), voided)
        before, statements, facts = stands(item, people["alice"]), kept(app), kept(app, LaunchedFact)
        with app.app_context(), write():
            db.session.query(Item).filter_by(uuid=item).one().language = "fr"
        with app.app_context():
            projections.rebuild()
        after = stands(item, people["alice"])
        assert after.attempt.outcome == before.attempt.outcome
        assert (after.progress.status, after.progress.score_scaled) == (before.progress.status, before.progress.score_scaled)
        assert (kept(app), kept(app, LaunchedFact)) == (statements, facts)


class TestTheApi:
    def test_launches_xapi_items_too(self, client, content_client, api_key, item, people):
        answer = client.post(f"/api/v1/items/{item}/launches", json={"email": people["bob"].email}, auth=api_key("all"))
        assert answer.status_code == 201
        page = content_client.get(answer.json["url"].partition("/play/")[1] + answer.json["url"].partition("/play/")[2])
        settings = json.loads(page.text.partition('id="settings">')[2].partition("</script>")[0])
        assert settings["launched"] is True
        headers = {"Authorization": f"Bearer {settings['token']}"}
        url = content_client.post("/rt/open", json={"sco": COURSE}, headers=headers).json["url"]
        assert f"registration={answer.json['registration']}" in url


def test_two_launches_at_once_are_one_attempt(app, item, people, opened):
    opened(item, people["alice"]).content()
    opened(item, people["alice"]).content()
    assert kept(app, Attempt) == 1


class TestOldContent:
    def test_that_names_no_registration_counts_all_the_same(self, item, people, opened, stands):
        content = opened(item, people["alice"]).content()
        said = content.statement("passed")
        del said["context"]
        assert content.send(said).status_code == 200
        assert stands(item, people["alice"]).attempt.success == "passed"

    def test_may_send_a_form_as_plain_text_and_a_state_that_is_no_json(self, item, people, opened, stands):
        """Storyline 2; Captivate and Rise."""
        content = opened(item, people["alice"]).content()
        said = content.statement("completed")
        form = {
            "Authorization": content.query["auth"],
            "X-Experience-API-Version": "1.0.3",
            "Content-Type": "application/json",
            "statementId": said["id"],
            "content": json.dumps(said),
        }
        answer = content.client.post("/xapi/statements?method=PUT", data=urlencode(form), content_type="text/plain;charset=UTF-8")
        assert answer.status_code == 204, answer.text
        headers = content.headers() | {"Content-Type": "application/json"}
        kept = content.client.put("/xapi/activities/state", query_string=content.state(), data="2f1z9~page 4", headers=headers)
        assert (kept.status_code, content.remembered().text) == (204, "2f1z9~page 4")
        assert stands(item, people["alice"]).attempt.completion == "completed"

"""What somebody can do who takes the address of a launch: write for its learner, in its attempt, about its course, while it is open."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update
from support.tincan import COURSE, tincan

from accounts.people import queries as people_queries
from accounts.people import service as people_service
from catalogue.items.models import Item
from core.clock import frozen, now
from core.db import db, write
from core.erasure import account_key
from core.identity import identity_base, person_agent
from lrs.privacy import service as privacy
from lrs.statements import service as log
from lrs.statements.models import Statement
from scorm.packages.importing import import_package
from scorm.packages.models import PackageVersion
from scorm.play.launched.xapi import GRACE
from scorm.play.models import Attempt, Launch

OTHER_COURSE = "http://example.org/another"


@pytest.fixture
def item(xapi_course):
    return xapi_course()


@pytest.fixture
def content(item, people, opened):
    return opened(item, people["alice"]).content()


class TestALaunchSpeaks:
    def test_for_its_learner_only(self, app, content, people, stands, item):
        with app.app_context():
            bob = person_agent(uuid=people["bob"].uuid, name="Bob")
        assert content.send(content.statement("passed") | {"actor": bob}).status_code == 403
        assert content.remember("x", agent=json.dumps(bob)).status_code == 403
        assert stands(item, people["bob"]).progress is None

    def test_in_its_own_attempt_only(self, content, opened, item, people, stands):
        bobs = opened(item, people["bob"]).content().query["registration"]
        assert content.send(content.statement("passed", context={"registration": bobs})).status_code == 403
        assert content.remember("x", registration=bobs).status_code == 403
        assert stands(item, people["bob"]).attempt.success == "unknown"

    def test_about_its_own_course_only(self, content, xapi_course, opened, people, stands):
        other = xapi_course(activity=OTHER_COURSE)
        opened(other, people["alice"]).content()
        assert content.send(content.statement("passed", about=OTHER_COURSE)).status_code == 403
        smuggled = content.statement("passed", about=OTHER_COURSE)
        smuggled["context"]["contextActivities"] = {"parent": [{"id": COURSE}]}
        assert content.send(smuggled).status_code == 200
        assert content.remember("x", activityId=OTHER_COURSE).status_code == 403
        assert stands(other, people["alice"]).attempt.success == "unknown"

    def test_of_a_copy_of_the_course_only_its_own(self, content, xapi_course, opened, people, stands, item):
        copy = xapi_course(title="Golf again")
        opened(copy, people["alice"]).content()
        content.say("passed")
        assert stands(item, people["alice"]).attempt.success == "passed"
        assert stands(copy, people["alice"]).attempt.success == "unknown"
        assert stands(copy, people["alice"]).progress.status == "started"

    def test_about_the_item_in_no_way_that_counts(self, app, content, people, stands, item):
        with app.app_context():
            iri = db.session.query(Item).filter_by(uuid=item).one().activity_iri
        assert content.send(content.statement("passed", about=iri)).status_code == 403
        smuggled = content.statement("passed", about=iri)
        smuggled["context"]["contextActivities"] = {"grouping": [{"id": COURSE}]}
        assert content.send(smuggled).status_code == 200
        assert stands(item, people["alice"]).progress.status == "started"

    def test_takes_nothing_back(self, content):
        said = content.say("passed")
        voiding = content.statement("voided") | {"object": {"objectType": "StatementRef", "id": said}}
        voiding["context"]["contextActivities"] = {"grouping": [{"id": COURSE}]}
        assert content.send(voiding).status_code == 403

    def test_reads_no_one_else_s(self, content, opened, item, people):
        opened(item, people["bob"]).content().say("passed", result={"response": "bob's own"})
        found = content.client.get("/xapi/statements", headers=content.headers())
        assert found.status_code == 200
        assert "bob's own" not in found.text


def test_a_statement_of_somebody_else_under_the_same_authority_counts_for_nothing(app, content, item, people, stands):
    """Brought in by an import, for example: only what came through the launch itself is trusted."""
    said = content.statement("passed")
    authority = {"account": {"homePage": content.actor["account"]["homePage"], "name": f"launch:{content.query['registration']}"}}
    with app.app_context(), write():
        log.store([json.dumps(said).encode()], authority=authority, version="1.0.3", trust="self")
    assert stands(item, people["alice"]).attempt.success == "unknown"


class TestALaunchEnds:
    def refused(self, content) -> bool:
        """Whether nothing can be written or read any more."""
        answers = {
            content.send(content.statement("passed")).status_code,
            content.remember("x").status_code,
            content.remembered().status_code,
        }
        assert answers <= {401} or not answers & {401}, answers
        return answers == {401}

    def test_a_moment_after_the_player_has_left(self, item, people, opened):
        launched = opened(item, people["alice"])
        content = launched.content()
        launched.close()
        assert not self.refused(content)
        with frozen(now() + GRACE + timedelta(seconds=1)):
            assert self.refused(content)

    def test_not_by_the_goodbye_of_a_page_that_was_loaded_again(self, item, people, opened):
        launched = opened(item, people["alice"])
        first = launched.open().json["opening"]
        content = launched.content()
        launched.close(opening=first)
        with frozen(now() + GRACE + timedelta(seconds=1)):
            assert not self.refused(content)
        launched.close(opening=first + 1)
        with frozen(now() + GRACE + timedelta(seconds=1)):
            assert self.refused(content)

    def test_when_it_expires(self, content):
        with frozen(now() + timedelta(hours=25)):
            assert self.refused(content)

    def test_when_the_course_is_opened_again(self, content, opened, item, people):
        again = opened(item, people["alice"]).content()
        assert self.refused(content)
        assert not self.refused(again)

    def test_when_its_learner_is_disabled(self, app, content, people):
        with app.app_context(), write():
            people_service.disable(people_queries.get(people["alice"].id))
        assert self.refused(content)

    def test_when_its_learner_is_forgotten(self, app, content, people, item, stands):
        content.say("passed")
        stands(item, people["alice"])
        with app.app_context(), write():
            privacy.start(identifier=account_key(people["alice"].uuid), mode="erase")
        assert self.refused(content)
        with app.app_context():
            assert db.session.scalars(db.select(Attempt)).one().success == "passed"

    def test_when_it_is_revoked(self, app, content):
        with app.app_context(), write():
            db.session.execute(update(Launch).values(revoked_at=now()))
        assert self.refused(content)

    def test_when_its_attempt_is_closed(self, app, content, item, people, opened):
        with app.app_context(), write():
            db.session.execute(update(Attempt).values(state="closed"))
        assert self.refused(content)

    def test_when_the_item_is_gone(self, app, content, item):
        with app.app_context(), write():
            db.session.delete(db.session.query(Item).filter_by(uuid=item).one())
        assert self.refused(content)


class TestThePlayer:
    def test_needs_its_token(self, content_client):
        for method, path in (("post", "/rt/open"), ("get", "/rt/standings"), ("post", "/rt/close")):
            answer = getattr(content_client, method)(path, headers={"Authorization": "Bearer x", "Accept": "application/json"})
            assert (answer.status_code, answer.json["error"]["code"]) == (403, "launch_unknown")

    def test_opens_what_is_there(self, item, people, opened):
        launched = opened(item, people["alice"])
        assert launched.open("nothing").status_code == 404
        body = {"sco": COURSE, "more": 1}
        assert launched.client.post("/rt/open", json=body, headers=launched.bearer).status_code == 422

    def test_of_an_older_attempt_is_told_so(self, app, item, people, opened):
        launched = opened(item, people["alice"])
        launched.content().say("passed")
        launched.standings()
        opened(item, people["alice"])
        answer = launched.open()
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "superseded")

    def test_takes_no_scorm_for_an_xapi_course(self, item, people, opened):
        launched = opened(item, people["alice"])
        body = {"sco": COURSE, "sequence": 5, "session": 5, "changes": {"cmi.core.lesson_status": "passed"}}
        assert launched.client.post("/rt/commit", json=body, headers=launched.bearer).status_code == 404
        assert launched.client.get("/rt/state", query_string={"sco": COURSE}, headers=launched.bearer).status_code == 404


@pytest.fixture(params=["the site", "an item", "all addresses"])
def ours(request, app):
    """An activity that is ours, or that ours lie below."""
    with app.app_context():
        base = identity_base()
    return {"the site": base, "an item": f"{base}/id/item/1", "all addresses": base.partition("//")[0] + "//"}[request.param]


class TestAPackageThatCallsItselfOurs:
    def test_is_not_imported(self, app, people, ours):
        with app.app_context():
            found = import_package(tincan(activity=ours), name="x.zip", owner_id=people["erin"].id)
        assert [finding["code"] for finding in found.report["findings"] if finding["code"].startswith("xapi")] == ["xapi.ours"]
        assert not found.accepted

    def test_is_not_opened_where_it_was_imported_under_another_address(self, app, people, item, ours, opened):
        with app.app_context(), write():
            version = db.session.scalars(db.select(PackageVersion)).one()
            version.tree_json = json.loads(json.dumps(version.tree_json).replace(COURSE, ours))
        answer = opened(item, people["alice"]).open()
        assert answer.status_code == 409
        assert "this site" in answer.json["error"]["message"]


class TestContentOfAnotherSite:
    def test_may_speak_from_there_and_is_given_no_name(self, app, people, xapi_course, opened):
        launched = opened(xapi_course(launch="https://games.example.org/golf?x=1"), people["alice"])
        answer = launched.open()
        content = launched.content()
        assert answer.json["ownWindow"] is True
        assert content.url.startswith("https://games.example.org/golf?x=1&")
        assert "Alice" not in content.url
        assert self.spoken_from("https://games.example.org", content) == 200

    def test_may_not_speak_through_a_course_of_our_own(self, content):
        assert self.spoken_from("https://games.example.org", content) == 403

    def spoken_from(self, origin: str, content) -> int:
        said = content.statement("completed")
        return content.client.post("/xapi/statements", json=said, headers=content.headers(Origin=origin)).status_code


def test_nothing_but_statements_about_the_course_is_told_again(app, content, people, stands, item):
    content.say("answered", about=f"{COURSE}/q1", result={"success": True})
    content.say("passed", about=f"{COURSE}/quiz", result={"success": True, "score": {"scaled": 1}})
    content.say("http://example.org/verbs/mastered", result={"success": True})
    content.say("experienced")
    before = stands(item, people["alice"])
    assert (before.attempt.completion, before.attempt.success, before.progress.status) == ("incomplete", "unknown", "started")
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Statement).where(Statement.trust == "launch")) == 4


class TestTwoWindows:
    def test_the_older_one_is_told_that_it_records_nothing_any_more(self, item, people, opened):
        older, newer = opened(item, people["alice"]), opened(item, people["alice"])
        older.content()
        assert older.standings()["course"]["completion"] == "incomplete"
        newer.content()
        answer = older.client.get("/rt/standings", headers=older.bearer)
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "superseded")
        newer.standings()

    def test_so_is_one_whose_attempt_is_over(self, item, people, opened):
        older = opened(item, people["alice"])
        older.content().say("passed")
        assert older.standings()["course"]["success"] == "passed"
        opened(item, people["alice"])
        assert older.client.get("/rt/standings", headers=older.bearer).status_code == 409

    def test_a_link_that_nobody_has_opened_ends_nothing(self, item, people, opened):
        playing = opened(item, people["alice"])
        content = playing.content()
        opened(item, people["alice"])
        content.say("completed")
        playing.standings()

"""A test of a package: told what a learner is told, judged as a learner's, and nothing of it kept."""

import pytest
from sqlalchemy import func, select

from core.db import db
from scorm.packages import queries
from scorm.packages.importing import import_package
from scorm.play import tokens
from scorm.play.course import course_of
from scorm.play.models import Attempt, CommitEntry, Launch, ScoState


@pytest.fixture
def item(app, people, packages_dir):
    """Uuid of the edge case with prerequisites, mastery score, time limit and launch data."""
    with app.app_context(), open(packages_dir / "edge-cases" / "e49_prerequisites.zip", "rb") as stream:
        return import_package(stream, name="e49.zip", owner_id=people["erin"].id, publish=True).item_uuid


@pytest.fixture
def begun(app, client, people, sign_in, csrf, item):
    """The uuid of a test that erin began."""
    sign_in(client, people["erin"])
    answer = client.post(f"/items/{item}/trial", headers=csrf(client))
    assert answer.status_code == 303
    return answer.headers["Location"].split("/")[-2]


def bearer(app, uuid):
    token = tokens.token_for(tokens.COMMIT, uuid, secret=app.config["SETTINGS"].secret_key)
    return {"Authorization": f"Bearer {token}", "Accept": "application/json"}


class TestATrial:
    def test_has_a_page_that_frames_the_player(self, client, begun):
        page = client.get(f"/launches/{begun}/trial")
        assert page.status_code == 200
        assert "?trial=1" in page.text
        assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"

    def test_tells_the_content_what_a_learner_is_told(self, app, content_client, begun):
        told = content_client.get("/rt/state?sco=i2&trial=1", headers=bearer(app, begun)).json["elements"]
        assert (told["cmi.core.lesson_mode"], told["cmi.core.credit"], told["cmi.core.entry"]) == ("normal", "credit", "ab-initio")
        assert (told["cmi.student_data.mastery_score"], told["cmi.launch_data"]) == ("80", "a=1")
        assert (told["cmi.student_data.max_time_allowed"], told["cmi.student_data.time_limit_action"]) == ("00:30:00", "exit,message")

    def test_is_judged_as_a_commit_would_be(self, app, content_client, begun):
        elements = {"cmi.core.lesson_status": "completed", "cmi.core.score.raw": "70", "cmi.core.exit": "gone", "cmi.core.entry": "resume"}
        answer = content_client.post("/rt/trial", json={"sco": "i2", "finish": "content", "elements": elements}, headers=bearer(app, begun))
        assert answer.json["rejected"] == {"cmi.core.exit": "vocabulary"}
        assert answer.json["decided"] == {"cmi.core.lesson_status": "failed"}
        assert (answer.json["sco"]["success"], answer.json["sco"]["score"]) == ("failed", 0.7)

    def test_keeps_nothing(self, app, content_client, begun):
        content_client.post("/rt/trial", json={"sco": "i1", "elements": {"cmi.core.lesson_location": "3"}}, headers=bearer(app, begun))
        with app.app_context():
            assert [db.session.scalar(select(func.count()).select_from(m)) for m in (Attempt, ScoState, CommitEntry)] == [0, 0, 0]

    @pytest.mark.parametrize(("sco", "elements", "status"), [("none", {}, 404), ("i1", [], 422), (None, {}, 422)])
    def test_of_what_is_not_there_is_refused(self, app, content_client, begun, sco, elements, status):
        answer = content_client.post("/rt/trial", json={"sco": sco, "elements": elements}, headers=bearer(app, begun))
        assert answer.status_code == status


class TestALaunchThatCounts:
    @pytest.fixture
    def learning(self, app, client, people, sign_in, csrf, item):
        """The uuid of a launch by alice."""
        sign_in(client, people["alice"])
        client.post(f"/items/{item}/launch", headers=csrf(client))
        with app.app_context():
            return db.session.scalars(select(Launch.uuid).order_by(Launch.id.desc())).first()

    def test_is_no_trial(self, app, client, content_client, learning):
        asked = content_client.post("/rt/trial", json={"sco": "i1", "elements": {}}, headers=bearer(app, learning))
        assert asked.status_code == 403
        assert client.get(f"/launches/{learning}/trial").status_code in (403, 404)

    def test_begins_no_part_before_its_time(self, app, content_client, learning):
        def commit(sco, sequence, finish="", **changes):
            body = {"sco": sco, "sequence": sequence, "session": 1, "finish": finish, "changes": changes}
            return content_client.post("/rt/commit", json=body, headers=bearer(app, learning))

        early = commit("i2", 1)
        assert (early.status_code, early.json["error"]["code"]) == (409, "not_open_yet")
        assert commit("i1", 1, "content", **{"cmi.core.lesson_status": "completed"}).status_code == 200
        assert commit("i2", 2).status_code == 200
        commit("i1", 3, **{"cmi.core.lesson_status": "incomplete"})
        assert commit("i2", 4, **{"cmi.core.lesson_location": "7"}).status_code == 200  # begun once, it stays open


def test_only_those_who_may_edit_begin_a_trial(client, people, sign_in, csrf, item):
    sign_in(client, people["alice"])
    assert client.post(f"/items/{item}/trial", headers=csrf(client)).status_code in (403, 404)


def test_a_package_that_reports_nothing_shuts_no_part(app, people, packages_dir):
    """Its second part would wait for ever for the first."""
    path = packages_dir / "golf-and-parser" / "scorm12" / "PrerequisitesTest_SCORM12.zip"
    with app.app_context(), path.open("rb") as stream:
        imported = import_package(stream, name="mute.zip", owner_id=people["erin"].id)
        version = queries.current_version(queries.by_uuid(imported.package_uuid).item_id)
        assert "prerequisites.silent" in {finding["code"] for finding in imported.report["findings"]}
        assert [entry.needs for entry in course_of(version.uuid).entries] == [None] * 4

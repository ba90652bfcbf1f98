"""An xAPI package from its address to the learner's result."""

import pytest
from support.tincan import COURSE

from catalogue.progress.rules import PROGRESS_EXTENSION as PROGRESS


class TestTheAddress:
    def test_tells_the_content_all_that_it_needs(self, app, people, xapi_course, opened, stands):
        item = xapi_course(launch="index.html?lang=fr#start")
        content = opened(item, people["alice"]).content()
        query, attempt = content.query, stands(item, people["alice"]).attempt
        origin = app.config["SETTINGS"].content_origin
        assert content.url.startswith(f"{origin}/c/")
        assert content.url.endswith("#start")
        assert query["lang"] == "fr"
        assert query["endpoint"] == f"{origin}/xapi/"
        assert query["registration"] == attempt.uuid
        assert query["activity_id"] == COURSE
        assert query["auth"].startswith("Basic ")
        assert content.actor["account"]["name"] == people["alice"].uuid
        assert "mbox" not in content.url
        assert "+" not in content.url


class TestStatementsMoveTheResult:
    def test_a_course_is_in_progress_once_it_is_open(self, people, xapi_course, opened, stands):
        item = xapi_course()
        launched = opened(item, people["alice"])
        launched.content()
        assert launched.standings()["course"] == {"completion": "incomplete", "success": "unknown", "score": None, "progress": None}
        assert stands(item, people["alice"]).progress.status == "started"

    @pytest.mark.parametrize(
        ("verb", "result", "expected"),
        [
            ("completed", None, ("completed", "unknown", None, 1.0, "completed")),
            ("passed", {"score": {"scaled": 0.9}}, ("completed", "passed", 0.9, 1.0, "passed")),
            ("failed", {"score": {"raw": 30, "min": 0, "max": 60}}, ("incomplete", "failed", 0.5, None, "failed")),
            ("failed", {"completion": True, "success": False}, ("completed", "failed", None, 1.0, "failed")),
            ("terminated", {"completion": True, "duration": "PT10M"}, ("completed", "unknown", None, 1.0, "completed")),
            ("progressed", {"extensions": {PROGRESS: 40}}, ("incomplete", "unknown", None, 0.4, "started")),
        ],
    )
    def test_as_soon_as_they_arrive(self, people, xapi_course, opened, stands, verb, result, expected):
        item = xapi_course()
        launched = opened(item, people["alice"])
        launched.content().say(verb, result=result)
        completion, success, score, progress, status = expected
        wanted = {"completion": completion, "success": success, "score": score, "progress": progress}
        assert launched.standings() == {"parts": {COURSE: wanted}, "course": wanted}
        assert stands(item, people["alice"]).progress.status == status

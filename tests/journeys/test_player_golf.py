"""The golf course in a real browser: played to the end of the quiz, left half-way and taken up again."""

import json

import pytest
from playwright.sync_api import expect
from support.courses import launch, publish, verbs, wait_until

from core.db import db
from lrs.statements.models import Statement
from scorm.play.models import Attempt, ScoState

pytestmark = pytest.mark.browser

GOLF = {
    "1.2": "golf-and-parser/scorm12/RuntimeBasicCalls_SCORM12.zip",
    "2004": "golf-and-parser/scorm2004/RuntimeBasicCalls_SCORM20043rdEdition.zip",
}


@pytest.fixture(params=GOLF)
def golf(request, live_server, live_people, packages_dir):
    """(edition, uuid of the item) of a golf course that an author published."""
    with open(packages_dir / GOLF[request.param], "rb") as stream:
        return request.param, publish(live_server, stream, owner=live_people["erin"])


def statements(server):
    with server.app.app_context():
        return [json.loads(p) for p in db.session.scalars(db.select(Statement.payload).order_by(Statement.seq))]


def test_play_to_the_end_of_the_quiz(golf, live_server, live_people, browse):
    edition, item = golf
    page = browse(live_people["alice"])
    page.on("dialog", lambda dialog: dialog.accept())
    course = launch(page, item)
    for _ in range(14):
        course.locator("#butNext").click()
    quiz = course.frame_locator("#contentFrame")
    quiz.locator("input[type=submit], input[type=button]").last.wait_for()
    answer_everything(page)
    quiz.get_by_role("button", name="Submit Answers").click()
    course.locator("#butExit").click()
    wait_until(page, lambda: "terminated" in verbs(live_server, item))
    judged = verdict(live_server)
    assert verbs(live_server, "/sco/")[0] == "initialized"
    assert {"launched", judged, "terminated"} <= set(verbs(live_server, item))
    assert with_score(live_server, judged)["raw"] <= 69
    if edition == "2004":  # asks for exitAll
        page.wait_for_url(f"**/items/{item}")
    else:
        expect(page.frame_locator("#player").get_by_role("heading", name="You have reached the end")).to_be_visible()


def verdict(server):
    with server.app.app_context():
        return db.session.scalars(db.select(Attempt)).one().success


def with_score(server, verb):
    return next(s["result"]["score"] for s in statements(server) if s["verb"]["id"].endswith(verb))


def answer_everything(page):
    """Mark the first answer of every question of the quiz."""
    frame = next(f for f in page.frames if "assessmenttemplate" in f.url)
    frame.evaluate(
        """() => {
            const seen = new Set();
            for (const input of document.querySelectorAll("input")) {
                if (input.type === "radio" && !seen.has(input.name)) { input.checked = true; seen.add(input.name); }
                if (input.type === "text") input.value = "18";
            }
        }"""
    )


def test_closing_the_tab_half_way_and_coming_back(golf, live_server, live_people, browse):
    edition, item = golf
    page = browse(live_people["alice"])
    page.on("dialog", lambda dialog: dialog.accept())
    course = launch(page, item)
    for _ in range(3):
        course.locator("#butNext").click()
    page.wait_for_timeout(1200)
    page.close(run_before_unload=True)

    again = browse(live_people["alice"])
    again.on("dialog", lambda dialog: dialog.accept())

    def suspended():
        with live_server.app.app_context():
            state = db.session.scalar(db.select(ScoState))
            return state is not None and not state.running

    wait_until(again, suspended)
    course = launch(again, item)
    expect(course.frame_locator("#contentFrame").locator("body")).to_contain_text("Scoring")
    with live_server.app.app_context():
        state = db.session.scalars(db.select(ScoState)).one()
        cmi = json.loads(state.cmi)
        assert cmi["cmi.core.lesson_location" if edition == "1.2" else "cmi.location"] == "3"
        assert state.total_time >= 100
        assert db.session.scalars(db.select(Attempt)).one().n == 1
    wait_until(again, lambda: "resumed" in verbs(live_server, "/sco/"))
    assert verbs(live_server, "/sco/")[:2] == ["initialized", "suspended"]

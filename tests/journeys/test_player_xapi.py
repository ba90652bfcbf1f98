"""xAPI packages in a real browser: the golf course of Tin Can, and content of another site."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from support.courses import launch, player_frame, publish, verbs, wait_until
from support.tincan import Content, tincan

from core.clock import now
from core.db import db
from lrs.credentials.models import LaunchCredential

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
LIBRARY = Path(__file__).parent.parent / "support" / "tincan.js"
RIGHT_ANSWERS = """() => document.querySelectorAll(".correctAnswer input").forEach((input) => {
    if (input.type === "radio") input.checked = true;
    else input.value = input.parentElement.textContent.replace(/\\D/g, "");
})"""


@pytest.fixture
def golf(live_server, live_people, packages_dir):
    """The golf course with the library that its zip lacks."""
    stream = io.BytesIO((packages_dir / "tincan" / "GolfExample_TCAPI.zip").read_bytes())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.write(LIBRARY, "scripts/TinCanJS/build/tincan-min.js")
    stream.seek(0)
    return publish(live_server, stream, owner=live_people["erin"])


def learner(browse, person):
    page = browse(person)
    page.context.route("**/*google-analytics.com/**", lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def test_golf_is_left_half_way_taken_up_again_and_passed(golf, live_server, live_people, browse):
    page = learner(browse, live_people["alice"])
    course = launch(page, golf)
    for number in (2, 3, 4):
        course.locator("#butNext").click()
        wait_until(page, lambda number=number: verbs(live_server, "golf-example/Playing").count("experienced") == number)
    page.close(run_before_unload=True)

    page = learner(browse, live_people["alice"])
    course = launch(page, golf)
    expect(course.frame_locator("#contentFrame").locator("body")).to_contain_text("Other Scoring")
    for _ in range(11):
        course.locator("#butNext").click()
    quiz = course.frame_locator("#contentFrame")
    quiz.get_by_role("button", name="Submit Answers").wait_for()
    next(frame for frame in page.frames if "assessmenttemplate" in frame.url).evaluate(RIGHT_ANSWERS)
    quiz.get_by_role("button", name="Submit Answers").click()
    expect(page.locator("#saved")).to_have_text("passed")
    page.locator("#leave").click()
    page.wait_for_url(f"**/items/{golf}")
    expect(page.get_by_text("passed · 100 %")).to_be_visible()
    assert verbs(live_server, golf) == ["published", "launched", "launched", "passed"]


def test_content_of_another_site_plays_in_a_window_of_its_own(live_server, live_people, browse):
    item = publish(live_server, tincan(launch="https://games.example.org/golf"), owner=live_people["erin"])
    page = learner(browse, live_people["alice"])
    page.context.route("https://games.example.org/**", lambda route: route.fulfill(body="<title>Golf</title>"))
    launch(page, item)
    player = page.frame_locator("#player")
    link = player.get_by_role("link", name="Open in a new window")
    expect(link).to_be_visible()
    player_frame(page).evaluate(AXE.read_text("utf-8"))
    assert player_frame(page).evaluate("axe.run(document, {iframes: false}).then((found) => found.violations.map((v) => v.id))") == []
    with page.context.expect_page() as opened:
        link.click()
    content = Content(live_server.app.extensions["colloquium.content"].test_client(), opened.value.url)
    content.say("completed")
    opened.value.close()
    expect(player.get_by_text("The course plays in another window.")).to_be_visible()
    player_frame(page).evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#saved")).to_have_text("completed")
    page.locator("#leave").click()
    page.wait_for_url(f"**/items/{item}")
    with live_server.app.app_context():  # the window is still there for all we know, and may go on
        assert db.session.scalars(db.select(LaunchCredential.expires_at)).one() > now() + timedelta(hours=1)

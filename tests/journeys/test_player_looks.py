"""The launch page and the player for every eye: axe clean in light and dark, usable at 320 px, in French."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from support.courses import launch, player_frame, publish
from support.tiny_packages import tiny

from core.db import db, write
from scorm.packages.models import Package

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
COURSE = (
    "<!doctype html><html lang='en'><title>Lesson</title><main><h1>Lesson</h1></main><script>parent.API.LMSInitialize('')</script></html>"
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def several(live_server, live_people):
    return publish(live_server, tiny({"a.html": COURSE, "b.html": COURSE}, title="Fire safety"), owner=live_people["erin"])


def violations(frame) -> list:
    frame.evaluate(AXE.read_text("utf-8"))
    found = frame.evaluate("(tags) => axe.run(document, {runOnly: tags, iframes: false})", TAGS)
    return [(v["id"], [node["target"] for node in v["nodes"]]) for v in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(several, live_people, browse, scheme):
    page = browse(live_people["alice"], color_scheme=scheme)
    course = launch(page, several)
    expect(course.get_by_role("heading", name="Lesson")).to_be_visible()
    page.frame_locator("#player").get_by_role("button", name="Contents").click()
    assert violations(page.main_frame) == []
    assert violations(player_frame(page)) == []
    page.goto(player_frame(page).url)
    expect(page.get_by_role("button", name="Exit")).to_be_visible()
    assert violations(page.main_frame) == []


def test_axe_finds_nothing_where_the_course_has_a_window_of_its_own(several, live_server, live_people, browse):
    with live_server.app.app_context(), write():
        db.session.scalars(db.select(Package)).one().switches = {"launch_mode": "window"}
    page = browse(live_people["alice"])
    launch(page, several)
    expect(page.get_by_role("link", name="Open the course")).to_be_visible()
    assert violations(page.main_frame) == []


def test_a_phone_shows_everything_without_scrolling_sideways(several, live_people, browse):
    page = browse(live_people["alice"], width=320, height=640)
    course = launch(page, several)
    expect(course.get_by_role("heading", name="Lesson")).to_be_visible()
    for frame in (page.main_frame, player_frame(page)):
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name in ("Exit",):
        expect(page.get_by_role("link", name=name)).to_be_in_viewport()
    for name in ("Contents", "Next", "Previous"):
        expect(page.frame_locator("#player").get_by_role("button", name=name, exact=name != "Contents")).to_be_in_viewport()


def test_the_keyboard_opens_and_closes_the_contents(several, live_people, browse):
    page = browse(live_people["alice"])
    course = launch(page, several)
    expect(course.get_by_role("heading", name="Lesson")).to_be_visible()
    player = page.frame_locator("#player")
    player.get_by_role("button", name="Contents").focus()
    page.keyboard.press("[")
    expect(player.get_by_role("navigation", name="Contents")).to_be_visible()
    page.keyboard.press("[")
    expect(player.get_by_role("navigation", name="Contents")).to_be_hidden()


def test_a_french_learner_reads_french(several, live_server, live_people, browse):
    from accounts.people.models import Person

    with live_server.app.app_context(), write():
        db.session.get(Person, live_people["alice"].id).language = "fr"
    page = browse(live_people["alice"])
    launch(page, several)
    expect(page.get_by_role("link", name="Quitter")).to_be_visible()
    expect(page.frame_locator("#player").get_by_role("button", name="Sommaire")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Enregistré")

"""A cmi5 course in a browser: played to its end by its own buttons, and left by closing the tab."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from support.courses import launch, publish, wait_until

from core.db import db
from lrs.projections import catch_up
from scorm.cmi5.models import UnitSession
from scorm.play.models import Attempt

pytestmark = pytest.mark.browser

ANSWERS = """() => {
  for (const field of document.querySelectorAll("[data-answer]")) field.value = field.dataset.answer;
  for (const choice of document.querySelectorAll("input[type=radio], option"))
    choice[choice.tagName === "OPTION" ? "selected" : "checked"] = choice.dataset.correct === "yes";
}"""


def geology(server, people, folder, name: str) -> str:
    with (folder / "cmi5-courses" / f"{name}.zip").open("rb") as stream:
        return publish(server, stream, owner=people["erin"])


def unit_of(page):
    """The frame in which the unit plays, once it has begun."""
    wait_until(page, lambda: any("/c/" in frame.url and "endpoint=" in frame.url for frame in page.frames))
    return next(frame for frame in page.frames if "/c/" in frame.url)


def ended(server) -> list[str]:
    with server.app.app_context():
        return list(db.session.scalars(select(UnitSession.ended).order_by(UnitSession.id)))


def outcomes(server) -> list[tuple[str, str]]:
    with server.app.app_context():
        return [(attempt.completion, attempt.success) for attempt in db.session.scalars(select(Attempt))]


def test_a_learner_plays_a_cmi5_course_to_the_end(live_server, live_people, browse, packages_dir):
    page = browse(live_people["alice"])
    item = geology(live_server, live_people, packages_dir, "single_au_basic_framed")
    launch(page, item)
    unit = unit_of(page)
    unit.locator(".navmenuitem.seen").first.wait_for()
    unit.locator(".navmenuitem", has_text="Quiz").dispatch_event("click")
    unit.locator("#content [data-answer]").first.wait_for()
    unit.evaluate(ANSWERS)
    unit.locator("#content button", has_text="Submit Answers").dispatch_event("click")
    wait_until(page, lambda: outcomes(live_server) == [("completed", "passed")])
    unit.locator("#score-panel .exit-button:enabled").dispatch_event("click")
    player = page.frame_locator("iframe").first
    expect(player.frame_locator("iframe").get_by_role("heading", name="This part is finished")).to_be_visible(timeout=15_000)
    assert ended(live_server) == ["terminated"]
    with live_server.app.app_context():
        catch_up(limit_ms=2_000)
    page.get_by_role("link", name="Exit").click()
    page.wait_for_url(f"**/items/{item}")
    expect(page.get_by_text("Passed, 100 %")).to_be_visible(timeout=15_000)


def test_closing_the_tab_ends_the_session_of_a_unit(live_server, live_people, browse, packages_dir):
    watcher = browse(live_people["alice"])
    item = geology(live_server, live_people, packages_dir, "multi_au_framed")
    page = watcher.context.new_page()
    launch(page, item)
    unit_of(page).locator("#content h1, #content h2, #content p").first.wait_for()
    page.close(run_before_unload=True)
    wait_until(watcher, lambda: ended(live_server) in (["abandoned"], ["terminated"]))

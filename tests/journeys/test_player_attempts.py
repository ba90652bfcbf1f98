"""What an author chose, as author and learner see it: attempts and results, room for data, time that is over."""

import pytest
from playwright.sync_api import expect
from support.courses import cmi, launch, publish, states, wait_until
from support.tiny_packages import tiny

from catalogue.items.models import Item
from core.db import db, write
from scorm.packages import queries as packages
from scorm.packages import service as packages_service

pytestmark = pytest.mark.browser

QUIZ = """<!doctype html><title>Quiz</title><h1>Quiz</h1><p id="answer"></p>
<script>
  let api = window; while (!api.API && api.parent !== api) api = api.parent;
  api = api.API;
  api.LMSInitialize("");
  const finish = (status, raw) => {
    api.LMSSetValue("cmi.core.score.raw", raw); api.LMSSetValue("cmi.core.lesson_status", status); api.LMSFinish("");
  };
</script>
<button onclick="finish('passed', '90')">Well</button><button onclick="finish('failed', '40')">Badly</button>
"""
STORE = {
    "1.2": """<!doctype html><title>Store</title><h1>Store</h1><p id="answer"></p>
<script>
  let api = window; while (!api.API && api.parent !== api) api = api.parent;
  api = api.API;
  api.LMSInitialize("");
  const say = (text) => { document.getElementById("answer").textContent = text; };
  say("found " + api.LMSGetValue("cmi.suspend_data").length);
  const store = (length) => say(api.LMSSetValue("cmi.suspend_data", "x".repeat(length)) + " " + api.LMSGetLastError()
    + " " + api.LMSGetValue("cmi.suspend_data").length + " " + api.LMSCommit(""));
</script>
<button onclick="store(70000)">Fits</button><button onclick="store(70001)">Too much</button>""",
    "2004": """<!doctype html><title>Store</title><h1>Store</h1><p id="answer"></p>
<script>
  let api = window; while (!api.API_1484_11 && api.parent !== api) api = api.parent;
  api = api.API_1484_11;
  api.Initialize("");
  const say = (text) => { document.getElementById("answer").textContent = text; };
  say("found " + api.GetValue("cmi.suspend_data").length);
  const store = (length) => say(api.SetValue("cmi.suspend_data", "x".repeat(length)) + " " + api.GetLastError()
    + " " + api.GetValue("cmi.suspend_data").length + " " + api.Commit(""));
</script>
<button onclick="store(70000)">Fits</button><button onclick="store(70001)">Too much</button>""",
}


def switch(server, item: str, **values) -> None:
    with server.app.app_context(), write():
        found = db.session.query(Item).filter_by(uuid=item).one()
        packages_service.switch(package=packages.package_of(found.id), values=values)


def play(page, item: str, button: str) -> None:
    course = launch(page, item)
    course.get_by_role("button", name=button).click()
    page.frame_locator("#player").get_by_role("button", name="Back to the course page").click()
    page.wait_for_url(f"**/items/{item}")


def test_an_author_limits_attempts_and_a_learner_sees_which_counts(live_server, live_people, browse):
    item = publish(live_server, tiny(QUIZ), owner=live_people["erin"])
    author = browse(live_people["erin"])
    author.goto(f"/items/{item}")
    author.get_by_text("Attempts and result").click()
    author.get_by_label("Most attempts").fill("2")
    author.get_by_label("The result is").select_option("latest")
    author.locator("#package").get_by_role("button", name="Save").click()
    expect(author.locator("#package")).to_contain_text("2 attempts, the latest attempt")

    learner = browse(live_people["alice"])
    play(learner, item, "Well")
    expect(learner.locator("#progress-title").locator("..")).to_contain_text("Attempt 1 of 2")
    expect(learner.locator(".item-actions .btn-primary")).to_contain_text("Start a new attempt")
    play(learner, item, "Badly")
    mine = learner.locator("#progress-title").locator("..")
    expect(mine).to_contain_text("The latest of your 2 attempts is your result.")
    expect(mine.locator(".progress-line")).to_contain_text("40 %")
    expect(mine.locator("li", has_text="counts")).to_contain_text("Attempt 2 of 2")
    expect(learner.get_by_text("You have used all 2 attempts.")).to_be_visible()
    learner.locator(".item-actions .btn-primary", has_text="Review").click()
    learner.wait_for_url("**/launches/*")
    expect(learner.locator("#saved")).to_have_text("Review: nothing is recorded")


@pytest.mark.parametrize(("edition", "code"), [("1.2", "405"), ("2004", "406")])
def test_a_part_that_stores_too_much_is_told_so_and_keeps_what_it_had(live_server, live_people, browse, edition, code):
    item = publish(live_server, tiny(STORE[edition], edition=edition), owner=live_people["erin"])
    switch(live_server, item, suspend_limit=70_000)
    page = browse(live_people["alice"])
    course = launch(page, item)
    for button, answer in (("Fits", "true 0 70000 true"), ("Too much", f"false {code} 70000 true")):
        course.get_by_role("button", name=button).click()
        expect(course.locator("#answer")).to_have_text(answer)
    wait_until(page, lambda: len(cmi(live_server).get("cmi.suspend_data", "")) == 70_000)
    switch(live_server, item)
    course = launch(page, item)
    expect(course.locator("#answer")).to_have_text("found 70000")
    course.get_by_role("button", name="Fits").click()
    expect(course.locator("#answer")).to_have_text(f"false {code} 70000 true")


def test_time_that_is_over_is_said_and_a_part_that_wants_it_ends(live_server, live_people, browse):
    limits = "<adlcp:maxtimeallowed>00:00:01</adlcp:maxtimeallowed><adlcp:timelimitaction>{}</adlcp:timelimitaction>"
    pages = {"go.html": QUIZ, "end.html": QUIZ}
    extras = [limits.format("continue,message"), limits.format("exit,message")]
    item = publish(live_server, tiny(pages, extras=extras), owner=live_people["erin"])
    page = browse(live_people["alice"])
    course = launch(page, item)
    player = page.frame_locator("#player")
    expect(player.get_by_text("You can go on.")).to_be_visible()
    player.get_by_role("button", name="Understood").click()
    course.get_by_role("button", name="Well").click()
    player.get_by_role("button", name="Next: Tiny 2").click()
    expect(player.get_by_text("What you did was saved.")).to_be_visible()
    expect(player.get_by_role("button", name="Look at it again")).to_have_count(0)
    wait_until(page, lambda: [state.running for state in states(live_server)] == [False, False])

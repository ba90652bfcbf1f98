"""Whatever happens to the tab, the network or the session, at whatever stage: what was saved is there, and what was not is said."""

import json
import time
from functools import wraps

import pytest
from playwright.sync_api import expect
from support.courses import cmi, launch, player_frame, publish, states, wait_until
from support.tiny_packages import tiny

from core.db import db
from scorm.play.models import Attempt

pytestmark = pytest.mark.browser

NAMES = {
    "1.2": ("API", ["LMSInitialize", "LMSGetValue", "LMSSetValue", "LMSCommit", "LMSFinish"], "cmi.core.lesson_location"),
    "2004": ("API_1484_11", ["Initialize", "GetValue", "SetValue", "Commit", "Terminate"], "cmi.location"),
}
# Every step is a button of its own: nothing is called that is not pressed.
STEPS = """<!doctype html><title>Course</title><p id="answer">ready</p>
<script>
  let api = window; while (!api.%(api)s && api.parent !== api) api = api.parent;
  api = api.%(api)s;
  const [start, get, set, save, end] = %(verbs)s;
  const say = (...words) => { document.getElementById("answer").textContent = words.join(" "); };
</script>
<button onclick="say(api[start](''), api[get]('%(place)s'))">Begin</button>
<button onclick="say(api[set]('%(place)s', 'p' + (window.n = (window.n || 0) + 1)))">Turn</button>
<button onclick="say('saved', api[save](''))">Save</button>
<button onclick="say('ended', api[end](''))">End</button>
"""


@pytest.fixture(params=NAMES)
def course(request, live_server, live_people):
    """(edition, uuid) of a course that does one thing at a time."""
    api, verbs, place = NAMES[request.param]
    page = STEPS % {"api": api, "verbs": json.dumps(verbs), "place": place}
    return request.param, publish(live_server, tiny(page, edition=request.param), owner=live_people["erin"])


def press(frame, *names):
    for name in names:
        frame.get_by_role("button", name=name).click()


def answer(frame, words):
    expect(frame.locator("#answer")).to_have_text(words)


def test_closing_the_tab_at_every_stage(course, live_server, live_people, browse):
    edition, item = course
    place = NAMES[edition][2]
    watcher = browse(live_people["alice"])

    def close_after(*steps, found=""):
        tab = watcher.context.new_page()
        frame = launch(tab, item)
        answer(frame, "ready")
        if steps:
            press(frame, "Begin")
            answer(frame, f"true {found}")
            press(frame, *steps)
        tab.close(run_before_unload=True)

    close_after()  # before it began
    assert states(live_server) == []
    close_after("Turn")  # set, never saved
    wait_until(watcher, lambda: cmi(live_server).get(place) == "p1")
    close_after("Turn", "Turn", "Save", found="p1")
    wait_until(watcher, lambda: cmi(live_server).get(place) == "p2" and not states(live_server)[0].running)
    close_after("Turn", "Turn", "Turn", "End", found="p2")
    wait_until(watcher, lambda: cmi(live_server).get(place) == "p3" and not states(live_server)[0].running)
    assert states(live_server)[0].sessions == 3


def test_a_network_that_goes_and_comes_back(course, live_server, live_people, browse):
    edition, item = course
    page = browse(live_people["alice"])
    frame = launch(page, item)
    press(frame, "Begin", "Turn")
    page.context.set_offline(True)
    press(frame, "Save")
    answer(frame, "saved false")
    expect(page.locator("#saved")).to_have_text("Not saved, retrying")
    press(frame, "Turn")
    page.context.set_offline(False)
    press(frame, "Save")
    answer(frame, "saved true")
    expect(page.locator("#saved")).to_have_text("Saved")
    assert cmi(live_server)[NAMES[edition][2]] == "p2"


@pytest.fixture
def slow_line(live_server, monkeypatch):
    """Every commit takes a second and a half to arrive."""
    views = live_server.app.extensions["colloquium.content"].view_functions
    arrives = views["rt.commit"]

    @wraps(arrives)
    def late():
        time.sleep(1.5)
        return arrives()

    monkeypatch.setitem(views, "rt.commit", late)


@pytest.mark.parametrize("course", ["1.2"], indirect=True)
def test_on_a_slow_line_the_way_out_waits_and_nothing_is_overtaken(course, live_server, live_people, browse, slow_line):
    edition, item = course
    page = browse(live_people["alice"])
    frame = launch(page, item)
    press(frame, "Begin", "Turn", "Turn", "Turn")
    press(frame, "Save")
    answer(frame, "saved true")
    assert cmi(live_server)[NAMES[edition][2]] == "p3"
    press(frame, "Turn")
    page.get_by_role("link", name="Exit").click()
    page.wait_for_url("**/items/**")
    assert cmi(live_server)[NAMES[edition][2]] == "p4"
    assert not states(live_server)[0].running


def test_a_session_that_ends_in_the_middle_loses_nothing(course, live_server, live_people, browse):
    edition, item = course
    page = browse(live_people["alice"])
    frame = launch(page, item)
    press(frame, "Begin", "Turn")
    page.context.clear_cookies()
    press(frame, "Save")
    answer(frame, "saved true")
    assert cmi(live_server)[NAMES[edition][2]] == "p1"
    page.get_by_role("link", name="Exit").click()
    page.wait_for_url("**/login**")


def test_odd_packages_play(live_server, live_people, packages_dir, browse):
    """Names that differ in capitals only, server programs, a service worker, 60,000 characters of suspend data, a pop-up, prerequisites."""
    page = browse(live_people["alice"])

    def play(name):
        with open(packages_dir / "edge-cases" / name, "rb") as stream:
            return launch(page, publish(live_server, stream, owner=live_people["erin"]))

    def ends(name, count):
        wait_until(page, lambda: len(states(live_server)) == count and not states(live_server)[-1].running)
        return states(live_server)[-1]

    for count, name in enumerate(["e25_case_collision.zip", "e58_server_files.zip", "e59_service_worker.zip"], start=1):
        expect(play(name).locator("body")).to_contain_text("API found")
        assert ends(name, count).completion == "completed"
        if name.startswith("e58"):
            files = json.loads(player_frame(page).locator("#settings").text_content())["files"]
            sent = page.request.get(f"{live_server.content_url}{files}shell.php")
            assert (sent.ok, sent.text().startswith("<?php"), "html" in sent.headers["content-type"]) == (True, True, False)
        if name.startswith("e59"):
            registered = "navigator.serviceWorker.getRegistrations().then((all) => all.length, () => 0)"  # refused where it is framed
            assert player_frame(page).evaluate(registered) == 0
    play("e61_big_suspend_12.zip")
    assert len(json.loads(ends("e61", 4).cmi)["cmi.suspend_data"]) == 60_000
    opener = play("e62_popup.zip")
    with page.context.expect_page() as opening:
        opener.get_by_role("button", name="Launch").click()
    expect(opening.value.locator("body")).to_contain_text("API found")
    assert ends("e62", 5).completion == "completed"
    play("e49_prerequisites.zip")
    ends("e49", 6)
    page.frame_locator("#player").get_by_role("button", name="Next: Two").click()
    ends("e49", 7)
    with live_server.app.app_context():
        assert db.session.scalars(db.select(Attempt).order_by(Attempt.id.desc())).first().completion == "completed"

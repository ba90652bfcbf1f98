"""The player's own ways: marks, other windows, review, contents, the end, and what it says when it cannot save."""

import json
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from support.courses import cmi, launch, publish, states, verbs, wait_until
from support.tiny_packages import tiny

from core.clock import now
from core.db import db, write
from scorm.packages.models import Package
from scorm.play.models import Attempt, Launch
from tools.build_samples import SOURCES, build

pytestmark = pytest.mark.browser

BUTTONS = """<!doctype html><title>Course</title><h1>Course</h1>
<p id="answer"></p>
<script>
  let api = window; while (!api.API && api.parent !== api) api = api.parent;
  api = api.API;
  const say = (text) => { document.getElementById("answer").textContent = text; };
  const get = (element) => api.LMSGetValue(element);
  say("started " + api.LMSInitialize("") + " at " + get("cmi.core.lesson_location") + " " + get("cmi.core.lesson_mode"));
  let page = 0;
</script>
<button onclick="api.LMSSetValue('cmi.core.lesson_location', String(++page)); say('set ' + page)">Turn</button>
<button onclick="say('commit ' + api.LMSCommit('') + ' ' + api.LMSGetLastError())">Commit</button>
<button onclick="api.LMSSetValue('cmi.core.lesson_status', 'completed'); say('finish ' + api.LMSFinish(''))">Finish</button>
"""


@pytest.fixture
def buttons(live_server, live_people):
    return publish(live_server, tiny(BUTTONS), owner=live_people["erin"])


def press(course, name):
    course.get_by_role("button", name=name).click()


def player(page):
    return page.frame_locator("#player")


def answer(course):
    return course.locator("#answer")


class TestSaving:
    def test_the_sco_and_the_learner_are_told_the_truth(self, buttons, live_server, live_people, browse):
        page = browse(live_people["alice"])
        course = launch(page, buttons)
        press(course, "Turn")
        press(course, "Commit")
        expect(answer(course)).to_have_text("commit true 0")
        expect(page.locator("#saved")).to_have_text("Saved")
        page.route("**/rt/commit", lambda route: route.fulfill(status=503, body="<html>gateway</html>"))
        press(course, "Turn")
        press(course, "Commit")
        expect(answer(course)).to_have_text("commit false 101")
        expect(page.locator("#saved")).to_have_text("Not saved, retrying")
        assert cmi(live_server)["cmi.core.lesson_location"] == "1"
        page.unroute("**/rt/commit")
        expect(page.locator("#saved")).to_have_text("Saved")
        assert cmi(live_server)["cmi.core.lesson_location"] == "2"

    def test_a_page_with_status_200_is_no_acknowledgement(self, buttons, live_people, browse):
        page = browse(live_people["alice"])
        course = launch(page, buttons)
        page.route("**/rt/commit", lambda route: route.fulfill(status=200, body="<html>Please sign in</html>"))
        press(course, "Turn")
        press(course, "Commit")
        expect(answer(course)).to_have_text("commit false 101")

    def test_a_value_that_was_never_committed_is_saved_by_itself(self, buttons, live_server, live_people, browse):
        page = browse(live_people["alice"])
        course = launch(page, buttons)
        press(course, "Turn")
        wait_until(page, lambda: cmi(live_server).get("cmi.core.lesson_location") == "1", seconds=20)

    def test_only_what_changed_travels(self, buttons, live_people, browse):
        page = browse(live_people["alice"])
        bodies = []
        page.on("request", lambda request: bodies.append(json.loads(request.post_data)) if request.url.endswith("/rt/commit") else None)
        course = launch(page, buttons)
        for _ in range(2):
            press(course, "Turn")
            press(course, "Commit")
            expect(answer(course)).to_have_text("commit true 0")
        assert [body["changes"] for body in bodies] == [{}, {"cmi.core.lesson_location": "1"}, {"cmi.core.lesson_location": "2"}]
        assert bodies[0]["sequence"] < bodies[1]["sequence"] < bodies[2]["sequence"]

    def test_leaving_while_the_server_is_away_asks_before_data_is_lost(self, buttons, live_people, browse):
        page = browse(live_people["alice"])
        course = launch(page, buttons)
        page.route("**/rt/commit", lambda route: route.abort())
        press(course, "Turn")
        page.get_by_role("link", name="Exit").click()
        retry = player(page).get_by_role("button", name="Try again")
        expect(retry).to_be_visible(timeout=15_000)
        expect(player(page).get_by_role("button", name="Leave without saving")).to_be_visible()
        page.unroute("**/rt/commit")
        retry.click()
        page.wait_for_url(f"**/items/{buttons}")


class TestExpiry:
    def test_an_expired_launch_says_so_and_the_sco_hears_no(self, buttons, live_server, live_people, browse):
        page = browse(live_people["alice"])
        course = launch(page, buttons)
        press(course, "Turn")
        with live_server.app.app_context(), write():
            db.session.scalars(db.select(Launch)).one().expires_at = now() - timedelta(seconds=1)
        press(course, "Commit")
        expect(answer(course)).to_have_text("commit false 101")
        expect(page.locator("#saved")).to_contain_text("this launch has expired")
        page.reload()
        expect(page.get_by_role("heading", name="This launch has expired")).to_be_visible()

    def test_a_second_window_takes_over_and_the_first_one_says_that_it_no_longer_saves(self, buttons, live_server, live_people, browse):
        first = browse(live_people["alice"])
        course = launch(first, buttons)
        press(course, "Turn")
        press(course, "Commit")
        second = first.context.new_page()
        other = launch(second, buttons)
        expect(answer(other)).to_have_text("started true at 1 normal")
        for _ in range(3):
            press(other, "Turn")
        press(other, "Commit")
        expect(answer(other)).to_have_text("commit true 0")
        press(course, "Turn")
        press(course, "Commit")
        expect(answer(course)).to_have_text("commit false 101")
        expect(first.locator("#saved")).to_contain_text("opened again in another window")
        assert cmi(live_server)["cmi.core.lesson_location"] == "3"


class TestTheEnd:
    def test_a_finished_course_says_so_and_leads_back(self, buttons, live_server, live_people, browse):
        page = browse(live_people["alice"])
        course = launch(page, buttons)
        press(course, "Finish")
        expect(player(page).get_by_role("heading", name="You have reached the end")).to_be_visible()
        player(page).get_by_role("button", name="Back to the course page").click()
        page.wait_for_url(f"**/items/{buttons}")
        with live_server.app.app_context():
            assert db.session.scalars(db.select(Attempt)).one().completion == "completed"

    def test_content_that_loads_another_page_may_initialize_again(self, live_server, live_people, browse):
        chain = (
            "<!doctype html><h1 id=t></h1><script>"
            "const n = Number(new URLSearchParams(location.search).get('n') || 1);"
            "let w = window; while (!w.API) w = w.parent; const api = w.API;"
            "t.textContent = 'page ' + n + ' ' + api.LMSInitialize('') + ' ' + api.LMSGetValue('cmi.core.lesson_location');"
            "api.LMSSetValue('cmi.core.lesson_location', 'p' + n); api.LMSSetValue('cmi.core.lesson_status', 'incomplete');"
            "addEventListener('unload', () => api.LMSFinish(''));"
            "</script><a href='?n=2' id=next>next</a>"
        )
        item = publish(live_server, tiny(chain), owner=live_people["erin"])
        page = browse(live_people["alice"])
        course = launch(page, item)
        expect(course.locator("#t")).to_have_text("page 1 true ")
        course.locator("#next").click()
        expect(course.locator("#t")).to_have_text("page 2 true p1")
        page.wait_for_timeout(1_500)
        expect(course.locator("#t")).to_be_visible()
        wait_until(page, lambda: states(live_server)[0].sessions == 2)

    def test_after_the_end_comes_a_review_that_changes_nothing_or_a_new_attempt(self, buttons, live_server, live_people, browse):
        page = browse(live_people["alice"])
        course = launch(page, buttons)
        press(course, "Turn")
        press(course, "Finish")
        wait_until(page, lambda: states(live_server)[0].running is False)
        before = states(live_server)[0].cmi
        review = launch(page, buttons, mode="review")
        expect(answer(review)).to_have_text("started true at 1 review")
        expect(page.locator("#saved")).to_have_text("Review: nothing is recorded")
        press(review, "Turn")
        press(review, "Commit")
        expect(answer(review)).to_have_text("commit true 0")
        press(review, "Finish")
        expect(player(page).get_by_role("button", name="Back to the course page")).to_be_visible()
        assert [state.cmi for state in states(live_server)] == [before]
        again = launch(page, buttons)
        expect(answer(again)).to_have_text("started true at  normal")
        wait_until(page, lambda: len(states(live_server)) == 2)


class TestSeveralParts:
    @pytest.fixture
    def several(self, live_server, live_people, tmp_path):
        with open(build(SOURCES / "probes" / "several", tmp_path), "rb") as stream:
            return publish(live_server, stream, owner=live_people["erin"])

    def test_contents_marks_and_the_way_on(self, several, live_server, live_people, browse):
        page = browse(live_people["alice"])
        course = launch(page, several)
        expect(course.locator("#title")).to_have_text("Part A")
        player(page).get_by_role("button", name="Contents").click()
        contents = player(page).get_by_role("navigation", name="Contents")
        expect(contents.get_by_role("button")).to_have_count(3)
        course.locator("#done").click()
        expect(contents.get_by_role("img", name="completed")).to_have_count(1)
        player(page).get_by_role("button", name=re.compile("^Next: ")).click()
        expect(course.locator("#title")).to_have_text("Part B")
        player(page).get_by_role("button", name="Next", exact=True).click()
        expect(course.locator("#title")).to_have_text("Part C")
        player(page).get_by_role("button", name="Previous", exact=True).click()
        expect(course.locator("#title")).to_have_text("Part B")
        expect(course.locator("#before")).to_have_text("was in B")
        course.locator("#done").click()
        player(page).get_by_role("button", name=re.compile("^Next: ")).click()
        course.locator("#done").click()
        expect(player(page).get_by_role("heading", name="You have reached the end")).to_be_visible()
        with live_server.app.app_context():
            attempt = db.session.scalars(db.select(Attempt)).one()
            assert (attempt.completion, attempt.progress, attempt.score_scaled) == ("completed", 1.0, 0.9)

    def test_coming_back_opens_the_part_that_was_left(self, several, live_server, live_people, browse):
        page = browse(live_people["alice"])
        course = launch(page, several)
        player(page).get_by_role("button", name="Next", exact=True).click()
        expect(course.locator("#title")).to_have_text("Part B")
        page.get_by_role("link", name="Exit").click()
        page.wait_for_url(f"**/items/{several}")
        course = launch(page, several)
        expect(course.locator("#title")).to_have_text("Part B")


WISHING = """<!doctype html><title>{name}</title><h1>{name}</h1>
<script>
  let api = window; while (!api.API_1484_11 && api.parent !== api) api = api.parent;
  api = api.API_1484_11; api.Initialize("");
  const wish = (way) => {{ api.SetValue("adl.nav.request", way); api.SetValue("cmi.exit", "suspend"); api.Terminate(""); }};
</script>
<button onclick="wish('continue')">On</button>
<button onclick="wish('previous')">Back</button>
<button onclick="wish('{{target=item3}}choice')">Third</button>
<button onclick="wish('suspendAll')">Later</button>
"""


class TestWhereTheCourseWantsToGo:
    """adl.nav.request (SCORM 2004 4th edition, SN 5.6.4), for courses that have no sequencing of their own."""

    @pytest.fixture
    def wishing(self, live_server, live_people):
        pages = {f"{name}.html": WISHING.format(name=name) for name in ("One", "Two", "Three")}
        return publish(live_server, tiny(pages, edition="2004"), owner=live_people["erin"])

    def test_the_player_goes_where_the_course_asks_to_go(self, wishing, live_people, browse):
        page = browse(live_people["alice"])
        course = launch(page, wishing)
        for button, leads_to in (("On", "Two"), ("On", "Three"), ("Back", "Two"), ("Third", "Three")):
            press(course, button)
            expect(course.get_by_role("heading", name=leads_to)).to_be_visible()
        press(course, "On")
        expect(player(page).get_by_role("button", name="Back to the course page")).to_be_visible()

    def test_leaving_for_later_leads_back_to_the_item(self, wishing, live_server, live_people, browse):
        page = browse(live_people["alice"])
        course = launch(page, wishing)
        press(course, "Later")
        page.wait_for_url(f"**/items/{wishing}")
        assert "suspended" in verbs(live_server, "/sco/")


class TestWindows:
    def test_a_window_of_its_own_has_no_opener_and_the_page_follows_it(self, buttons, live_server, live_people, browse):
        with live_server.app.app_context(), write():
            db.session.scalars(db.select(Package)).one().switches = {"launch_mode": "window"}
        page = browse(live_people["alice"])
        launch(page, buttons)
        with page.context.expect_page() as opening:
            page.get_by_role("link", name="Open the course").click()
        window = opening.value
        course = window.frame_locator(".player-frame")
        expect(answer(course)).to_contain_text("started true")
        assert window.evaluate("window.opener") is None
        press(course, "Finish")
        expect(window.get_by_role("heading", name="You have reached the end")).to_be_visible()
        expect(page.locator("#standing")).to_have_text("Completed", timeout=10_000)
        window.get_by_role("button", name="Back to the course page").click()
        window.wait_for_url(f"{live_server.url}/items/{buttons}")

    def test_content_that_looks_for_the_other_api_finds_nothing_and_does_not_fail(self, live_server, live_people, browse):
        scan = (
            "<!doctype html><p id=found></p><script>function look(name) { let w = window, n = 0;"
            "while (w[name] == null && w.parent != null && w.parent != w && n++ < 50) w = w.parent;"
            "return w[name] == null ? 'none' : 'found'; }"
            "found.textContent = look('API_1484_11') + ' ' + look('API');</script>"
        )
        item = publish(live_server, tiny(scan), owner=live_people["erin"])
        page = browse(live_people["alice"])
        expect(launch(page, item).locator("#found")).to_have_text("none found")

    def test_an_author_previews_without_a_trace(self, buttons, live_server, live_people, browse):
        page = browse(live_people["erin"])
        before = len(verbs(live_server))
        course = launch(page, buttons, mode="browse")
        expect(answer(course)).to_have_text("started true at  browse")
        expect(page.locator("#saved")).to_have_text("Preview: nothing is recorded")
        press(course, "Finish")
        expect(answer(course)).to_have_text("finish true")
        page.get_by_role("link", name="Exit").click()
        page.wait_for_url(f"**/items/{buttons}")
        assert (len(verbs(live_server)), states(live_server)) == (before, [])

"""An author tests a package before learners see it: what its content says stands beside it, in words, and nothing is kept."""

import re

import pytest
from playwright.sync_api import expect
from support.courses import course_of, publish, states, verbs
from support.tiny_packages import tiny

pytestmark = pytest.mark.browser

TALKATIVE = """<!doctype html><title>Course</title><h1>Course</h1>
<script>
  let api = window; while (!api.API && api.parent !== api) api = api.parent;
  api = api.API;
  api.LMSGetValue("cmi.core.student_id");
  api.LMSInitialize("");
  document.title = api.LMSGetValue("cmi.core.lesson_mode");
</script>
<h2 id="mode"></h2><script>document.getElementById("mode").textContent = document.title</script>
<button onclick="api.LMSSetValue('cmi.core.lesson_location', '<img src=x onerror=alert(1)>'); api.LMSSetValue('cmi.core.score.raw', '70');
  api.LMSSetValue('cmi.core.lesson_status', 'done'); api.LMSCommit('')">Save</button>
<button onclick="nothing.at.all()">Break</button>
"""
MASTERY = "<adlcp:masteryscore>80</adlcp:masteryscore>"


def test_an_author_tests_a_package(live_server, live_people, browse):
    item = publish(live_server, tiny(TALKATIVE, extras=MASTERY), owner=live_people["erin"])
    page = browse(live_people["erin"])
    told = len(verbs(live_server))
    page.goto(f"/items/{item}")
    page.get_by_role("button", name="Test this package").click()
    page.wait_for_url("**/launches/*/trial")
    course = course_of(page)
    expect(course.locator("#mode")).to_have_text("normal")
    trace, advice = page.locator("#trace"), page.locator("#advice")
    early = trace.locator("li", has_text='LMSGetValue("cmi.core.student_id")')
    expect(early).to_contain_text("301 · Not initialized")
    course.get_by_role("button", name="Save").click()
    expect(trace.locator("li", has_text="lesson_location")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(trace.locator("li", has_text='"cmi.core.lesson_status", "done"')).to_contain_text("405 · The value does not fit")
    course.get_by_role("button", name="Break").click()
    expect(trace).to_contain_text("nothing is not defined")
    expect(advice).to_contain_text("Values that the content set were refused: 1")
    page.get_by_label("Problems only").check()
    expect(trace.locator("li", has_text='LMSInitialize("")')).to_be_hidden()
    expect(early).to_be_visible()
    page.get_by_role("link", name="End the test").click()
    expect(page.get_by_role("heading", name="The test has ended")).to_be_visible()
    expect(advice).to_contain_text("never said whether it is completed or passed")
    page.get_by_label("Problems only").uncheck()
    expect(trace).to_contain_text("The server sets cmi.core.lesson_status to “incomplete”")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    text = download.value.path().read_text()
    assert 'LMSSetValue("cmi.core.score.raw", "70") → "true"' in text
    assert re.search(r"^! .*never said whether", text, re.MULTILINE)
    assert (states(live_server), len(verbs(live_server))) == ([], told)


def test_content_of_the_other_version_is_named(live_server, live_people, browse):
    wrong = "<!doctype html><h1>Course</h1><script>let w = window; while (!w.API_1484_11 && w.parent !== w) w = w.parent;</script>"
    item = publish(live_server, tiny(wrong), owner=live_people["erin"])
    page = browse(live_people["erin"])
    page.clock.install()
    page.goto(f"/items/{item}")
    page.get_by_role("button", name="Test this package").click()
    expect(page.locator("#trace")).to_contain_text("looked for API_1484_11")
    page.clock.run_for(15_000)
    expect(page.locator("#advice")).to_contain_text("looked for API_1484_11 and found nothing")


def call(name, *given, answer="true", code="0", at=100, by_player=False):
    """One line of a trace."""
    return {"kind": "call", "name": name, "given": given, "answer": answer, "code": code, "at": at, "byPlayer": by_player, "length": 5}


OPENED = {"kind": "opened", "at": 0, "tracked": True}
BEGUN = call("LMSInitialize", "")
STATUS = call("LMSSetValue", "cmi.core.lesson_status", "completed", at=60_000)
PLACE = call("LMSSetValue", "cmi.core.lesson_location", "3")
FINISHED = call("LMSFinish", "")
# What a trace comes to: (lines, whether the test has ended, names of what is said).
TRACES = {
    "patience": ([OPENED], False, []),
    "silent to the end": ([OPENED], True, ["silent"]),
    "never initialized": ([OPENED, PLACE | {"answer": "false", "code": "301"}], True, ["notInitialized"]),
    "nothing wrong": ([OPENED, BEGUN, STATUS, FINISHED], True, []),
    "done at once": ([OPENED, BEGUN, STATUS | {"at": 900}, FINISHED], True, ["atOnce"]),
    "no status": ([OPENED, BEGUN, FINISHED], True, ["noStatus"]),
    "closed on it": ([OPENED, BEGUN, STATUS, call("LMSCommit", ""), FINISHED | {"byPlayer": True}], True, ["notFinished"]),
    "never saved": ([OPENED, BEGUN, STATUS], True, ["notFinished", "neverSaved"]),
    "a place and no wish to return": ([OPENED, BEGUN, PLACE, STATUS, FINISHED], True, ["noSuspend"]),
    "much suspend data": (
        [OPENED, BEGUN, call("LMSSetValue", "cmi.suspend_data", "x") | {"length": 9_000}], False, ["longSuspend"],
    ),
    "refused by the server": ([OPENED, BEGUN, {"kind": "verdict", "rejected": {"cmi.core.exit": "vocabulary"}}], False, ["refused"]),
}  # fmt: skip


def test_what_a_trace_comes_to(live_server, live_people, browse):
    page = browse(live_people["erin"])
    page.goto(f"{live_server.url}/static/trials/advice.js")
    said = page.evaluate(
        """async (traces) => {
            const { advice } = await import("/static/trials/advice.js");
            const { checked } = await import("/static/trials/lines.js");
            const look = (rows, ended) => advice(rows.map(checked), { passed: 5_000, ended, given: "API" }).map(([name]) => name);
            const cut = checked({ kind: "call", given: [{}, "x".repeat(9999)] });
            return [traces.map(([rows, ended]) => look(rows, ended)), checked({ kind: "odd" }), checked(null), cut];
        }""",
        [[rows, ended] for rows, ended, _names in TRACES.values()],
    )
    assert dict(zip(TRACES, said[0], strict=True)) == {kind: names for kind, (_rows, _ended, names) in TRACES.items()}
    assert said[1:3] == [None, None]
    assert [len(text) for text in said[3]["given"]] == [0, 600]

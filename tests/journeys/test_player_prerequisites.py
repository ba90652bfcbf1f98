"""Parts of a SCORM 1.2 course that open one after the other, as their author meant."""

import random

import pytest
from playwright.sync_api import expect
from support.courses import launch, player_frame, publish, states, wait_until
from support.tiny_packages import tiny

from scorm.packages.prerequisites import holds

pytestmark = pytest.mark.browser
STATUSES = ("passed", "completed", "failed", "incomplete", "not attempted")

PART = """<!doctype html><title>{name}</title><h1>{name}</h1>
<script>
  let api = window; while (!api.API && api.parent !== api) api = api.parent;
  api = api.API; api.LMSInitialize("");
  const end = (status) => {{ api.LMSSetValue("cmi.core.lesson_status", status); api.LMSFinish(""); }};
</script>
<button onclick="end('completed')">Complete</button>
<button onclick="end('passed')">Pass</button><button onclick="end('failed')">Fail</button>
"""


def after(script: str) -> str:
    return f'<adlcp:prerequisites type="aicc_script">{script}</adlcp:prerequisites>'


@pytest.fixture
def stepwise(live_server, live_people):
    """Four parts: the second after the first, the third after both with the second passed, the fourth free."""
    pages = {f"{name}.html": PART.format(name=name) for name in ("One", "Two", "Three", "Four")}
    extras = ["", after("item1"), after('item1 &amp; item2 = "passed"'), ""]
    return publish(live_server, tiny(pages, extras=extras), owner=live_people["erin"])


def test_parts_open_as_those_before_them_are_done(stepwise, live_server, live_people, browse):
    page = browse(live_people["alice"])
    course = launch(page, stepwise)
    player = page.frame_locator("#player")
    player.get_by_role("button", name="Contents").click()
    contents = player.get_by_role("navigation", name="Contents")
    first, second, third = (contents.locator(f"[data-activity=item{n}]") for n in (1, 2, 3))
    expect(second).to_be_disabled()
    expect(second).to_contain_text("Comes after: Tiny 1")
    expect(third).to_contain_text("Comes after: Tiny 1, Tiny 2")
    second.focus()
    page.keyboard.press("Enter")
    expect(course.get_by_role("heading", name="One")).to_be_visible()
    player.get_by_role("button", name="Next", exact=True).click()  # to the next that is open
    expect(course.get_by_role("heading", name="Four")).to_be_visible()
    first.click()
    course.get_by_role("button", name="Complete").click()
    expect(second).to_be_enabled()
    player.get_by_role("button", name="Next: Tiny 2").click()
    course.get_by_role("button", name="Fail").click()
    expect(third).to_be_disabled()
    second.click()
    course.get_by_role("button", name="Pass").click()
    expect(third).to_be_enabled()
    third.click()
    expect(course.get_by_role("heading", name="Three")).to_be_visible()
    wait_until(page, lambda: {state.sco for state in states(live_server)} == {"item1", "item2", "item3", "item4"})


def test_the_server_begins_no_part_before_its_time(stepwise, live_server, live_people, browse):
    page = browse(live_people["alice"])
    launch(page, stepwise).get_by_role("heading", name="One").wait_for()
    wait_until(page, lambda: len(states(live_server)) == 1)
    said = player_frame(page).evaluate(
        """async () => {
            const { token } = JSON.parse(document.getElementById("settings").textContent);
            const body = JSON.stringify({ sco: "item2", sequence: 1, session: 1, finish: "", changes: {} });
            const headers = { Accept: "application/json", "Content-Type": "application/json", Authorization: `Bearer ${token}` };
            const answer = await fetch("/rt/commit", { method: "POST", headers, body });
            return [answer.status, (await answer.json()).error.code];
        }"""
    )
    assert said == [409, "not_open_yet"]
    assert [state.sco for state in states(live_server)] == ["item1"]


def test_player_and_server_read_a_condition_alike(live_server, live_people, browse):
    seeded = random.Random(12)

    def condition(depth=0):
        kind = seeded.choice(["done", "is", "done", "is", "not", "of", "of"][: 4 if depth > 3 else 7])
        if kind == "of":
            parts = [condition(depth + 1) for _ in range(seeded.randint(1, 4))]
            return ["of", seeded.randint(0, 4), *parts]
        if kind == "not":
            return ["not", condition(depth + 1)]
        return ["done", seeded.choice("ABC")] if kind == "done" else ["is", seeded.choice("ABC"), seeded.choice(STATUSES)]

    cases = [(condition(), {part: seeded.choice(STATUSES) for part in "ABC"}) for _ in range(400)]
    page = browse(live_people["alice"])
    page.goto(f"{live_server.content_url}/static/play/prerequisites.js")
    said = page.evaluate(
        """async (cases) => {
            const { holds, missing } = await import("/static/play/prerequisites.js");
            return cases.map(([condition, stands]) => {
                const status = (part) => stands[part];
                return [holds(condition, status), missing(condition, status).length > 0];
            });
        }""",
        cases,
    )
    answers = [holds(condition, stands.__getitem__) for condition, stands in cases]
    assert [answer for answer, _names in said] == answers
    assert 100 < sum(answers) < 300
    assert all(names != answer for answer, names in said if answer)

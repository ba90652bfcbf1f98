"""People look for statements in a real browser: live, with and without JavaScript, on a phone, whatever the statements hold."""

import json
import re
import subprocess

import orjson
import pytest
from playwright.sync_api import expect
from support.pages import fill

from core.db import write
from lrs.projections import catch_up
from lrs.statements.service import store

pytestmark = pytest.mark.browser

PASSED = {"id": "http://adlnet.gov/expapi/verbs/passed"}
QUIZ = {"id": "https://example.org/golf", "definition": {"name": {"en": "Golf Quiz"}}}
EVIL = '"><img src=x onerror="window.ran=1"><script>window.ran=1</script>'
WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def tell(live_server):
    def put(*statements: dict) -> list[str]:
        with live_server.app.app_context():
            with write():
                ids = store([orjson.dumps(s) for s in statements], authority={"mbox": "mailto:sender@example.org"}, version="1.0.3")
            catch_up(limit_ms=60_000)
        return ids

    return put


def martin(**members) -> dict:
    actor = {"name": "Alice Martin", "mbox": "mailto:alice.martin@example.org"}
    return {"actor": actor, "verb": PASSED, "object": QUIZ, "result": {"score": {"scaled": 0.9}, "success": True}, **members}


def test_from_the_menu_to_a_voided_statement(browse, live_people, tell):
    tell(martin(), martin(actor={"name": "Bob", "mbox": "mailto:bob@example.org"}))
    page = browse(live_people["ada"], locale="en-GB", timezone_id="Europe/Paris")
    page.get_by_text("Manage").click()
    page.get_by_role("link", name="Statements").click()
    expect(page.locator(".statement-row")).to_have_count(2)
    page.get_by_label("Person").fill("alice mar")
    page.get_by_role("button", name="Filter", exact=True).click()
    row = page.locator(".statement-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Alice Martin passed Golf Quiz")
    expect(row).to_contain_text("90%")
    expect(page.locator(".chip")).to_contain_text("Person: alice mar")
    row.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("Alice Martin passed Golf Quiz")
    page.get_by_role("link", name="Void this statement").click()
    page.get_by_role("button", name="Void this statement").click()
    expect(page.get_by_role("alert")).to_contain_text("This statement is voided")
    expect(page.get_by_role("alert")).to_contain_text("Ada")
    page.goto("/statements?person=alice+mar")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()


def test_a_list_says_when_something_new_has_come(browse, live_people, tell):
    tell(martin())
    page = browse(live_people["ada"])
    page.clock.install()
    page.goto("/statements")
    expect(page.locator(".statement-row")).to_have_count(1)
    tell(martin(), martin())
    page.clock.run_for(11_000)
    bar = page.locator(".statement-news a")
    expect(bar).to_contain_text("2 new statements")
    bar.click()
    expect(page.locator(".statement-row")).to_have_count(3)


def test_nobody_is_asked_for_ever_after(browse, live_people, tell):
    """An abandoned window stops asking, so that its session can end; a key wakes it."""
    page = browse(live_people["ada"])
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "news.json" in request.url else None)
    page.clock.install()
    page.goto("/statements")
    for _minute in range(70):
        page.clock.run_for(60_000)
        page.wait_for_timeout(5)
    before = len(asked)
    page.clock.run_for(10 * 60_000)
    page.wait_for_timeout(100)
    assert 3 < before == len(asked)
    page.keyboard.press("Shift")
    page.wait_for_timeout(200)
    assert len(asked) == before + 1


def test_a_filter_is_saved_opened_and_deleted_without_javascript(browse, live_people, tell):
    tell(martin(), martin(verb={"id": "http://adlnet.gov/expapi/verbs/failed"}))
    page = browse(live_people["dana"], java_script_enabled=False)
    page.goto("/statements")
    expect(page.get_by_role("heading", name="Nothing to see yet")).to_be_visible()
    page = browse(live_people["ada"], java_script_enabled=False)
    page.goto("/statements")
    page.get_by_label("Verb").select_option("failed")
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.locator(".statement-row")).to_have_count(1)
    page.get_by_text("Saved filters").click()
    page.get_by_label("Save this filter as").fill("Failures")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/statements")
    page.get_by_text("Saved filters").click()
    page.get_by_role("link", name="Failures").click()
    expect(page.locator(".statement-row")).to_have_count(1)
    page.get_by_text("Saved filters").click()
    page.get_by_role("button", name="Delete the filter Failures").click()
    page.get_by_text("Saved filters").click()
    expect(page.get_by_text("Nothing saved yet.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Saved filters").click()
    expect(page.get_by_role("link", name="Failures")).to_be_visible()


def test_the_copied_command_runs(browse, live_server, live_people, tell, new_context):
    from lrs.credentials import service

    [uuid, _other] = tell(martin(object={"id": "https://example.org/it's%20$HOME"}), martin())
    with live_server.app.app_context(), write():
        key, secret = service.create(name="reader", scopes=("statements/read",))
    page = browse(live_people["ada"], permissions=["clipboard-read", "clipboard-write"])
    page.goto("/statements?person=alice.martin@example.org&activity=https://example.org/it%27s%2520%24HOME&from=2020-01-01")
    page.get_by_text("As a command").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    command = page.evaluate("navigator.clipboard.readText()").replace("KEY:SECRET", f"{key}:{secret}")
    answer = subprocess.run(["sh", "-c", command.replace("curl ", "curl -s ", 1)], capture_output=True, text=True, check=True)
    assert [s["id"] for s in json.loads(answer.stdout)["statements"]] == [uuid]


def test_json_is_copied_as_it_is_kept(browse, live_people, tell):
    [uuid] = tell(martin(result={"score": {"raw": 1}, "extensions": {"https://example.org/x": 0.10}}))
    page = browse(live_people["ada"], permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"/statements/{uuid}")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert json.loads(page.evaluate("navigator.clipboard.readText()"))["id"] == uuid


@pytest.mark.parametrize("width", [320, 1280])
def test_hostile_and_endless_text_stays_in_its_place(browse, live_people, tell, width):
    endless = "https://example.org/" + "w" * 2000
    evil = martin(
        actor={"name": EVIL + "\u202e", "account": {"homePage": endless, "name": "n" * 800}},
        verb={"id": endless, "display": {"en": EVIL}},
        object={
            "id": endless,
            "definition": {"name": {"en": "שלום " + "ש" * 300}, "description": {"en": EVIL}, "extensions": {endless: EVIL}},
        },
        result={"response": "r" * 5000, "duration": "P" + "9" * 300 + "D", "extensions": {endless: {EVIL: ["x" * 3000]}}},
        context={"platform": "p" * 900, "contextActivities": {"parent": [{"id": endless + "/parent"}]}},
    )
    uuid, big = tell(evil, martin(result={"response": EVIL * 20_000}))
    page = browse(live_people["ada"], width=width, height=640)
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    paths = ["/statements", f"/statements/{uuid}", f"/statements/{big}", f"/statements/{uuid}/void", "/statements/seen"]
    for path in [*paths, "/statements/seen?kind=activity", "/statements?text=window.ran&person=" + "q" * 300]:
        page.goto(path)
        assert page.evaluate("window.ran") is None, path
        assert not page.evaluate(WIDER), path
    assert said == []


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_menus_open_inside_the_window(browse, live_people, tell, width):
    tell(martin())
    page = browse(live_people["ada"], width=width, height=640)
    page.goto("/statements?person=alice")
    for name in ("Saved filters", "Export", "As a command"):
        page.get_by_text(name).click()
        box = page.locator("details.menu[open] .menu-list").bounding_box()
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= width, name
        assert not page.evaluate(WIDER), name
        page.keyboard.press("Escape")


def test_a_trainer_finds_the_list_and_only_their_people(browse, live_server, live_people):
    fill(live_server.app, live_people)
    page = browse(live_people["dana"])
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Statements").click()
    expect(page.locator(".statement-row").first).to_be_visible()
    who = page.locator(".statement-row a bdi:first-child").all_inner_texts()
    assert set(who) <= {"Alice", "Bob", "Dana"}
    assert re.search("Alice|Bob", " ".join(who))

"""A package that tries twelve ways to act on the application: every one is really tried, none gets through (SECURITY row 1)."""

import io
import re
import zipfile

import pytest
from playwright.sync_api import expect
from support.courses import launch, publish

from core.db import db
from scorm.play.models import Attempt
from tools.build_samples import SOURCES, build

pytestmark = pytest.mark.browser

ATTACKS = 12
SCRIPT = "/static/core/js/toasts.js"


@pytest.fixture
def hostile(live_server, live_people, tmp_path):
    """uuid of the hostile course, told where a real script of the application lies."""
    source = build(SOURCES / "hostile", tmp_path)
    altered = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(altered, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "imsmanifest.xml":
                assert b'adlcp:scormtype="sco" href="index.html"' in data
                data = data.replace(b'href="index.html"', f'href="index.html?script={SCRIPT}"'.encode(), 1)
            new.writestr(name, data)
    altered.seek(0)
    return publish(live_server, altered, owner=live_people["erin"])


def test_twelve_attacks_none_succeeds(hostile, live_server, live_people, browse):
    page = browse(live_people["alice"])
    assert page.request.get(SCRIPT).ok, "an attack on a script that does not exist would prove nothing"
    moves = []
    page.context.on("request", lambda request: moves.append(request.url) if "/attacked" in request.url else None)
    launch(page, hostile)
    frame = None
    for _ in range(100):
        frame = next((f for f in page.frames if "/c/" in f.url), None)
        if frame:
            break
        page.wait_for_timeout(100)
    address = page.url
    frame.wait_for_function("window.__attacksDone === true", timeout=40_000)
    assert frame.evaluate("window.__target") == live_server.url

    attacks = frame.evaluate("window.__attacks")
    assert len(attacks) == ATTACKS
    assert all(attack["tried"] for attack in attacks.values())
    assert {name: attack["detail"] for name, attack in attacks.items() if attack["succeeded"]} == {}

    assert page.url == address
    assert moves == []
    expect(page.frame_locator("#player").frame_locator(".player-frame").locator("#report")).to_contain_text("history")
    with live_server.app.app_context():
        attempt = db.session.scalars(db.select(Attempt)).one()
        assert (attempt.completion, attempt.success) == ("incomplete", "unknown")

    page.goto("/me")
    expect(page).to_have_url(re.compile("/me$"))
    expect(page.locator("body")).not_to_contain_text("Attacked")
    assert page.evaluate("localStorage.length === 0 || !JSON.stringify({...localStorage}).includes('attack')")


def test_what_one_learner_s_course_kept_in_the_browser_is_gone_for_the_next(live_server, live_people, browse):
    """Storage of the content origin belongs to whoever plays: another registration finds it empty."""
    from base64 import b64encode

    from support.tiny_packages import tiny

    from core.db import write
    from lrs.credentials import service

    keeper = (
        "<!doctype html><p id=found></p><script>found.textContent = 'found: ' + localStorage.getItem('mine');"
        "localStorage.setItem('mine', 'secret')</script>"
    )
    items = [publish(live_server, tiny(keeper, title=f"Course {n}"), owner=live_people["erin"]) for n in (1, 2)]
    with live_server.app.app_context(), write():
        key = service.create(name="test", scopes=("all",))
    headers = {"Authorization": "Basic " + b64encode(":".join(key).encode()).decode()}
    page = browse()
    seen = []
    for item, person in ((items[0], "alice"), (items[0], "alice"), (items[0], "bob"), (items[1], "bob")):
        answer = page.request.post(f"/api/v1/items/{item}/launches", data={"email": live_people[person].email}, headers=headers)
        page.goto(answer.json()["url"])
        found = page.frame_locator(".player-frame").locator("#found")
        expect(found).to_contain_text("found:")
        seen.append(found.text_content())
    assert seen == ["found: null", "found: secret", "found: null", "found: null"]

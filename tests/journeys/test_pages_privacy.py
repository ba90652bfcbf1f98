"""An administrator forgets somebody in a browser; every page of privacy and retention passes axe and fits a phone."""

import pytest
from sqlalchemy import select

from core.access import Principal
from core.db import db, write

pytestmark = pytest.mark.browser

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (only) => (await axe.run(document, {resultTypes: ["violations"], ...only}))
    .violations.map(v => `${v.id}: ` + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(" | "))"""


@pytest.fixture(scope="session")
def axe(pytestconfig) -> str:
    return (pytestconfig.rootpath / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def talk(live_server, live_people):
    """Charlie asks something; Bob names him in the answer. Long words try the width."""
    from catalogue import kinds
    from catalogue.items import service
    from catalogue.items.models import Item
    from lrs.retention import service as retention
    from social.discussions import service as discussions

    def who(name: str) -> Principal:
        p = live_people[name]
        return Principal(kind="person", person_id=p.id, uuid=p.uuid, role=p.role, name=p.name)

    with live_server.app.app_context(), write():
        kind = next(iter(kinds.known()))
        uuid = service.create(kind=kind, title="Fire safety", owner_id=live_people["erin"].id, language="en", visibility="published").uuid
        item = db.session.scalar(select(Item).where(Item.uuid == uuid))
        opening = discussions.start(by=who("charlie"), item=item, title="Which door?", body="The green one?")
        discussions.reply(by=who("bob"), thread=opening.thread, body="Yes, Charlie, the green one.")
        retention.add(kind="keep", activity="https://example.org/" + "long" * 30, reason="the law")
        retention.add(kind="delete", days=3650)


def sound(page, axe: str) -> list[str]:
    """What axe says of the page, in light and in dark, and how much wider than the window it is at 320 px."""
    page.evaluate(axe)
    said = page.evaluate(RUN, {"runOnly": STANDARD})
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    said += [f"dark {v}" for v in page.evaluate(RUN, {"runOnly": {"type": "rule", "values": ["color-contrast"]}})]
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")
    page.set_viewport_size({"width": 320, "height": 640})
    if page.evaluate("document.documentElement.scrollWidth") > 320:
        said.append(f"{page.url} is wider than 320 px")
    page.set_viewport_size({"width": 1280, "height": 900})
    return said


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_is_forgotten(scripts, browse, live_server, live_people, talk, axe):
    page = browse(live_people["ada"], java_script_enabled=scripts, reduced_motion="reduce", color_scheme="light")
    said: list[str] = []

    def look():
        if scripts:
            said.extend(sound(page, axe))

    page.goto("/admin/privacy")
    look()
    page.get_by_label("Name, e-mail address or identifier").fill("charl")
    page.get_by_role("button", name="Find").click()
    look()
    page.get_by_role("link", name="Charlie").click()
    page.get_by_label("Another identifier of the same person").fill("charlie.old@example.org")
    page.get_by_role("button", name="Merge").click()
    page.get_by_text("one person", exact=False).first.wait_for()
    look()
    page.get_by_role("link", name="Erase…").click()
    look()
    page.get_by_label("Type “Charlie” to confirm").fill("charlie")
    page.get_by_role("button", name="Erase Charlie").click()
    page.wait_for_url("**/erasures/*")
    look()
    with live_server.app.app_context():
        from lrs.privacy import service

        service.advance()
    page.reload()
    page.get_by_text("Nothing says any more who it was").wait_for()
    page.get_by_text("the green one").first.wait_for()
    look()
    for _place in ("the comment", "its statement"):
        page.get_by_role("button", name="Looked at 1").click()
    page.get_by_text("No text is left").wait_for()
    page.goto("/admin/retention")
    look()
    page.get_by_label("Age in days").fill("400")
    page.get_by_role("button", name="See what would go").click()
    look()
    page.get_by_role("button", name="Make this rule").click()
    page.get_by_text("takes effect").wait_for()
    page.goto("/admin/privacy")
    look()
    assert page.get_by_text("Charlie").count() == 0
    assert said == []


def test_the_pages_fit_a_phone_in_french(browse, live_server, live_people, talk):
    page = browse(live_people["ada"], width=320, height=640)
    page.goto("/me")
    page.locator('button[name=language][value="fr"]').click()
    page.locator('html[lang="fr"]').wait_for()
    with live_server.app.app_context():
        from core.erasure import account_key

        key = account_key(live_people["charlie"].uuid)
    for address in ("", f"/person?id={key}", f"/forget?mode=erase&id={key}"):
        page.goto(f"/admin/privacy{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert "person" not in page.title().lower()

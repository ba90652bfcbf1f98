"""Every page, as every role, in Chromium: axe finds nothing by WCAG 2.2 AA, in light and in dark, and no script complains."""

import pytest
from support.pages import AUDIENCES, fill, pages

pytestmark = pytest.mark.browser

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (only) => (await axe.run(document, {resultTypes: ["violations"], ...only}))
    .violations.map(v => `${v.id}: ` + v.nodes.slice(0, 3)
        .map(n => n.html.slice(0, 160) + " " + n.failureSummary.slice(0, 200)).join(" | "))"""


@pytest.fixture(scope="session")
def axe(pytestconfig) -> str:
    """The source of axe-core."""
    return (pytestconfig.rootpath / "node_modules" / "axe-core" / "axe.min.js").read_text()


def complaints(page, axe: str) -> list[str]:
    """What axe says of the page as it stands, and of its colours in the dark."""
    page.evaluate(axe)
    found = page.evaluate(RUN, {"runOnly": STANDARD})
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    return found + [f"dark {v}" for v in page.evaluate(RUN, {"runOnly": {"type": "rule", "values": ["color-contrast"]}})]


@pytest.mark.parametrize("who", AUDIENCES)
def test_every_page_is_accessible(who, browse, live_server, live_people, axe):
    content = fill(live_server.app, live_people)
    page = browse(live_people.get(who), reduced_motion="reduce", color_scheme="light")
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}") if "Content Security Policy" in message.text else None)
    for address in pages(live_server.app, content, who):
        answer = page.goto(address)
        assert answer.status < 500, address
        assert answer.ok or "unknown-token" in address or "history" in address, (address, answer.status)
        said += [f"{address}: {v}" for v in complaints(page, axe)]
    assert said == []


def test_the_player_is_accessible(browse, live_server, live_people, axe):
    content = fill(live_server.app, live_people)
    page = browse(live_people["bob"], reduced_motion="reduce")
    page.goto(f"/items/{content.course}")
    page.locator(".item-actions .btn-primary").click()
    page.wait_for_url("**/launches/*")
    assert complaints(page, axe) == []
    author = browse(live_people["erin"], reduced_motion="reduce")
    author.set_viewport_size({"width": 320, "height": 640})
    author.goto(f"/items/{content.course}")
    author.get_by_role("button", name="Test this package").click()
    author.locator("#trace li").first.wait_for()
    assert complaints(author, axe) == []
    assert author.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_page_that_is_not_there_is_accessible(browse, live_server, live_people, axe):
    page = browse(live_people["bob"], reduced_motion="reduce")
    assert page.goto("/nowhere").status == 404
    assert complaints(page, axe) == []


def test_menus_and_dialogs_are_accessible_when_open(browse, live_server, live_people, axe):
    page = browse(live_people["ada"], reduced_motion="reduce")
    page.goto("/catalogue")
    page.locator(".user-menu summary").click()
    assert complaints(page, axe) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#shortcuts").is_visible()
    assert complaints(page, axe) == []

"""Every page fits a window of 320 px (WCAG 1.4.10) and one of 768 px, in French, whose words are longer."""

import pytest
from support.pages import fill, pages

pytestmark = pytest.mark.browser

WIDER = """() => [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map(e => `${e.tagName}.${e.className.baseVal ?? e.className}`)"""


@pytest.mark.parametrize("who", ["visitor", "alice", "ada"])  # an administrator sees what authors and trainers see
def test_no_page_scrolls_sideways(who, browse, live_server, live_people):
    content = fill(live_server.app, live_people)
    page = browse(live_people.get(who), width=320, height=640, reduced_motion="reduce")
    page.goto("/login" if who == "visitor" else "/me")
    page.locator('button[name=language][value="fr"]').click()
    page.locator('html[lang="fr"]').wait_for()
    wide = []
    for address in pages(live_server.app, content, who):
        page.goto(address)
        for width in (320, 768):
            page.set_viewport_size({"width": width, "height": 640})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append((width, address, page.evaluate(WIDER)))
    assert wide == []


def test_the_menu_of_a_phone_opens_with_and_without_javascript(browse, live_server, live_people):
    for scripts in (True, False):
        page = browse(live_people["bob"], width=360, java_script_enabled=scripts, reduced_motion="reduce")
        page.goto("/me")
        page.get_by_role("button", name="Menu").click()
        page.locator("#site-nav").get_by_role("link", name="Catalogue").click()
        page.wait_for_url("**/catalogue")


def test_the_choice_of_colours_is_kept(browse, live_server, live_people):
    page = browse(live_people["bob"], color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    page.goto("/catalogue")
    light = page.evaluate(ground)
    page.locator("summary[title=Colours]").click()
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(ground) != light
    page.goto("/me")
    assert page.evaluate(ground) != light


def test_a_draft_survives_a_reload_and_goes_when_it_was_posted(browse, live_server, live_people):
    content = fill(live_server.app, live_people)
    page = browse(live_people["bob"])
    page.goto(f"/threads/{content.thread}")
    box = page.locator("textarea[data-draft-key]")
    box.fill("Half a thought")
    page.reload()
    assert box.input_value() == "Half a thought"
    box.press("Control+Enter")
    page.locator(".comment", has_text="Half a thought").wait_for()
    page.reload()
    assert page.locator("textarea[data-draft-key]").input_value() == ""

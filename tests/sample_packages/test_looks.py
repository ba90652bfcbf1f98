"""The courses for everybody: axe finds nothing, in light and dark; nothing runs off a narrow screen; keys are enough."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
PAGES = [
    ("welcome", "index.html", "1.2"),
    ("fire-safety", "alarm.html", "2004"),
    ("fire-safety", "quiz.html", "2004"),
    ("accueil", "index.html", "1.2"),
]


def each_slide(page):
    """Show one slide after the other, each with its details open."""
    page.locator("body[data-ready]").wait_for()
    for number in range(1, page.locator(".slide").count() + 1):
        page.evaluate("document.querySelectorAll('.slide:not([hidden]) details').forEach((details) => { details.open = true; })")
        yield number
        page.locator("[data-next]").click()


@pytest.mark.parametrize(("package", "name", "version"), PAGES)
@pytest.mark.parametrize(
    ("scheme", "rules"), [("light", ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]), ("dark", ["color-contrast"])]
)
def test_axe_finds_nothing(host_url, new_context, package, name, version, scheme, rules):
    page = new_context(color_scheme=scheme, reduced_motion="reduce").new_page()
    page.goto(f"{host_url}/{package}/{name}")
    page.add_script_tag(path=AXE)
    for number in each_slide(page):
        found = page.evaluate("(rules) => axe.run(document, { runOnly: rules })", rules)
        problems = [(problem["id"], problem["nodes"][0]["html"]) for problem in found["violations"]]
        assert problems == [], f"slide {number}"


@pytest.mark.parametrize(("package", "name", "version"), PAGES)
def test_nothing_runs_off_a_narrow_screen(host_url, new_context, package, name, version):
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    page.goto(f"{host_url}/{package}/{name}")
    for number in each_slide(page):
        assert page.evaluate("Math.max(document.documentElement.scrollWidth, document.querySelector('main').scrollWidth)") <= 320, (
            f"slide {number}"
        )


def test_the_contents_can_be_used_in_a_low_window(host_url, new_context):
    page = new_context(viewport={"width": 900, "height": 480}).new_page()
    page.goto(f"{host_url}/welcome/index.html")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="How it went").click()
    expect(page.get_by_role("heading", name="How it went")).to_be_focused()


@pytest.mark.parametrize("height", [320, 420, 560])
def test_a_long_question_can_be_answered_in_a_low_window(host_url, new_context, height):
    page = new_context(viewport={"width": 900, "height": height}).new_page()
    page.goto(f"{host_url}/welcome/index.html")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Question 1", exact=True).click()
    page.get_by_label("What you are trying to achieve").check(timeout=3000)
    page.get_by_role("button", name="Check my answer").click(timeout=3000)
    expect(page.locator(".slide:visible .verdict")).to_contain_text("Not quite")
    page.get_by_role("button", name="Next").click(timeout=3000)


def test_the_keyboard_is_enough_to_answer_and_to_order(play):
    sitting = play("welcome", version="1.2")
    page, frame = sitting.page, sitting.frame
    sitting.go_to("Question 2")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(frame.locator(".slide:visible").get_by_label("True")).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(frame.locator(".slide:visible").get_by_label("False")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(frame.locator(".slide:visible .verdict.right")).to_be_visible()
    sitting.go_to("Question 5")
    frame.get_by_label("Move down: Ask whether it worked").focus()
    page.keyboard.press("Enter")
    expect(frame.locator(".sequence li").nth(1)).to_contain_text("Ask whether it worked")
    expect(frame.get_by_label("Move down: Ask whether it worked")).to_be_focused()

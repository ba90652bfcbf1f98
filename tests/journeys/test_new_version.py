"""A learner is half way when the author corrects the course."""

import pytest
from playwright.sync_api import expect
from support.courses import launch, publish
from support.tiny_packages import tiny

pytestmark = pytest.mark.browser

PAGES = """<!doctype html><title>{title}</title><h1>{title}</h1><p id="place"></p>
<script>
  let api = window; while (!api.API && api.parent !== api) api = api.parent;
  api = api.API;
  api.LMSInitialize("");
  let page = Number(api.LMSGetValue("cmi.core.lesson_location") || 1);
  const show = () => {{ document.getElementById("place").textContent = "Page " + page; }};
  const turn = () => {{ page += 1; api.LMSSetValue("cmi.core.lesson_location", String(page)); api.LMSSetValue("cmi.core.exit", "suspend"); api.LMSCommit(""); show(); }};
  show();
</script>
<button onclick="turn()">Turn</button>
"""  # noqa: E501 - a page


def test_a_learner_who_is_half_way_goes_on_in_the_corrected_course(live_server, live_people, browse, tmp_path):
    item = publish(live_server, tiny(PAGES.format(title="With a misteak")), owner=live_people["erin"])
    corrected = tmp_path / "corrected.zip"
    corrected.write_bytes(tiny(PAGES.format(title="Without a mistake")).getvalue())

    learner = browse(live_people["alice"])
    course = launch(learner, item)
    course.get_by_role("button", name="Turn").click()
    course.get_by_role("button", name="Turn").click()
    expect(course.locator("#place")).to_have_text("Page 3")

    author = browse(live_people["erin"])
    author.goto(f"/items/{item}")
    author.get_by_role("link", name="Versions, and upload a new one").click()
    author.get_by_label("Package").set_input_files(corrected)
    author.get_by_label("What is new").fill("A mistake less")
    author.get_by_role("button", name="Upload").click()
    expect(author.get_by_role("heading", level=1)).to_have_text("Version 2")
    assert author.url.endswith("/versions/2")
    expect(author.get_by_text("1 attempt is in progress")).to_be_visible()
    author.get_by_role("button", name="Use this version").click()
    expect(author.get_by_text("1 attempt in progress goes on with it.")).to_be_visible()

    # The window that is still open saves no more and says so; what was saved is there in the next launch.
    course.get_by_role("button", name="Turn").click()
    expect(learner.locator("#saved")).to_contain_text("Not saved")
    course = launch(learner, item)
    expect(course.get_by_role("heading")).to_have_text("Without a mistake")
    expect(course.locator("#place")).to_have_text("Page 3")

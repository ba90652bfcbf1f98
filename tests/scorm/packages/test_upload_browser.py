"""Uploading in a browser: files dropped or chosen, or a folder; a bar each while they are sent, a report each when they are imported."""

import base64
import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_imports")]

DROP = """async ([name, size, bytes]) => {
    const data = new DataTransfer();
    const body = bytes ? Uint8Array.from(atob(bytes), c => c.charCodeAt(0)) : new Uint8Array(size);
    data.items.add(new File([body], name, {type: "application/zip"}));
    document.getElementById("dropzone").dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def erin(browse, live_people):
    """The author on the upload page."""
    page = browse(live_people["erin"])
    page.goto("/upload")
    return page


def files(folder, **contents) -> list[str]:
    for name, data in contents.items():
        (folder / f"{name}.zip").write_bytes(data)
    return [str(folder / f"{name}.zip") for name in contents]


def test_several_files_get_a_report_each_which_outlives_the_page(erin, tmp_path, make_course, make_zip):
    erin.get_by_label("Theme").fill("Safety / Fire")
    chosen = files(tmp_path, good=make_course(), bad=make_zip({"a.html": b"x"}), odd=make_course({"__MACOSX/x": b""}))
    erin.set_input_files("#package-files", chosen)
    expect(erin.locator("#batch-words")).to_contain_text("3 of 3 files finished")
    expect(erin).to_have_url(re.compile("/uploads/"))
    erin.reload()
    rows = erin.locator("#uploads > li")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="bad.zip").get_by_text("without a course description")).to_be_visible()
    rows.filter(has_text="odd.zip").get_by_text("What the import noticed").click()
    expect(rows.filter(has_text="odd.zip").get_by_text("were left out")).to_be_visible()
    erin.get_by_role("link", name="Not imported 1").click()
    expect(rows).to_have_count(1)
    erin.get_by_role("button", name="Publish all 2 drafts").click()
    expect(erin.get_by_role("button", name="Publish")).to_have_count(0)
    rows.filter(has_text="good.zip").get_by_role("link", name=re.compile("^Open ")).click()
    expect(erin.get_by_text("Safety / Fire").first).to_be_visible()


def test_a_folder_is_sent_with_what_is_below_it(erin, tmp_path, make_course):
    (tmp_path / "archive" / "fire").mkdir(parents=True)
    files(tmp_path / "archive" / "fire", course=make_course())
    files(tmp_path / "archive", other=make_course({"other.html": b"x"}))
    (tmp_path / "archive" / "notes.txt").write_text("no package")
    erin.set_input_files("#package-folder", str(tmp_path / "archive"))
    expect(erin.get_by_text("for they are no .zip: 1")).to_be_visible()
    expect(erin.locator("#batch-words")).to_contain_text("2 of 2 files finished")
    expect(erin.locator(".upload-name", has_text="archive/fire/course.zip")).to_be_visible()


def test_a_dropped_file_is_sent_at_once_and_its_report_comes_in_place(erin, make_course):
    erin.evaluate(DROP, ["dropped.zip", 0, base64.b64encode(make_course()).decode()])
    expect(erin.locator("#upload-news")).to_contain_text("dropped.zip")
    erin.get_by_role("link", name=re.compile("^Open ")).click()
    erin.wait_for_url("**/items/*")
    assert erin.locator("#package").get_by_text("dropped.zip").is_visible()


def test_a_file_over_the_limit_is_not_even_sent_and_holds_up_none(erin, make_course):
    erin.evaluate("document.getElementById('upload-form').dataset.limit = '2000'")
    erin.evaluate(DROP, ["huge.zip", 2001, ""])
    erin.evaluate(DROP, ["fine.zip", 0, base64.b64encode(make_course()).decode()])
    expect(erin.get_by_role("alert").get_by_text("larger than")).to_be_visible()
    expect(erin.locator("#uploads .chip", has_text="Imported")).to_be_visible()
    expect(erin.locator("#uploads > li")).to_have_count(1)


def test_a_lost_connection_is_tried_again(erin, make_course):
    tries = []
    erin.route("**/upload?*", lambda route: route.abort() if not tries.append(1) and len(tries) < 2 else route.continue_())
    erin.evaluate(DROP, ["x.zip", 0, base64.b64encode(make_course()).decode()])
    expect(erin.get_by_role("button", name="Try again")).to_be_visible()
    expect(erin.locator("#uploads .chip", has_text="Imported")).to_be_visible()
    assert len(tries) == 2


def test_without_scripts_the_form_does_it(browse, live_people, tmp_path, make_course, make_zip):
    page = browse(live_people["erin"], java_script_enabled=False)
    page.goto("/upload")
    page.set_input_files("#package-files", files(tmp_path, good=make_course(), bad=make_zip({"a.txt": b"x"})))
    page.get_by_role("button", name="Upload").click()
    assert page.locator("#uploads > li").count() == 2
    while (again := page.get_by_role("link", name="Look again")).count():
        again.click()
    page.get_by_role("link", name=re.compile("^Open ")).click()
    assert page.get_by_role("heading", name="Fire safety").is_visible()

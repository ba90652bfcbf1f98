"""Uploading in a browser: dropped files, several at once, a bar each, a report each."""

import base64

import pytest

pytestmark = pytest.mark.browser

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


def test_several_files_get_a_report_each(erin, tmp_path, make_course, make_zip):
    erin.get_by_label("Theme").fill("Safety / Fire")
    chosen = files(tmp_path, good=make_course(), bad=make_zip({"a.html": b"x"}), odd=make_course({"__MACOSX/x": b""}))
    erin.set_input_files("#package-files", chosen)
    rows = erin.locator("#uploads > li")
    erin.locator("#uploads .chip").nth(2).wait_for()
    assert rows.count() == 3
    assert rows.filter(has_text="bad.zip").get_by_text("without a course description").is_visible()
    assert rows.filter(has_text="odd.zip").get_by_text("were left out").is_visible()
    rows.filter(has_text="good.zip").get_by_role("button", name="Publish").click()
    erin.wait_for_url("**/items/*")
    assert erin.get_by_role("heading", name="Fire safety").is_visible()
    assert erin.get_by_text("Safety / Fire").first.is_visible()


def test_a_dropped_file_is_sent_at_once(erin, make_course):
    erin.evaluate(DROP, ["dropped.zip", 0, base64.b64encode(make_course()).decode()])
    erin.get_by_role("link", name="Open", exact=True).click()
    erin.wait_for_url("**/items/*")
    assert erin.locator("#package").get_by_text("dropped.zip").is_visible()


def test_a_file_over_the_limit_is_not_even_sent(erin):
    sent = []
    erin.on("request", lambda request: sent.append(request.method))
    erin.evaluate("document.getElementById('upload-form').dataset.limit = '1000'")
    erin.evaluate(DROP, ["huge.zip", 1001, ""])
    assert erin.get_by_role("alert").get_by_text("larger than").is_visible()
    assert "POST" not in sent


def test_a_lost_connection_offers_another_try(erin, make_course):
    erin.route("**/upload", lambda route: route.abort())
    erin.evaluate(DROP, ["x.zip", 0, base64.b64encode(make_course()).decode()])
    again = erin.get_by_role("button", name="Try again")
    again.wait_for()
    erin.unroute("**/upload")
    again.click()
    erin.locator("#uploads .chip", has_text="Imported").wait_for()


def test_without_scripts_the_form_does_it(browse, live_people, tmp_path, make_course, make_zip):
    page = browse(live_people["erin"], java_script_enabled=False)
    page.goto("/upload")
    page.set_input_files("#package-files", files(tmp_path, good=make_course(), bad=make_zip({"a.txt": b"x"})))
    page.get_by_role("button", name="Upload").click()
    assert page.locator("#uploads > li").count() == 2
    page.get_by_role("link", name="Open", exact=True).click()
    assert page.get_by_role("heading", name="Fire safety").is_visible()

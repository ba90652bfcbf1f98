"""A course takes the window, whether it has one part (no bar of its own) or several."""

from pathlib import Path

import pytest

from scorm.packages.importing import import_package

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).parents[2] / "sample_packages" / "built"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["welcome", "fire-safety"])
def test_the_course_fills_the_window(name, width, browse, live_server, live_people):
    with live_server.app.app_context(), (SAMPLES / f"{name}.zip").open("rb") as stream:
        item = import_package(stream, name=f"{name}.zip", owner_id=live_people["erin"].id, publish=True).item_uuid
    page = browse(live_people["bob"], width=width, height=800)
    page.goto(f"/items/{item}")
    page.locator(".item-actions .btn-primary").click()
    page.wait_for_url("**/launches/*")
    course = page.frame_locator("#player").locator(".player-frame")
    course.wait_for()
    box = course.bounding_box()
    assert box["height"] > 640
    assert box["width"] == width
    assert box["y"] + box["height"] <= 800

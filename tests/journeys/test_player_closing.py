"""However a package saves, and whenever: what it stored is there after the tab was closed on it."""

import pytest
from support.courses import cmi, course_of, launch, publish, states, verbs, wait_until

from tools.build_samples import build_probe

pytestmark = pytest.mark.browser

WAYS = [(save, end) for save in ("pagehide", "unload", "beforeunload", "visibilitychange") for end in ("finish", "commit")] + [
    ("set", "commit")
]
LOCATION = {"1.2": "cmi.core.lesson_location", "2004": "cmi.location"}


@pytest.fixture
def opened(live_server, live_people, browse, tmp_path):
    """``opened(version, save, end, size)`` → (page with the probe ready in it, a second page that stays)."""

    def open_probe(version, save, end, size=0):
        path = build_probe(tmp_path, version=version, save=save, end=end, size=size)
        with open(path, "rb") as stream:
            item = publish(live_server, stream, owner=live_people["erin"])
        watcher = browse(live_people["alice"])
        page = watcher.context.new_page()
        course = launch(page, item)
        course.locator("#state", has_text="ready").wait_for()
        return page, watcher, item

    return open_probe


def is_saved(server, version, save):
    """The probe's last words are with the server and its session is over."""
    stored = cmi(server)
    return (
        stored.get(LOCATION[version]) == "half-way"
        and stored["cmi.suspend_data"].startswith(f"saved by {save}")
        and not states(server)[0].running
    )


@pytest.mark.parametrize("version", ["1.2", "2004"])
@pytest.mark.parametrize(("save", "end"), WAYS)
def test_closing_the_tab(opened, live_server, version, save, end):
    page, watcher, _item = opened(version, save, end)
    page.close(run_before_unload=True)
    wait_until(watcher, lambda: is_saved(live_server, version, save))
    assert states(live_server)[0].last_exit == "suspend"
    assert verbs(live_server, "/sco/") == ["initialized", "suspended"]


@pytest.mark.parametrize("save", ["pagehide", "unload", "set"])
def test_going_elsewhere_in_the_tab(opened, live_server, save):
    page, watcher, _item = opened("1.2", save, "finish")
    page.goto("/me")
    wait_until(watcher, lambda: is_saved(live_server, "1.2", save))


@pytest.mark.parametrize("save", ["pagehide", "unload", "beforeunload", "set"])
def test_the_exit_button_waits_until_it_is_saved(opened, live_server, save):
    page, _watcher, item = opened("1.2", save, "finish")
    page.get_by_role("link", name="Exit").click()
    page.wait_for_url(f"**/items/{item}")
    stored = cmi(live_server)
    if save != "beforeunload":  # taking a frame away fires no beforeunload
        assert stored[LOCATION["1.2"]] == "half-way"
    assert states(live_server)[0].running is False


def test_the_rest_is_saved_when_suspend_data_is_too_large_for_a_closing_tab(opened, live_server):
    page, watcher, _item = opened("1.2", "pagehide", "finish", 63_000)
    page.close(run_before_unload=True)
    wait_until(watcher, lambda: cmi(live_server).get(LOCATION["1.2"]) == "half-way")
    assert states(live_server)[0].last_exit == "suspend"


def test_large_suspend_data_is_saved_by_the_exit_button(opened, live_server):
    page, _watcher, item = opened("1.2", "pagehide", "finish", 63_900)
    page.get_by_role("link", name="Exit").click()
    page.wait_for_url(f"**/items/{item}")
    assert len(cmi(live_server)["cmi.suspend_data"]) > 63_900


@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_coming_back_finds_everything(opened, live_server, version):
    page, watcher, item = opened(version, "unload", "commit")
    page.close(run_before_unload=True)
    wait_until(watcher, lambda: is_saved(live_server, version, "unload"))
    again = launch(watcher, item)
    again.get_by_text("resumed: half-way").wait_for()
    assert course_of(watcher)
    wait_until(watcher, lambda: "resumed" in verbs(live_server, "/sco/"))

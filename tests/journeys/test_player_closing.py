"""However a package saves, and whenever: what it stored is there after the tab was closed on it."""

import json

import pytest
from support.courses import cmi, course_of, launch, publish, states, verbs, wait_until

from tools.build_samples import build_probe

pytestmark = pytest.mark.browser

WAYS = [(save, end) for save in ("pagehide", "unload", "beforeunload", "visibilitychange") for end in ("finish", "commit")] + [
    ("set", "commit")
]
LOCATION = {"1.2": "cmi.core.lesson_location", "2004": "cmi.location"}


def probe(server, people, folder, version, save, end, size=0) -> str:
    """uuid of a published course that saves in that way only."""
    with open(build_probe(folder, version=version, save=save, end=end, size=size), "rb") as stream:
        return publish(server, stream, owner=people["erin"])


def ready(page, item):
    launch(page, item).locator("#state", has_text="ready").wait_for()


@pytest.fixture
def opened(live_server, live_people, browse, tmp_path):
    """``opened(version, save, end, size)`` → (page with the probe ready in it, a second page that stays, the item)."""

    def open_probe(version, save, end, size=0):
        item = probe(live_server, live_people, tmp_path, version, save, end, size)
        watcher = browse(live_people["alice"])
        page = watcher.context.new_page()
        ready(page, item)
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
def test_closing_the_tab(live_server, live_people, browse, tmp_path, version):
    """One tab for each way of saving, all of one learner; each is closed as soon as its course is ready."""
    watcher = browse(live_people["alice"])
    for save, end in WAYS:
        page = watcher.context.new_page()
        ready(page, probe(live_server, live_people, tmp_path, version, save, end))
        page.close(run_before_unload=True)
    wait_until(watcher, lambda: len(states(live_server)) == len(WAYS) and not any(state.running for state in states(live_server)))
    stored = [json.loads(state.cmi) for state in states(live_server)]
    assert [(found.get(LOCATION[version]), found.get("cmi.suspend_data")) for found in stored] == [
        ("half-way", f"saved by {save}") for save, _end in WAYS
    ]
    assert {state.last_exit for state in states(live_server)} == {"suspend"}
    told = verbs(live_server, "/sco/")
    assert (told.count("initialized"), told.count("suspended"), len(told)) == (len(WAYS), len(WAYS), 2 * len(WAYS))


@pytest.mark.parametrize("save", ["unload", "set"])
def test_going_elsewhere_in_the_tab(opened, live_server, save):
    page, watcher, _item = opened("1.2", save, "finish")
    page.goto("/me")
    wait_until(watcher, lambda: is_saved(live_server, "1.2", save))


@pytest.mark.parametrize("save", ["unload", "beforeunload", "set"])
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

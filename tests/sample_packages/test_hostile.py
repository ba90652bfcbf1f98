"""The hostile package really attacks: on one single origin, which is how not to do it, most of its twelve attempts get through."""

import json

import pytest

pytestmark = pytest.mark.browser

NAMES = [
    "cookie", "parent_document", "fetch_credentials", "form_post", "top_navigation", "window_open",
    "service_worker", "app_storage", "post_message", "import_script", "prefetch", "history",
]  # fmt: skip


@pytest.fixture
def attacked(host_url, page):
    """A page of the host after the package has run in it. Moves of the tab are noted and answered with nothing."""
    page.moves = []

    def note(route):
        page.moves.append(route.request.url)
        route.fulfill(status=204)

    page.route("**/attacked-by-navigation", note)
    page.goto(f"{host_url}/host.html")
    page.evaluate("document.cookie = 'session=secret'")
    page.evaluate("window.heard = []; addEventListener('message', (event) => window.heard.push(event.data))")
    query = f"app={host_url}&secret=/host.html&change=/nowhere&script=/hostile/worker.js"
    page.evaluate("(path) => window.launch(path, '1.2', {})", f"/hostile/index.html?{query}")
    page.wait_for_function("document.getElementById('sco')?.contentWindow.__attacksDone === true", timeout=20_000)
    return page


def test_every_attack_is_tried_and_those_that_can_see_say_that_they_got_through(attacked, host_url):
    assert attacked.evaluate("document.getElementById('sco').contentWindow.__target") == host_url
    attacks = attacked.evaluate("document.getElementById('sco').contentWindow.__attacks")
    assert list(attacks) == NAMES
    assert all(attack["tried"] for attack in attacks.values())
    through = {name for name, attack in attacks.items() if attack["succeeded"]}
    assert through >= {
        "cookie",
        "parent_document",
        "fetch_credentials",
        "window_open",
        "service_worker",
        "app_storage",
        "import_script",
        "history",
    }
    assert attacks["cookie"]["detail"] == "session=secret; session=secret"


def test_the_tab_would_have_moved(attacked):
    assert attacked.moves


def test_the_report_reaches_the_host(attacked):
    assert list(json.loads(attacked.evaluate("window.values['cmi.suspend_data']"))) == NAMES


def test_the_messages_arrive_at_the_top(attacked):
    assert "finished" in attacked.evaluate("window.heard")

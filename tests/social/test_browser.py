"""Talk and likes in a real Chromium, with and without JavaScript."""

import re
import time

import pytest
from playwright.sync_api import expect
from support.attacks import ATTACKS

from core.db import write

pytestmark = pytest.mark.browser


@pytest.fixture
def item(live_server, live_people) -> str:
    """The uuid of a published item of erin's."""
    from catalogue import kinds
    from catalogue.items import service

    with live_server.app.app_context(), write():
        kind = next(iter(kinds.known()))
        return service.create(kind=kind, title="Fire safety", owner_id=live_people["erin"].id, visibility="published").uuid


def heart(page):
    return page.locator(".item-actions form.like button")


class TestLike:
    def test_it_flips_before_the_server_has_answered(self, browse, live_people, item):
        page = browse(live_people["alice"])
        page.goto(f"/items/{item}")
        held = []
        page.route("**/like", lambda route: held.append(route))
        began = time.monotonic()
        heart(page).click()
        expect(heart(page)).to_have_attribute("aria-pressed", "true", timeout=2000)
        assert time.monotonic() - began < 2
        expect(page.locator(".item-actions form.like [role=status]")).to_have_text("1 person likes this")
        assert len(held) == 1
        with page.expect_response("**/like"):
            held.pop().continue_()
        page.unroute("**/like")
        page.reload()
        expect(heart(page)).to_have_attribute("aria-pressed", "true")
        with page.expect_response("**/like"):
            heart(page).click()
        page.reload()
        expect(heart(page)).to_have_attribute("aria-pressed", "false")

    def test_within_a_tenth_of_a_second_by_the_browser_s_own_clock(self, browse, live_people, item):
        """The change is in the document in the same task as the click: no server, no timer in between."""
        page = browse(live_people["alice"])
        page.goto(f"/items/{item}")
        assert heart(page).evaluate("(button) => { button.click(); return button.getAttribute('aria-pressed'); }") == "true"

    def test_it_goes_back_with_a_message_when_refused(self, browse, live_people, item):
        page = browse(live_people["alice"])
        page.goto(f"/items/{item}")
        page.route("**/like", lambda route: route.fulfill(status=503, json={"error": {"message": "Not now, sorry."}}))
        heart(page).click()
        expect(page.locator("#toasts")).to_contain_text("Not now, sorry.")
        expect(heart(page)).to_have_attribute("aria-pressed", "false")
        expect(heart(page).locator(".like-count")).to_have_text("")

    def test_quick_clicks_end_where_the_person_stopped(self, browse, live_people, item):
        page = browse(live_people["alice"])
        page.goto(f"/items/{item}")
        for _ in range(5):
            heart(page).click()
        expect(heart(page)).to_have_attribute("aria-pressed", "true")
        page.wait_for_load_state("networkidle")
        page.reload()
        expect(heart(page)).to_have_attribute("aria-pressed", "true")
        expect(heart(page).locator(".like-count")).to_have_text("1")

    def test_without_javascript_the_form_does_it(self, browse, live_people, item):
        page = browse(live_people["alice"], java_script_enabled=False)
        page.goto(f"/items/{item}")
        heart(page).click()
        expect(heart(page)).to_have_attribute("aria-pressed", "true")
        expect(heart(page).locator(".like-count")).to_have_text("1")


class TestTalk:
    @pytest.mark.parametrize("scripted", [True, False])
    def test_ask_preview_post_reply(self, browse, live_people, item, scripted):
        page = browse(live_people["alice"], java_script_enabled=scripted)
        page.goto(f"/items/{item}")
        expect(page.get_by_text("Be the first to say something.")).to_be_visible()
        page.get_by_label("Title, for a topic").fill("Batteries")
        page.get_by_label("Ask or comment").fill("Is **sand** enough?")
        page.get_by_role("button", name="Preview").click()
        expect(page.locator(".composer-preview strong")).to_have_text("sand")
        expect(page.get_by_label("Ask or comment")).to_have_value("Is **sand** enough?")
        page.get_by_role("button", name="Post", exact=True).click()
        if scripted:
            expect(page.locator("#discussion .threads li")).to_have_count(1)
            expect(page.get_by_label("Ask or comment")).to_have_value("")
            page.get_by_role("link", name="Batteries").click()
        expect(page.get_by_role("heading", name="Batteries", level=1)).to_be_visible()
        page.get_by_label("Your reply").fill("It is *not*.")
        page.get_by_role("button", name="Reply", exact=True).click()
        expect(page.locator(".comments em")).to_have_text("not")
        expect(page.get_by_label("Your reply")).to_have_value("")
        page.reload()
        expect(page.locator("ol.comments > li")).to_have_count(2)

    def test_two_replies_in_a_row_are_two_replies(self, browse, live_people, item):
        page = self.thread(browse, live_people, item)
        for words in ("One.", "Two."):
            page.get_by_label("Your reply").fill(words)
            page.get_by_role("button", name="Reply", exact=True).click()
            expect(page.locator("ol.comments > li").last).to_contain_text(words)
        page.reload()
        expect(page.locator("ol.comments > li")).to_have_count(3)

    @pytest.mark.parametrize("scripted", [True, False])
    def test_a_removal_is_undone(self, browse, live_people, item, scripted):
        page = self.thread(browse, live_people, item, java_script_enabled=scripted)
        page.get_by_role("button", name="Remove").click()
        expect(page.locator(".comments")).to_contain_text("removed by its author")
        expect(page.locator(".comments")).not_to_contain_text("About lithium")
        page.locator("#toasts").get_by_role("button", name="Undo").click()
        expect(page.locator(".comments")).to_contain_text("About lithium")

    def test_a_permalink_scrolls_marks_and_takes_the_focus(self, browse, live_people, item):
        page = self.thread(browse, live_people, item)
        for n in range(3):
            page.get_by_label("Your reply").fill(f"Reply {n}.\n\n" + "long\n\n" * 20)
            page.get_by_role("button", name="Reply", exact=True).click()
            expect(page.locator("ol.comments > li").last).to_contain_text(f"Reply {n}.")
        link = page.locator("ol.comments > li").nth(2).locator(".comment-head a").nth(1).get_attribute("href")
        page.goto("/")
        page.goto(link)
        target = page.locator("li.comment:target")
        expect(target).to_contain_text("Reply 1.")
        expect(target).to_be_focused()
        expect(target).to_be_in_viewport()

    def test_a_draft_survives_a_reload(self, browse, live_people, item):
        page = self.thread(browse, live_people, item)
        page.get_by_label("Your reply").press_sequentially("Half a thought")
        page.reload()
        expect(page.get_by_label("Your reply")).to_have_value("Half a thought")
        page.get_by_role("button", name="Reply", exact=True).click()
        expect(page.locator("ol.comments > li")).to_have_count(2)
        page.reload()
        expect(page.get_by_label("Your reply")).to_have_value("")

    def test_too_long_a_text_is_kept_and_refused(self, browse, live_people, item):
        page = self.thread(browse, live_people, item)
        page.locator("#reply textarea").evaluate("(box) => { box.removeAttribute('maxlength'); box.value = 'word '.repeat(4001); }")
        page.get_by_role("button", name="Reply", exact=True).click()
        expect(page.locator("#reply .invalid-feedback")).to_contain_text("too long")
        assert page.locator("#reply textarea").input_value().startswith("word word")
        expect(page.locator("ol.comments > li")).to_have_count(1)

    @staticmethod
    def thread(browse, live_people, item, **options):
        page = browse(live_people["alice"], **options)
        page.goto(f"/items/{item}/threads")
        page.get_by_label("Ask or comment").fill("About lithium")
        page.get_by_role("button", name="Post", exact=True).click()
        if options.get("java_script_enabled", True):
            page.locator("#discussion .threads li a").first.click()
        page.wait_for_url(re.compile("/threads/"))
        return page


def axe(page) -> list[str]:
    """What axe finds against WCAG 2.2 AA."""
    from pathlib import Path

    page.evaluate(Path("node_modules/axe-core/axe.min.js").read_text())
    found = page.evaluate("() => axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found["violations"]]


class TestHostileText:
    def test_nothing_that_people_write_runs(self, browse, live_server, live_people, item):
        """Every attack as body and as title, on every page that shows it: nothing runs, and nothing even tries."""
        thread, comment = self.filled(live_server.app, live_people["bob"], item)
        page = browse(live_people["alice"])
        tried = []
        page.on("console", lambda message: tried.append(message.text) if "Content Security Policy" in message.text else None)
        page.on("request", lambda request: tried.append(request.url) if "evil.example" in request.url else None)
        page.on("dialog", lambda dialog: (tried.append(dialog.message), dialog.dismiss()))
        listed = [f"/items/{item}/threads?page={n}" for n in range(1, 8)]
        replies = [f"/threads/{thread}?page={n}" for n in range(1, 5)]
        others = [f"/items/{item}", f"/comments/{comment}/history", "/", f"/people/{live_people['bob'].uuid}"]
        for address in (*listed, *replies, *others):
            assert page.goto(address).status == 200, address
            assert page.evaluate("window.__pwned") is None, address
            assert tried == [], address

    @staticmethod
    def filled(app, person, item) -> tuple[str, str]:
        """A thread with every attack as a reply, threads with attacks as titles, and one comment that was edited."""
        from datetime import timedelta

        from catalogue.items.queries import get_visible
        from core import clock
        from core.access import Principal
        from social.discussions import service

        by = Principal(kind="person", person_id=person.id, uuid=person.uuid, role=person.role, name=person.name)
        moment = clock.now() - timedelta(days=1)
        with app.app_context(), write():
            found = get_visible(item, to=by)
            first = service.start(by=by, item=found, title="Attacks", body="All of them")
            for n, attack in enumerate(ATTACKS, start=1):
                with clock.frozen(moment + timedelta(minutes=n)):
                    service.start(by=by, item=found, title=attack[:200], body=attack)
                    service.reply(by=by, thread=first.thread, body=attack)
            service.edit(by=by, comment=first, body=ATTACKS[1])
            return first.thread.uuid, first.uuid


class TestEverybody:
    @pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
    def test_axe_finds_nothing_and_nothing_sticks_out(self, browse, live_people, item, width, scheme):
        page = TestTalk.thread(browse, live_people, item, width=width, color_scheme=scheme)
        page.get_by_label("Your reply").fill("| a | b |\n|-|-|\n| " + "wide_" * 40 + " | 2 |\n\nhttps://example.org/" + "x" * 80)
        page.get_by_role("button", name="Reply", exact=True).click()
        expect(page.locator("ol.comments > li")).to_have_count(2)
        comment = page.locator("ol.comments > li").first.get_attribute("id").removeprefix("comment-")
        thread = page.url.split("#")[0]
        for address in (
            thread,
            f"/items/{item}",
            f"/items/{item}/threads",
            f"/items/{item}/popularity",
            f"/comments/{comment}/edit",
            f"/comments/{comment}/history",
            "/",
        ):
            page.goto(address)
            assert axe(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address

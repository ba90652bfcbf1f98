"""The pages and forms of talk and likes, without JavaScript and as htmx asks for them."""

import re
from uuid import uuid4

import pytest

HTMX = {"HX-Request": "true"}


@pytest.fixture
def alice(app, people, sign_in):
    return sign_in(app.test_client(), people["alice"])


@pytest.fixture
def bob(app, people, sign_in):
    return sign_in(app.test_client(), people["bob"])


@pytest.fixture
def charlie(app, people, sign_in):
    return sign_in(app.test_client(), people["charlie"])


@pytest.fixture
def erin(app, people, sign_in):
    return sign_in(app.test_client(), people["erin"])


def post(client, address, headers=None, **fields):
    """Send a form as a page of this client would, token and all."""
    token = client.get("/me").text.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]
    return client.post(address, data={"csrf_token": token, "submission": str(uuid4()), **fields}, headers=headers or {})


def begin(client, item, body="What about lithium?", **fields) -> tuple[str, str]:
    """Start a thread by the form; answers (thread, comment)."""
    answer = post(client, f"/items/{item}/threads", body=body, **fields)
    assert answer.status_code == 303, answer.text
    return re.fullmatch(r"/threads/([0-9a-f-]{36})#comment-([0-9a-f-]{36})", answer.location).groups()


class TestThreads:
    def test_posting_leads_to_the_comment_in_its_thread(self, alice, bob, items):
        thread, comment = begin(alice, items["open"], "Is **sand** enough?", title="Batteries")
        page = bob.get(f"/threads/{thread}")
        assert page.status_code == 200
        assert "<h1>Batteries</h1>" in page.text
        assert "<strong>sand</strong>" in page.text
        assert f'id="comment-{comment}"' in page.text
        assert bob.get(f"/comments/{comment}").location == f"/threads/{thread}#comment-{comment}"

    def test_an_empty_item_asks_a_question(self, alice, items):
        page = alice.get(f"/items/{items['open']}").text
        assert "Be the first to say something." in page
        begin(alice, items["open"])
        page = alice.get(f"/items/{items['open']}").text
        assert "Be the first to say something." not in page
        assert "What about lithium?" in page

    def test_the_preview_button_keeps_the_text_and_posts_nothing(self, alice, items):
        answer = post(alice, f"/items/{items['open']}/threads", body="Is *this* it?", title="Mine", preview="1")
        assert answer.status_code == 200
        assert "<em>this</em>" in answer.text
        assert "Is *this* it?</textarea>" in answer.text
        assert 'value="Mine"' in answer.text
        assert "Be the first" in answer.text
        thread, _ = begin(alice, items["open"])
        answer = post(alice, f"/threads/{thread}/comments", body="**Yes**", preview="1")
        assert "<strong>Yes</strong>" in answer.text
        assert answer.text.count('class="comment ') == 1

    def test_a_refusal_keeps_the_text_and_says_why(self, alice, items):
        answer = post(alice, f"/items/{items['open']}/threads", body="  ", title="Mine")
        assert answer.status_code == 422
        assert "Write something first." in answer.text
        assert 'value="Mine"' in answer.text
        thread, _ = begin(alice, items["open"])
        long = "word " * 4001
        answer = post(alice, f"/threads/{thread}/comments", body=long)
        assert answer.status_code == 422
        assert "at most 20000 characters" in answer.text
        assert long.strip() in answer.text

    def test_htmx_gets_the_same_pieces(self, alice, items):
        answer = post(alice, f"/items/{items['open']}/threads", HTMX, body="First words")
        assert answer.text.strip().startswith('<section id="discussion"')
        assert "First words" in answer.text
        thread = re.search(r"/threads/([0-9a-f-]{36})", answer.text)[1]
        answer = post(alice, f"/threads/{thread}/comments", HTMX, body="More words")
        assert answer.text.strip().startswith('<li class="comment is-target"')
        assert 'hx-swap-oob="true"' in answer.text
        refused = post(alice, f"/threads/{thread}/comments", HTMX, body="")
        assert refused.status_code == 422
        assert refused.headers["HX-Retarget"] == "#reply"
        assert refused.text.strip().startswith('<form id="reply"')
        assert "<em>x</em>" in post(alice, "/comments/preview", HTMX, body="*x*").text

    def test_pages(self, app, alice, items, principal_of):
        from datetime import timedelta

        from catalogue.items.queries import get_visible
        from core import clock
        from core.db import write
        from social.discussions import service

        moment = clock.now() - timedelta(days=1)
        with app.app_context(), write():
            by = principal_of("alice")
            for n in range(25):
                with clock.frozen(moment + timedelta(minutes=n)):
                    opening = service.start(by=by, item=get_visible(items["open"], to=by), body=f"Thread number {n}.")
                    if n == 0:
                        thread = opening.thread
            for n in range(21):
                with clock.frozen(moment + timedelta(hours=1, minutes=n)):
                    last = service.reply(by=by, thread=thread, body=f"Reply number {n}.")
            thread, last = thread.uuid, last.uuid
        listing = alice.get(f"/items/{items['open']}/threads?page=3").text
        assert "Thread number 5." in listing
        assert "Thread number 6." not in listing
        assert alice.get(f"/comments/{last}").location == f"/threads/{thread}?page=2#comment-{last}"
        second = alice.get(f"/threads/{thread}?page=2").text
        assert "Reply number 20." in second
        assert "Reply number 19." not in second
        assert "Thread number 0." in second
        for odd in ("0", "-1", "x", "99999999999999999999", "1e3"):
            assert alice.get(f"/items/{items['open']}/threads?page={odd}").status_code == 200
            assert alice.get(f"/threads/{thread}?page={odd}").status_code == 200


class TestOneComment:
    def test_editing_and_its_history(self, alice, bob, items):
        _thread, comment = begin(alice, items["open"], "First version", title="Topic")
        assert "First version</textarea>" in alice.get(f"/comments/{comment}/edit").text
        answer = post(alice, f"/comments/{comment}/edit", body="Second version", title="Topic")
        assert answer.status_code == 303
        history = bob.get(f"/comments/{comment}/history").text
        assert "Second version" in history
        assert "First version" in history
        assert post(alice, f"/comments/{comment}/edit", body="", title="Topic").status_code == 422
        assert "<em>x</em>" in post(alice, f"/comments/{comment}/edit", body="*x*", title="Topic", preview="1").text

    def test_nobody_else_edits_deletes_or_restores(self, alice, bob, items):
        _thread, comment = begin(alice, items["open"])
        for act in ("edit", "delete", "restore", "hide", "show"):
            assert post(bob, f"/comments/{comment}/{act}", body="x").status_code == 403, act

    def test_delete_says_so_and_offers_the_way_back(self, alice, bob, items):
        thread, comment = begin(alice, items["open"])
        reply = post(bob, f"/threads/{thread}/comments", body="Sand.").location.split("#comment-")[1]
        answer = post(bob, f"/comments/{reply}/delete")
        assert answer.status_code == 303
        page = bob.get(answer.location.split("#")[0]).text
        assert f'action="/comments/{reply}/restore"' in page
        assert "Sand." not in page
        gone = alice.get(f"/comments/{reply}")
        assert gone.status_code == 410
        assert f"/threads/{thread}" in gone.text
        assert "Sand." not in gone.text
        assert post(bob, f"/comments/{reply}/restore").location == f"/threads/{thread}#comment-{reply}"
        assert "Sand." in alice.get(f"/threads/{thread}").text

    def test_htmx_draws_what_is_left_and_says_the_news(self, alice, items):
        _thread, comment = begin(alice, items["open"])
        answer = post(alice, f"/comments/{comment}/delete", HTMX)
        assert f"/comments/{comment}/restore" in answer.headers["HX-Trigger"]
        assert "removed by its author" in answer.text
        assert "lithium" not in answer.text

    def test_the_history_of_what_was_removed_is_closed(self, alice, bob, items):
        _thread, comment = begin(alice, items["open"], "Regrettable")
        post(alice, f"/comments/{comment}/edit", body="Better")
        post(alice, f"/comments/{comment}/delete")
        answer = bob.get(f"/comments/{comment}/history")
        assert answer.status_code == 410
        assert "Regrettable" not in answer.text

    def test_the_item_s_author_moderates(self, alice, bob, erin, items):
        thread, comment = begin(alice, items["open"], "Rude words", title="Rude title")
        assert f"/comments/{comment}/hide" in erin.get(f"/threads/{thread}").text
        post(erin, f"/comments/{comment}/hide")
        for page in (f"/threads/{thread}", f"/comments/{comment}", f"/items/{items['open']}", f"/items/{items['open']}/threads", "/"):
            assert "Rude" not in bob.get(page).text, page
        assert "Rude words" in alice.get(f"/threads/{thread}").text
        post(erin, f"/comments/{comment}/show")
        assert "Rude words" in bob.get(f"/threads/{thread}").text

    def test_what_was_removed_is_not_liked(self, alice, bob, items):
        _thread, comment = begin(alice, items["open"])
        post(alice, f"/comments/{comment}/delete")
        assert post(bob, f"/comments/{comment}/like", liked="1").status_code == 409


class TestLikes:
    def test_put_and_delete_say_how_many(self, alice, bob, items, csrf, log):
        address = f"/items/{items['open']}/like"
        assert alice.put(address, headers=csrf(alice)).json == {"liked": True, "count": 1}
        assert alice.put(address, headers=csrf(alice)).json == {"liked": True, "count": 1}
        assert bob.put(address, headers=csrf(bob)).json == {"liked": True, "count": 2}
        assert alice.delete(address, headers=csrf(alice)).json == {"liked": False, "count": 1}
        assert alice.delete(address, headers=csrf(alice)).json == {"liked": False, "count": 1}
        assert len(log("/liked")) == 2
        assert len(log("/unlike")) == 1

    def test_the_form_does_the_same(self, alice, items):
        address = f"/items/{items['open']}/like"
        assert post(alice, address, liked="1").location == f"/items/{items['open']}"
        assert 'name="liked" value="0"' in alice.get(f"/items/{items['open']}").text
        post(alice, address, liked="0")
        assert 'name="liked" value="1"' in alice.get(f"/items/{items['open']}").text

    def test_comments_are_liked_too(self, alice, bob, items, csrf, log):
        thread, comment = begin(alice, items["open"])
        assert bob.put(f"/comments/{comment}/like", headers=csrf(bob)).json == {"liked": True, "count": 1}
        assert post(bob, f"/comments/{comment}/like", liked="0").location == f"/threads/{thread}#comment-{comment}"
        (said,) = log("/liked")
        assert said["object"]["id"].endswith(f"/id/comment/{comment}")

    def test_without_the_token_nothing_happens(self, alice, items, log):
        assert alice.put(f"/items/{items['open']}/like").status_code == 403
        assert alice.post(f"/items/{items['open']}/threads", data={"body": "forged"}).status_code == 403
        assert log("/liked") == log("commented") == []


class TestPopularityPage:
    def test_it_names_people_the_rule_and_the_queries(self, alice, items, csrf):
        alice.put(f"/items/{items['open']}/like", headers=csrf(alice))
        item = alice.get(f"/items/{items['open']}").text
        assert f"/items/{items['open']}/popularity" in item
        page = alice.get(f"/items/{items['open']}/popularity").text
        assert "<b>1</b> like it" in page
        assert "/xapi/statements?activity=" in page
        assert "35%" in page

    def test_a_few_people_of_a_group_are_not_picked_out(self, alice, items, csrf):
        alice.put(f"/items/{items['closed']}/like", headers=csrf(alice))
        page = alice.get(f"/items/{items['closed']}/popularity").text
        assert "<b>a few</b> like it" in page
        assert "Right now" not in page


class TestAccess:
    """The outsider finds the same as where nothing is."""

    @pytest.fixture
    def secret(self, alice, items):
        return begin(alice, items["closed"], "Canary words", title="Canary topic")

    def test_no_page_and_no_act(self, charlie, items, secret, csrf, log):
        thread, comment = secret
        before = log()
        for page in (
            f"/items/{items['closed']}/threads",
            f"/items/{items['closed']}/popularity",
            f"/threads/{thread}",
            f"/comments/{comment}",
            f"/comments/{comment}/edit",
            f"/comments/{comment}/history",
        ):
            answer = charlie.get(page)
            assert answer.status_code == 404, page
            assert "anary" not in answer.text
        for act in (
            f"/items/{items['closed']}/threads",
            f"/items/{items['closed']}/like",
            f"/threads/{thread}/comments",
            *(f"/comments/{comment}/{verb}" for verb in ("edit", "delete", "restore", "hide", "show", "like")),
        ):
            assert post(charlie, act, body="x", liked="1").status_code == 404, act
        for method in ("put", "delete"):
            for address in (f"/items/{items['closed']}/like", f"/comments/{comment}/like"):
                assert getattr(charlie, method)(address, headers=csrf(charlie)).status_code == 404
        assert log() == before

    def test_no_trace_on_shared_pages(self, alice, charlie, items, secret, people):
        for page in ("/", "/catalogue", f"/people/{people['alice'].uuid}"):
            assert "anary" in alice.get(page).text, page
            assert "anary" not in charlie.get(page).text, page

    def test_a_visitor_is_sent_to_sign_in(self, client, items, secret):
        thread, comment = secret
        for page in (f"/items/{items['open']}/threads", f"/threads/{thread}", f"/comments/{comment}"):
            assert client.get(page).location.startswith("/login")


class TestHostileText:
    def test_every_field_shows_text_not_markup(self, alice, bob, erin, items):
        attack = "<img src=x onerror=alert(1)>\"'</textarea><script>alert(1)</script>"
        thread, comment = begin(alice, items["open"], attack, title=attack[:150])
        post(alice, f"/comments/{comment}/edit", body=attack + "!", title=attack[:150])
        pages = ("/", f"/items/{items['open']}", f"/items/{items['open']}/threads", f"/threads/{thread}", f"/comments/{comment}/history")
        for client, page in [*((bob, p) for p in pages), (alice, f"/comments/{comment}/edit")]:
            shown = client.get(page).text
            assert "<img src=x" not in shown, page
            assert "<script>alert" not in shown, page

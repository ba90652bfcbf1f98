"""The content origin over HTTP: tokens, headers, commits, refusals."""

from datetime import timedelta
from uuid import uuid4

import pytest

from core.access import principal
from core.clock import frozen, now
from core.db import db, write
from scorm.play import queries, tokens
from scorm.play.models import Launch

PAGE = "<!doctype html><title>Hello</title>"


@pytest.fixture
def launched(app, people, course, play):
    """alice's launch of a course of one page; ``launched.commit_token`` and so on."""
    item = course(PAGE)
    with app.app_context():
        opened = play(item, people["alice"], at=now())
        opened.uuid = db.session.get(Launch, opened.launch_id).uuid
    secret = app.config["SETTINGS"].secret_key
    opened.play_token = tokens.token_for(tokens.PLAY, opened.uuid, secret=secret)
    opened.commit_token = tokens.token_for(tokens.COMMIT, opened.uuid, secret=secret)
    return opened


def bearer(token):
    return {"Authorization": f"Bearer {token}", "Accept": "application/json"}


def body(**changes):
    return {"sco": "item1", "sequence": 5, "session": 5, "changes": {"cmi.core.lesson_location": "3"}} | changes


class TestThePlayerPage:
    def test_carries_what_was_proved_to_be_needed(self, content_client, launched, app):
        answer = content_client.get(f"/play/{launched.play_token}")
        assert answer.status_code == 200
        assert launched.commit_token in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Security-Policy"] == f"frame-ancestors 'self' {app.config['SETTINGS'].origin}"
        assert answer.headers["Permissions-Policy"] == "camera=(), microphone=(), geolocation=(), unload=*"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
        assert not [name for name, _value in answer.headers if name.startswith("Access-Control")]

    def test_opens_with_no_other_token(self, content_client, launched):
        for token in ("x", f"{launched.uuid}.x", launched.commit_token, f"{uuid4()}.{launched.play_token.partition('.')[2]}"):
            assert content_client.get(f"/play/{token}").status_code == 404

    def test_says_so_when_the_launch_has_expired(self, content_client, launched):
        with frozen(now() + timedelta(hours=25)):
            answer = content_client.get(f"/play/{launched.play_token}")
        assert answer.status_code == 403
        assert "expired" in answer.text

    def test_speaks_the_learner_s_language(self, app, content_client, launched, people):
        from accounts.people.models import Person

        with app.app_context(), write():
            db.session.get(Person, people["alice"].id).language = "fr"
        assert '<html lang="fr">' in content_client.get(f"/play/{launched.play_token}").text


class TestFiles:
    def read_token(self, app, launched, *, at=None):
        with app.app_context():
            version = db.session.get(Launch, launched.launch_id).version.uuid
        at = (at or now()).timestamp()
        return tokens.read_token(version_uuid=version, person_uuid="p", at=at, secret=app.config["SETTINGS"].secret_key)

    def test_open_with_the_token_in_their_path(self, app, content_client, launched):
        answer = content_client.get(f"/c/{self.read_token(app, launched)}/index.html")
        assert (answer.status_code, answer.text) == (200, PAGE)
        assert answer.headers["Permissions-Policy"].endswith("unload=*")

    def test_keep_their_address_for_a_day_and_lose_it_after_two(self, app, content_client, launched):
        start = now().replace(hour=0, minute=5)
        token = self.read_token(app, launched, at=start)
        assert token == self.read_token(app, launched, at=start + timedelta(hours=23))
        assert token != self.read_token(app, launched, at=start + timedelta(hours=25))
        with frozen(start + timedelta(hours=47)):
            assert content_client.get(f"/c/{token}/index.html").status_code == 200
        with frozen(start + timedelta(hours=49)):
            assert content_client.get(f"/c/{token}/index.html").status_code == 403

    def test_do_not_open_with_another_token(self, app, content_client, launched):
        for token in ("x", launched.play_token, launched.commit_token, self.read_token(app, launched)[:-1] + "_"):
            assert content_client.get(f"/c/{token}/index.html").status_code == 403

    def test_are_never_given_to_a_service_worker(self, app, content_client, launched):
        for path in (f"/c/{self.read_token(app, launched)}/index.html", "/static/play/player.js", f"/play/{launched.play_token}"):
            assert content_client.get(path).status_code == 200
            assert content_client.get(path, headers={"Service-Worker": "script"}).status_code == 403


class TestCommits:
    def test_are_saved_and_answered(self, app, content_client, launched):
        answer = content_client.post("/rt/commit", json=body(), headers=bearer(launched.commit_token))
        assert answer.status_code == 200, answer.text
        assert answer.json["ok"] is True
        assert (answer.json["state"], answer.json["sco"]["completion"]) == ("saved", "incomplete")
        with app.app_context():
            assert queries.states_of(launched.attempt.id)["item1"].sequence == 5

    @pytest.mark.parametrize("token", ["", "x", "play"])
    def test_need_the_commit_token(self, app, content_client, launched, token):
        token = launched.play_token if token == "play" else token
        for headers in (bearer(token), {"Accept": "application/json"}, {"Cookie": f"session={launched.commit_token}"}):
            answer = content_client.post("/rt/commit", json=body(), headers=headers)
            assert (answer.status_code, answer.json["error"]["code"]) == (403, "launch_unknown") if "Accept" in headers else (403, None)
        with app.app_context():
            assert queries.states_of(launched.attempt.id) == {}

    def test_say_that_the_launch_has_expired(self, content_client, launched):
        with frozen(now() + timedelta(hours=25)):
            answer = content_client.post("/rt/commit", json=body(), headers=bearer(launched.commit_token))
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "launch_expired")

    def test_stop_at_once_for_a_disabled_person_and_a_launch_that_was_ended(self, app, content_client, launched, people):
        from accounts.people.models import Person

        with app.app_context(), write():
            db.session.get(Person, people["alice"].id).active = False
        assert content_client.post("/rt/commit", json=body(), headers=bearer(launched.commit_token)).status_code == 403
        with app.app_context(), write():
            db.session.get(Person, people["alice"].id).active = True
            db.session.get(Launch, launched.launch_id).revoked_at = now()
        answer = content_client.post("/rt/commit", json=body(), headers=bearer(launched.commit_token))
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "superseded")

    @pytest.mark.parametrize(
        ("raw", "status"),
        [
            (b"", 400),
            (b"{", 400),
            (b"[" * 200_000, 400),
            (b'{"sco":"item1","sequence":NaN,"session":1,"changes":{}}', 400),
            (b"\xff\xfe", 400),
            (b"[]", 422),
            (b"7", 422),
            (b'{"sco":"item1","sequence":"1","session":1,"changes":{}}', 422),
            (b'{"sco":"item1","sequence":0,"session":1,"changes":{}}', 422),
            (b'{"sco":"item1","sequence":1,"session":1,"changes":[]}', 422),
            (b'{"sco":"item1","sequence":1,"session":1,"changes":{},"finish":"now"}', 422),
            (b'{"sco":"item1","sequence":1,"session":1,"changes":{},"actor":"bob"}', 422),
            (b'{"sco":"elsewhere","sequence":1,"session":1,"changes":{}}', 404),
            (b'{"changes":"' + b"x" * (5 << 20) + b'"}', 413),
        ],
    )
    def test_that_cannot_be_understood_are_refused_and_change_nothing(self, app, content_client, launched, raw, status):
        headers = bearer(launched.commit_token) | {"Content-Type": "application/json"}
        answer = content_client.post("/rt/commit", data=raw, headers=headers)
        assert answer.status_code == status, answer.text
        assert answer.json["error"]["message"]
        with app.app_context():
            assert queries.states_of(launched.attempt.id) == {}

    def test_of_nobody_are_not_even_read(self, content_client):
        assert content_client.post("/rt/commit", data=b"{" * 100, headers=bearer("x")).status_code == 403

    def test_of_a_superseded_window_are_told(self, app, content_client, launched, people, play):
        content_client.post("/rt/commit", json=body(), headers=bearer(launched.commit_token))
        with app.app_context():
            item = db.session.get(Launch, launched.launch_id).item.uuid
            play(item, people["alice"], at=now()).begin()
        answer = content_client.post("/rt/commit", json=body(sequence=9), headers=bearer(launched.commit_token))
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "superseded")


class TestState:
    def test_is_what_the_sco_finds(self, content_client, launched, people):
        content_client.post("/rt/commit", json=body(), headers=bearer(launched.commit_token))
        answer = content_client.get("/rt/state?sco=item1", headers=bearer(launched.commit_token))
        assert answer.json["sequence"] == 5
        assert answer.json["elements"]["cmi.core.lesson_location"] == "3"
        assert answer.json["elements"]["cmi.core.student_id"] == people["alice"].uuid

    def test_is_not_for_everybody(self, content_client, launched):
        assert content_client.get("/rt/state?sco=item1", headers=bearer("x")).status_code == 403
        assert content_client.get("/rt/state?sco=none", headers=bearer(launched.commit_token)).status_code == 404


def test_a_session_cookie_means_nothing_on_the_content_origin(app, client, content_client, people, sign_in, launched):
    sign_in(client, people["ada"])
    cookies = "; ".join(f"{c.key}={c.value}" for c in client._cookies.values())
    assert cookies
    answer = content_client.post("/rt/commit", json=body(), headers={"Cookie": cookies, "Accept": "application/json"})
    assert answer.status_code == 403
    content = app.extensions["colloquium.content"]
    with content.test_request_context("/rt/commit", method="POST", headers={"Cookie": cookies}):
        content.preprocess_request()
        assert principal().kind == "anonymous"
    for path in ("/", "/me", "/items", "/login", "/api/v1/items", f"/launches/{launched.uuid}"):
        assert content_client.get(path, headers={"Cookie": cookies}).status_code == 404


def test_both_origins_share_one_database(app):
    content = app.extensions["colloquium.content"]
    with app.app_context():
        engine = db.engine
    with content.app_context():
        assert db.engine is engine


def test_tokens_of_another_secret_open_nothing():
    mine = tokens.token_for(tokens.PLAY, "u", secret="a" * 32)
    assert tokens.subject_of(tokens.PLAY, mine, secret="a" * 32) == "u"
    assert tokens.subject_of(tokens.PLAY, mine, secret="b" * 32) is None
    assert tokens.subject_of(tokens.COMMIT, mine, secret="a" * 32) is None

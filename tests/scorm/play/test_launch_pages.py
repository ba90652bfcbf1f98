"""Opening a course over HTTP: the pages of the application and the API for other systems."""

from base64 import b64encode
from datetime import timedelta

import pytest

from core.clock import frozen, now
from core.db import db, write
from core.identity import identity_base
from scorm.packages.models import Package
from scorm.play.models import Launch


@pytest.fixture
def item(course):
    return course()


@pytest.fixture
def alice(client, people, sign_in, csrf):
    """The client of alice, and her headers."""
    sign_in(client, people["alice"])
    return client, csrf(client)


def launch(signed_in, item, **form):
    client, headers = signed_in
    return client.post(f"/items/{item}/launch", data=form, headers=headers)


def only_launch(app):
    with app.app_context():
        return db.session.scalars(db.select(Launch)).one()


class TestTheLaunchPage:
    def test_frames_the_player_as_was_proved_safe(self, app, alice, item):
        answer = launch(alice, item)
        assert answer.status_code == 303
        page = alice[0].get(answer.location).text
        settings = app.config["SETTINGS"]
        assert f'src="{settings.content_origin}/play/{only_launch(app).uuid}.' in page
        assert 'sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-downloads allow-modals"' in page
        assert 'allow="fullscreen; autoplay; unload"' in page
        headers = alice[0].get(answer.location).headers
        assert f'unload=(self "{settings.content_origin}")' in headers["Permissions-Policy"]
        assert f"frame-src {settings.content_origin}" in headers["Content-Security-Policy"]

    def test_takes_the_sandbox_off_where_the_package_needs_plug_ins(self, app, alice, item):
        with app.app_context(), write():
            db.session.scalars(db.select(Package)).one().switches = {"sandbox": False}
        assert "sandbox=" not in alice[0].get(launch(alice, item).location).text

    def test_offers_a_window_of_its_own_without_an_opener(self, app, alice, item):
        with app.app_context(), write():
            db.session.scalars(db.select(Package)).one().switches = {"launch_mode": "window"}
        page = alice[0].get(launch(alice, item).location).text
        assert 'target="_blank" rel="noopener"' in page
        assert "<iframe" not in page

    def test_is_only_for_the_learner_whose_launch_it_is(self, app, client, alice, item, people, sign_in):
        where = launch(alice, item).location
        other = sign_in(app.test_client(), people["bob"])
        assert other.get(where).status_code == 404
        assert other.get(where + "/status").status_code == 404
        assert sign_in(app.test_client(), people["ada"]).get(where).status_code == 404

    def test_says_that_the_launch_has_expired(self, alice, item):
        where = launch(alice, item).location
        with frozen(now() + timedelta(hours=25)):
            client = alice[0]
            answer = client.get(where)
        if answer.status_code == 200:
            assert "This launch has expired" in answer.text
        else:
            assert answer.status_code == 302  # the session is over as well

    def test_tells_how_the_launch_stands(self, alice, item):
        found = alice[0].get(launch(alice, item).location + "/status").json
        assert found == {"saved_at": None, "completion": "not attempted", "success": "unknown", "expired": False}


class TestModes:
    def test_a_learner_cannot_preview(self, alice, item):
        assert launch(alice, item, mode="browse").status_code == 403

    def test_the_author_can(self, app, item, people, sign_in, csrf):
        client = sign_in(app.test_client(), people["erin"])
        assert launch((client, csrf(client)), item, mode="browse").status_code == 303
        assert only_launch(app).mode == "browse"

    def test_the_item_page_offers_review_after_completion_and_shows_the_attempts(self, app, alice, item, people, play):
        client = alice[0]
        assert 'value="review"' not in client.get(f"/items/{item}").text
        with app.app_context():
            opened = play(item, people["alice"], at=now())
            opened.begin(at=now())
            opened.commit({"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "90"}, finish="content", at=now())
        page = client.get(f"/items/{item}").text
        assert 'value="review"' in page
        assert "Attempt 1" in page
        assert 'value="browse"' not in page


class TestTheApi:
    def headers(self, key):
        return {"Authorization": "Basic " + b64encode(":".join(key).encode()).decode()}

    def test_a_key_gets_a_link_that_needs_no_session(self, app, client, content_client, item, people, api_key):
        answer = client.post(f"/api/v1/items/{item}/launches", json={"email": "ALICE@example.org"}, headers=self.headers(api_key("all")))
        assert answer.status_code == 201, answer.text
        content_origin = app.config["SETTINGS"].content_origin
        assert answer.json["url"].startswith(f"{content_origin}/play/")
        with app.app_context():
            opened = only_launch(app)
            assert opened.person_id == people["alice"].id
            assert db.session.get(Launch, opened.id).attempt.registration.uuid == answer.json["registration"]
        assert content_client.get(answer.json["url"].removeprefix(content_origin)).status_code == 200

    def test_an_actor_is_as_good(self, app, client, item, people, api_key):
        headers = self.headers(api_key("all"))
        with app.app_context():
            base = identity_base()
        actors = [{"mbox": "mailto:alice@example.org"}, {"account": {"homePage": base, "name": people["alice"].uuid}}]
        registrations = {
            client.post(f"/api/v1/items/{item}/launches", json={"actor": actor}, headers=headers).json["registration"] for actor in actors
        }
        assert len(registrations) == 1

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({}, 422),
            ({"email": "nobody@example.org"}, 422),
            ({"email": "not an address"}, 422),
            ({"actor": {"account": {"homePage": "http://elsewhere", "name": "x"}}}, 422),
            ({"actor": {"mbox": 7}}, 422),
            ({"email": "alice@example.org", "actor": {"mbox": "mailto:alice@example.org"}}, 422),
            ({"email": "alice@example.org", "mode": "cheat"}, 422),
            ({"email": "alice@example.org", "person_id": 1}, 422),
        ],
    )
    def test_refuses_what_it_cannot_understand(self, app, client, item, api_key, body, status):
        answer = client.post(f"/api/v1/items/{item}/launches", json=body, headers=self.headers(api_key("all")))
        assert answer.status_code == status, answer.text
        with app.app_context():
            assert db.session.scalars(db.select(Launch)).all() == []

    def test_a_reading_key_launches_nothing(self, client, item, api_key):
        body = {"email": "alice@example.org"}
        assert client.post(f"/api/v1/items/{item}/launches", json=body, headers=self.headers(api_key("all/read"))).status_code == 403
        assert client.post(f"/api/v1/items/{item}/launches", json=body).status_code == 401

    def test_a_learner_launches_for_themselves_only(self, alice, item, people, app):
        client, headers = alice
        assert client.post(f"/api/v1/items/{item}/launches", json={"email": people["bob"].email}, headers=headers).status_code == 403
        assert client.post(f"/api/v1/items/{item}/launches", json={"email": "nobody@example.org"}, headers=headers).status_code == 403
        assert client.post(f"/api/v1/items/{item}/launches", json={}, headers=headers).status_code == 201
        assert only_launch(app).person_id == people["alice"].id

    def test_opens_nothing_that_the_learner_may_not_see(self, app, client, people, api_key, course):
        from catalogue.items.models import Item

        item = course()
        with app.app_context(), write():
            db.session.scalars(db.select(Item)).one().visibility = "draft"
        headers = self.headers(api_key("all"))
        assert client.post(f"/api/v1/items/{item}/launches", json={"email": "alice@example.org"}, headers=headers).status_code == 404
        assert client.post(f"/api/v1/items/{item}/launches", json={"email": "erin@example.org"}, headers=headers).status_code == 201

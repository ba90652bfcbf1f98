"""Choosing a language, and ``GET /api/v1/me``."""

import pytest

from accounts.people import queries


class TestChoosingALanguage:
    def test_a_visitor_is_remembered_by_the_browser(self, client, app):
        answer = client.post("/language", data={"language": "fr", "next": "/login"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
        assert 'lang="fr"' in client.get("/login").text
        assert "Mot de passe" in client.get("/login").text
        assert 'lang="en"' in app.test_client().get("/login").text

    def test_a_person_is_remembered_everywhere(self, app, client, people, sign_in, csrf):
        sign_in(client, people["alice"])
        assert client.post("/language", data={"language": "fr"}, headers=csrf(client)).status_code == 303
        with app.app_context():
            assert queries.get(people["alice"].id).language == "fr"
        elsewhere = sign_in(app.test_client(), people["alice"])
        assert 'lang="fr"' in elsewhere.get("/me").text
        assert 'lang="fr"' in elsewhere.get("/forgot").text

    @pytest.mark.parametrize("language", ["", "xx", "../fr", "f\x00r"])
    def test_an_unknown_one_is_refused(self, client, language):
        assert client.post("/language", data={"language": language}).status_code == 422

    def test_leads_nowhere_else(self, client):
        assert client.post("/language", data={"language": "fr", "next": "//evil.example"}).headers["Location"] == "/"


class TestWhoAmI:
    def test_a_person(self, client, people, sign_in):
        sign_in(client, people["alice"])
        assert client.get("/api/v1/me").json == {
            "kind": "person",
            "uuid": people["alice"].uuid,
            "name": "Alice",
            "email": "alice@example.org",
            "role": "learner",
            "language": "en",
            "groups": ["Night shift"],
            "scopes": [],
        }

    def test_nobody(self, client, people):
        answer = client.get("/api/v1/me")
        assert answer.status_code == 401
        assert answer.json["error"]["code"] == "sign_in_needed"

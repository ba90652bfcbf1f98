"""Threads, comments and likes over ``/api/v1``: a session with its token, a key on behalf of somebody."""

import pytest

API = "/api/v1"


class Caller:
    """One way to call: a signed-in client, or a key that acts for a person."""

    def __init__(self, client, *, headers=None, auth=None, email=None):
        self.client, self.headers, self.auth, self.email = client, headers or {}, auth, email

    def __call__(self, method, path, **body):
        query = {"on_behalf_of": self.email} if self.email and method in ("put", "delete") else {}
        json = body | ({"on_behalf_of": self.email} if self.email and method in ("post", "patch") and body else {})
        if self.email and method == "post" and not body:
            query = {"on_behalf_of": self.email}
        options = {"json": json} if json else {}
        return getattr(self.client, method)(API + path, query_string=query, headers=self.headers, auth=self.auth, **options)


@pytest.fixture(params=["session", "key"])
def alice(request, app, people, sign_in, csrf, api_key):
    """Alice by her session, and by a key with scope all."""
    client = app.test_client()
    if request.param == "session":
        sign_in(client, people["alice"])
        return Caller(client, headers=csrf(client))
    return Caller(client, auth=api_key("all"), email=people["alice"].email)


@pytest.fixture
def key(app, api_key):
    return Caller(app.test_client(), auth=api_key("all"))


class TestTalk:
    def test_a_conversation_from_beginning_to_end(self, alice, items, people):
        made = alice("post", f"/items/{items['open']}/threads", title="Batteries", body="Is **sand** enough?", key="mine-1")
        assert made.status_code == 201, made.text
        thread = made.json
        assert thread["title"] == "Batteries"
        assert thread["opening"]["author"] == {"id": people["alice"].uuid, "name": "Alice"}
        assert thread["opening"]["html"] == "<p>Is <strong>sand</strong> enough?</p>\n"
        assert (
            alice("post", f"/items/{items['open']}/threads", title="Batteries", body="Is **sand** enough?", key="mine-1").json["id"]
            == thread["id"]
        )
        reply = alice("post", f"/threads/{thread['id']}/comments", body="It is.").json
        assert (reply["thread"], reply["item"], reply["opening"]) == (thread["id"], items["open"], False)
        assert alice("patch", f"/comments/{reply['id']}", body="It is not.").json["body"] == "It is not."
        assert alice("delete", f"/comments/{reply['id']}").json["body"] is None
        assert alice("get", f"/comments/{reply['id']}").json["deleted"]
        assert alice("post", f"/comments/{reply['id']}/restore").json["body"] == "It is not."
        listed = alice("get", f"/items/{items['open']}/threads").json
        assert (listed["total"], listed["pages"], listed["items"][0]["replies"]) == (1, 1, 1)
        assert [c["id"] for c in alice("get", f"/threads/{thread['id']}/comments").json["items"]] == [reply["id"]]
        assert alice("get", f"/threads/{thread['id']}").json["replies"] == 1

    def test_likes(self, alice, items, people):
        address = f"/items/{items['open']}/like"
        assert alice("put", address).json == {"liked": True, "count": 1}
        assert alice("put", address).json == {"liked": True, "count": 1}
        assert [like["person"]["name"] for like in alice("get", f"/items/{items['open']}/likes").json["items"]] == ["Alice"]
        assert alice("delete", address).json == {"liked": False, "count": 0}
        comment = alice("post", f"/items/{items['open']}/threads", body="Nice.").json["opening"]["id"]
        assert alice("put", f"/comments/{comment}/like").json == {"liked": True, "count": 1}
        assert alice("get", f"/comments/{comment}/likes").json["total"] == 1
        assert alice("delete", f"/comments/{comment}/like").json == {"liked": False, "count": 0}

    def test_popularity_follows_at_once(self, alice, items):
        alice("put", f"/items/{items['open']}/like")
        found = alice("get", f"/items/{items['open']}/popularity").json
        assert found["counts"] == {"launch": 0, "complete": 0, "comment": 0, "like": 1}
        assert 2 < found["pulse"] < 2.5
        assert found["level"] == 3

    def test_moderation_is_for_the_item_s_author(self, alice, key, items, people):
        comment = alice("post", f"/items/{items['open']}/threads", body="Rude.").json["opening"]["id"]
        assert alice("put", f"/comments/{comment}/hidden").status_code == 403
        key.email = people["erin"].email
        assert key("put", f"/comments/{comment}/hidden").json["hidden"]
        key.email = people["erin"].email
        assert key("delete", f"/comments/{comment}/hidden").json["hidden"] is None


class TestRefusals:
    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "body"),
            ({"body": ""}, "body"),
            ({"body": 7}, "body"),
            ({"body": "x", "author": "bob"}, "author"),
            ({"body": "x", "title": "y" * 201}, "title"),
            ({"body": "a\x00b"}, "body"),
            ({"body": "x" * 20_001}, "body"),
        ],
    )
    def test_what_is_wrong_is_named(self, app, people, sign_in, csrf, items, body, field, log):
        client = sign_in(app.test_client(), people["alice"])
        answer = client.post(f"{API}/items/{items['open']}/threads", json=body, headers=csrf(client))
        assert answer.status_code == 422
        assert field in str(answer.json["error"]["fields"])
        assert log("commented") == []

    def test_a_key_must_say_for_whom(self, key, items, people):
        address = f"/items/{items['open']}/threads"
        assert "on_behalf_of" in key("post", address, body="x").json["error"]["fields"]
        key.email = "nobody@example.org"
        assert key("post", address, body="x").status_code == 422
        assert key("put", f"/items/{items['open']}/like").status_code == 422

    def test_a_key_has_no_more_rights_than_whom_it_names(self, key, items, people):
        key.email = people["charlie"].email
        assert key("post", f"/items/{items['closed']}/threads", body="x").status_code == 404
        assert key("put", f"/items/{items['closed']}/like").status_code == 404

    def test_a_person_names_nobody_else(self, app, people, sign_in, csrf, items):
        client = sign_in(app.test_client(), people["ada"])
        body = {"body": "x", "on_behalf_of": people["alice"].email}
        assert client.post(f"{API}/items/{items['open']}/threads", json=body, headers=csrf(client)).status_code == 403

    def test_a_reading_key_only_reads(self, app, api_key, items, people):
        reader = Caller(app.test_client(), auth=api_key("all/read"), email=people["alice"].email)
        assert reader("get", f"/items/{items['open']}/threads").status_code == 200
        assert reader("post", f"/items/{items['open']}/threads", body="x").status_code == 403
        assert reader("put", f"/items/{items['open']}/like").status_code == 403

    def test_a_disabled_person_is_not_acted_for(self, app, key, items, people):
        from accounts.people import queries, service
        from core.db import write

        with app.app_context(), write():
            service.disable(queries.by_uuid(people["bob"].uuid))
        key.email = people["bob"].email
        assert key("put", f"/items/{items['open']}/like").status_code == 422

    def test_an_outsider_and_a_visitor(self, app, alice, items, people, sign_in, csrf):
        made = alice("post", f"/items/{items['closed']}/threads", body="Canary").json
        charlie = app.test_client()
        sign_in(charlie, people["charlie"])
        for path in (
            f"/items/{items['closed']}/threads",
            f"/items/{items['closed']}/likes",
            f"/items/{items['closed']}/popularity",
            f"/threads/{made['id']}",
            f"/threads/{made['id']}/comments",
            f"/comments/{made['opening']['id']}",
            f"/comments/{made['opening']['id']}/likes",
        ):
            assert charlie.get(API + path).status_code == 404, path
            assert app.test_client().get(API + path).status_code == 401, path

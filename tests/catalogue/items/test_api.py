"""Items under ``/api/v1``: the same rows, filters and refusals as on the pages."""

from base64 import b64encode

import pytest


@pytest.fixture
def alice(app, people, sign_in):
    return sign_in(app.test_client(), people["alice"])


@pytest.fixture
def erin(app, people, sign_in):
    return sign_in(app.test_client(), people["erin"])


@pytest.fixture
def machine(app, api_key):
    """``machine("all")`` → headers of a key with these scopes."""

    def headers(*scopes) -> dict:
        key, secret = api_key(*scopes)[:2]
        return {"Authorization": "Basic " + b64encode(f"{key}:{secret}".encode()).decode()}

    return headers


class TestList:
    def test_it_is_the_catalogue(self, alice, make_item):
        make_item("One", theme="Safety / Fire", language="fr", duration_minutes=3)
        make_item("Two", language="en")
        make_item("Three", visibility="draft")
        answer = alice.get("/api/v1/items?sort=title").json
        assert [(i["title"], i["language"]) for i in answer["items"]] == [("One", "fr"), ("Two", "en")]
        assert (answer["total"], answer["page"], answer["pages"]) == (2, 1, 1)
        one = answer["items"][0]
        assert one["theme"]["path"] == "Safety / Fire"
        assert one["owner"]["name"] == "Erin"
        assert one["progress"] is None
        assert one["activity"].endswith(one["id"])
        assert alice.get(f"/api/v1/items?theme={one['theme']['id']}&duration=short&language=fr&language=de&q=on").json["total"] == 1
        assert [i["title"] for i in alice.get("/api/v1/items?sort=title&per_page=1&page=2").json["items"]] == ["Two"]

    @pytest.mark.parametrize("query", ["sort=id", "page=0", "page=x", "per_page=1000", "duration=weekly", "theme=1", "q=" + "x" * 300])
    def test_what_makes_no_sense_is_refused(self, alice, query):
        answer = alice.get("/api/v1/items?" + query)
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "invalid")

    @pytest.mark.parametrize("q", ['"', "NEAR(", "a:*", "'", "%00"])
    def test_no_operator_breaks_the_search(self, alice, q):
        assert alice.get("/api/v1/items?q=" + q).status_code == 200

    def test_the_number_of_queries_does_not_grow(self, alice, make_item, count_queries):
        make_item("One", theme="A")
        with count_queries() as few:
            alice.get("/api/v1/items")
        for n in range(12):
            make_item(f"Item {n}", theme=f"B/{n}")
        with count_queries() as many:
            alice.get("/api/v1/items")
        assert len(many) == len(few)

    def test_without_a_session_or_key_there_is_nothing(self, client):
        assert client.get("/api/v1/items").status_code == 401


class TestOne:
    def test_what_is_not_for_you_is_not_there(self, alice, erin, make_item):
        uuid = make_item(visibility="draft")
        assert alice.get(f"/api/v1/items/{uuid}").status_code == 404
        assert erin.get(f"/api/v1/items/{uuid}").json["visibility"] == "draft"


class TestPatch:
    def test_an_author_changes_one_thing(self, erin, csrf, make_item):
        uuid = make_item("Old", description="Stays")
        answer = erin.patch(f"/api/v1/items/{uuid}", json={"title": "New"}, headers=csrf(erin))
        assert (answer.status_code, answer.json["title"], answer.json["description"]) == (200, "New", "Stays")

    @pytest.mark.parametrize(
        "body",
        [{"owner_id": 1}, {"uuid": "x"}, {"rank_popular": 9}, {"title": 7}, {"title": ""}, {"duration_minutes": "12"},
         {"duration_minutes": True}, {"visibility": "all"}, {"visibility": "groups"}, {"groups": ["x"]}, {"activity_iri": "http://x"}, []],
    )  # fmt: skip
    def test_what_is_wrong_or_not_theirs_to_change(self, erin, csrf, make_item, body):
        uuid = make_item("Old")
        assert erin.patch(f"/api/v1/items/{uuid}", json=body, headers=csrf(erin)).status_code == 422
        assert erin.get(f"/api/v1/items/{uuid}").json["title"] == "Old"

    def test_without_the_token_of_the_session(self, erin, make_item):
        assert erin.patch(f"/api/v1/items/{make_item()}", json={"title": "New"}).status_code == 403

    def test_learners_and_reading_keys_may_not_keys_may(self, app, alice, csrf, make_item, machine):
        uuid = make_item("Old")
        assert alice.patch(f"/api/v1/items/{uuid}", json={"title": "New"}, headers=csrf(alice)).status_code == 403
        client = app.test_client()
        assert client.patch(f"/api/v1/items/{uuid}", json={"title": "New"}, headers=machine("all/read")).status_code == 403
        assert client.patch(f"/api/v1/items/{uuid}", json={"title": "New"}, headers=machine("all")).json["title"] == "New"


class TestProgress:
    @pytest.fixture
    def opened(self, alice, csrf, make_item):
        uuid = make_item()
        alice.post(f"/items/{uuid}/launch", headers=csrf(alice))
        return uuid

    def test_one_s_own(self, alice, erin, opened):
        mine = alice.get(f"/api/v1/items/{opened}/progress").json
        assert (mine["status"], mine["completed_at"]) == ("started", None)
        assert erin.get(f"/api/v1/items/{opened}/progress").json["status"] == "not_started"

    @pytest.mark.parametrize(
        ("who", "status"), [("dana", 200), ("ada", 200), ("alice", 200), ("bob", 404), ("erin", 404), ("charlie", 404)]
    )
    def test_somebody_else_s_for_those_who_may(self, app, people, sign_in, opened, who, status):
        client = sign_in(app.test_client(), people[who])
        answer = client.get(f"/api/v1/items/{opened}/progress?person={people['alice'].uuid}")
        assert answer.status_code == status
        if status == 200:
            assert answer.json["status"] == "started"

    def test_a_key_names_a_person(self, app, people, opened, machine):
        client, headers = app.test_client(), machine("all/read")
        assert client.get(f"/api/v1/items/{opened}/progress", headers=headers).status_code == 422
        answer = client.get(f"/api/v1/items/{opened}/progress?person={people['alice'].uuid}", headers=headers)
        assert answer.json["status"] == "started"


def test_the_document_describes_them(client):
    paths = client.get("/api/v1/openapi.json").json["paths"]
    assert {"get", "patch"} <= set(paths["/api/v1/items/{uuid}"])
    assert {"q", "theme", "kind", "language", "duration", "sort", "page", "per_page"} == {
        p["name"] for p in paths["/api/v1/items"]["get"]["parameters"]
    }

"""``/api/v1/packages``: every status, and what the report says."""

import base64
import dataclasses
import io
import random

import pytest

from core.storage import storage


@pytest.fixture
def key(api_key):
    """Headers of a machine key that may do everything."""
    return {"Authorization": "Basic " + base64.b64encode(":".join(api_key("all")).encode()).decode()}


@pytest.fixture
def post(client, key):
    """``post(data, …)`` uploads a multipart file with the key."""

    def upload(data: bytes, name: str = "course.zip", query: str = "", **form):
        return client.post(f"/api/v1/packages{query}", headers=key, data={"file": (io.BytesIO(data), name), **form})

    return upload


class TestImport:
    def test_answers_the_report_with_201(self, post, make_course, manifests):
        answer = post(make_course(manifest=manifests[0]().replace(b'default="o1"', b'default="x"')), "Fire.zip")
        assert answer.status_code == 201
        body = answer.json
        assert (body["accepted"], body["format"], body["edition"], body["title"]) == (True, "scorm12", "1.2", "Fire safety")
        assert body["file"]["name"] == "Fire.zip"
        assert body["tree"][0]["items"][0] == {
            "identifier": "i1", "title": "Lesson", "type": "sco", "launch": "index.html", "visible": True, "items": [],
        }  # fmt: skip
        assert body["findings"] == [
            {
                "severity": "warning",
                "code": "organization.default",
                "message": "The default table of contents “x” does not exist; the first one is used.",
                "where": "",
            }
        ]
        assert body["item"]["visibility"] == "draft"
        assert answer.headers["Location"].endswith(body["uuid"])

    def test_takes_the_bare_zip(self, client, key, make_course):
        headers = {**key, "Content-Disposition": 'attachment; filename="Bare.zip"'}
        answer = client.post(
            "/api/v1/packages?publish=true&theme=Safety", headers=headers, data=make_course(), content_type="application/zip"
        )
        assert answer.status_code == 201
        assert answer.json["file"]["name"] == "Bare.zip"
        assert answer.json["item"]["visibility"] == "published"

    def test_of_the_same_bytes_answers_the_same_with_200(self, post, make_course):
        first, second = post(make_course()), post(make_course(), "again.zip")
        assert (second.status_code, second.json["uuid"], second.json["duplicate"]) == (200, first.json["uuid"], True)

    def test_of_a_broken_course_answers_422_with_what_to_do(self, post, make_zip, manifests):
        answer = post(make_zip({"imsmanifest.xml": manifests[0]()}))
        assert answer.status_code == 422
        assert answer.json["accepted"] is False
        assert answer.json["findings"][0]["code"] == "item.launch_missing"
        assert answer.json["findings"][0]["where"] == "i1"
        assert answer.json["error"]["code"] == "package_refused"
        assert "Add the file" in answer.json["error"]["message"]

    @pytest.mark.parametrize("data", [b"", b"Rar!\x1a\x07\x00", b"<!doctype html>", b"version https://git-lfs.github.com/spec/v1"])
    def test_of_no_zip_answers_415(self, post, data):
        answer = post(data)
        assert (answer.status_code, answer.json["error"]["code"]) == (415, "not_a_zip")

    def test_of_something_else_answers_415(self, client, key):
        assert client.post("/api/v1/packages", headers=key, json={"file": "x"}).status_code == 415

    def test_of_no_file_or_two_answers_400(self, client, key, make_course):
        assert client.post("/api/v1/packages", headers=key, data={"theme": "x"}, content_type="multipart/form-data").status_code == 400
        two = {"file": [(io.BytesIO(make_course()), "a.zip"), (io.BytesIO(make_course()), "b.zip")]}
        assert client.post("/api/v1/packages", headers=key, data=two).status_code == 400

    def test_speaks_the_callers_language(self, client, key, make_zip):
        answer = client.post("/api/v1/packages", headers={**key, "Accept-Language": "fr"}, data={"file": (io.BytesIO(b"x"), "x.zip")})
        assert answer.json["findings"][0]["message"].startswith("Ce n’est pas un fichier zip.")


class TestLimits:
    @pytest.fixture
    def small(self, app, monkeypatch):
        monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], max_upload_bytes=200_000))

    def test_a_package_may_be_larger_than_any_other_body(self, app, post, make_course):
        film = random.Random(1).randbytes(app.config["SETTINGS"].max_body_bytes + 1000)
        assert post(make_course({"film.mp4": film})).status_code == 201

    def test_too_large_is_413_in_every_way_of_sending(self, app, client, key, post, make_course, small):
        data = make_course({"film.mp4": random.Random(1).randbytes(1_500_000)})
        slightly = make_course({"film.mp4": random.Random(1).randbytes(300_000)})
        for large in (data, slightly):
            bare = client.post("/api/v1/packages", headers=key, data=large, content_type="application/zip")
            for answer in (post(large), bare):
                assert answer.status_code == 413
                assert "195 KiB" in answer.json["error"]["message"]
        with app.app_context():
            assert storage().keys("packages/") == []


class TestWhoMay:
    def test_upload(self, app, client, people, sign_in, csrf, api_key, make_course):
        data = make_course()

        def status(headers=None) -> int:
            return client.post("/api/v1/packages", headers=headers or {}, data={"file": (io.BytesIO(data), "x.zip")}).status_code

        assert status() == 401
        read_only = base64.b64encode(":".join(api_key("all/read")).encode()).decode()
        assert status({"Authorization": f"Basic {read_only}"}) == 403
        for name, expected in (("alice", 403), ("dana", 403), ("erin", 201), ("ada", 201)):
            sign_in(client, people[name])
            token = csrf(client)
            assert status() == 403
            assert status(token) == expected, name
            client.post("/logout", headers=token)

    def test_read_a_report(self, app, client, people, sign_in, csrf, make_course):
        sign_in(client, people["erin"])
        token = csrf(client)
        uuid = client.post("/api/v1/packages", headers=token, data={"file": (io.BytesIO(make_course()), "x.zip")}).json["uuid"]
        answer = client.get(f"/api/v1/packages/{uuid}")
        assert (answer.status_code, answer.json["title"], answer.json["switches"]["sandbox"]) == (200, "Fire safety", True)
        client.post("/logout", headers=token)
        sign_in(client, people["alice"])
        assert client.get(f"/api/v1/packages/{uuid}").status_code == 403

    def test_one_that_is_not_there(self, client, key):
        assert client.get("/api/v1/packages/00000000-0000-0000-0000-000000000000", headers=key).status_code == 404
        assert client.get("/api/v1/packages/nonsense", headers=key).status_code == 404


def test_the_document_describes_both_ways_of_sending(client):
    paths = client.get("/api/v1/openapi.json").json["paths"]
    body = paths["/api/v1/packages"]["post"]["requestBody"]["content"]
    assert set(body) == {"multipart/form-data", "application/zip"}
    assert set(paths["/api/v1/packages"]["post"]["responses"]) >= {"200", "201", "415", "422"}

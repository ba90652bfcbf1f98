"""The pages of versions, as an author meets them, and the API beside them."""

import base64

import pytest
from sqlalchemy import func, select
from support.tiny_packages import tiny

from accounts.people import queries
from accounts.people import service as accounts
from core.db import db, write
from core.storage import storage
from scorm.packages.files import locate
from scorm.packages.importing import import_package
from scorm.packages.models import PackageFile, PackageVersion
from scorm.play.models import Launch

TWO = {"a.html": "<title>A</title>", "b.html": "<title>B</title>"}
TWO_CORRECTED = {"a.html": "<title>A</title>", "b.html": "<title>B, corrected</title>"}


@pytest.fixture
def author(client, people, sign_in, csrf):
    """erin, signed in: ``(client, headers)``."""
    sign_in(client, people["erin"])
    return client, csrf(client)


@pytest.fixture
def upload(author):
    """``upload(item, pages, …)`` sends the form of the page."""
    client, headers = author

    def send(item, pages, *, note="", name="corrected.zip", **options):
        data = {"file": (tiny(pages, **options), name), "note": note}
        return client.post(f"/items/{item}/versions", data=data, headers=headers)

    return send


class TestPages:
    def test_lead_from_the_item_to_a_version_that_is_used(self, app, author, upload, course):
        client, headers = author
        made = course(TWO)
        assert f"/items/{made.item}/versions" in client.get(f"/items/{made.item}").text
        answer = upload(made.item, TWO_CORRECTED, note="Page 2 corrected")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/items/{made.item}/versions/2")
        page = client.get(f"/items/{made.item}/versions/2").text
        assert "2 parts are in both versions. The table of contents is the same." in page
        assert "No attempt is in progress" in page
        assert "Discard it" in page
        answer = client.post(f"/items/{made.item}/versions/2/use", data={"seen": "1", "attempts": "stay"}, headers=headers)
        assert answer.status_code == 303
        history = client.get(f"/items/{made.item}/versions").text
        for words in ("Page 2 corrected", "corrected.zip", "Erin", "Version 2 is now the one", "version 2 took the place of version 1"):
            assert words in history

    def test_say_what_changes_and_who_is_concerned(self, app, people, author, upload, course):
        client, _headers = author
        made = course(TWO)
        with app.app_context():
            play = made.play(people["alice"])
            play.begin(sco="item2")
        upload(made.item, {"a.html": "A", "z.html": "Z"}, identifiers=["item1", "item9"], title="Changed")
        page = client.get(f"/items/{made.item}/versions/2").text
        for words in (
            "1 new part", "item9", "1 part is gone", "item2", "1 attempt in progress has stored something in it", "Tiny 1 → ",
            "calls itself “Changed”", "1 attempt is in progress", "They go on with this version",
        ):  # fmt: skip
            assert words in page

    def test_say_why_attempts_stay_in_another_format(self, app, people, author, upload, course):
        client, _headers = author
        made = course(TWO)
        with app.app_context():
            made.play(people["alice"]).begin()
        upload(made.item, TWO, edition="2004")
        page = client.get(f"/items/{made.item}/versions/2").text
        assert "The format changes from SCORM 1.2 to SCORM 2004 4th Edition." in page
        assert "1 attempt is in progress and stays on its version" in page
        assert "in another format" in page

    def test_of_a_broken_zip_say_why_and_keep_nothing(self, app, upload, author, course):
        client, headers = author
        made = course(TWO)
        data = {"file": (tiny({"a.html": ""}, identifiers=["<"]), "broken.zip"), "note": "kept in the form"}
        answer = client.post(f"/items/{made.item}/versions", data=data, headers=headers)
        assert answer.status_code == 422
        assert "“broken.zip” was not imported" in answer.text
        assert "kept in the form" in answer.text

    def test_without_a_file_ask_for_one(self, author, course):
        client, headers = author
        answer = client.post(f"/items/{course(TWO).item}/versions", data={"note": ""}, headers=headers)
        assert (answer.status_code, "Choose the .zip file" in answer.text) == (422, True)

    def test_say_which_version_the_same_file_is(self, author, upload, course):
        client, _headers = author
        made = course(TWO)
        assert upload(made.item, TWO).headers["Location"].endswith("/versions/1")
        assert "exactly the file of version 1" in client.get(f"/items/{made.item}/versions").text

    def test_discard_a_version_with_its_files(self, app, author, upload, course):
        client, headers = author
        made = course(TWO)
        with app.app_context():
            before = sorted(key for key, _written in storage().keys("packages/"))
        upload(made.item, TWO_CORRECTED)
        assert client.post(f"/items/{made.item}/versions/2/discard", headers=headers).status_code == 303
        with app.app_context():
            assert sorted(key for key, _written in storage().keys("packages/")) == before
            assert db.session.scalar(select(func.count()).select_from(PackageVersion)) == 1
            assert db.session.scalar(select(func.count(PackageFile.version_id.distinct()))) == 1
        assert "version 2 was discarded" in client.get(f"/items/{made.item}/versions").text
        assert client.post(f"/items/{made.item}/versions/1/discard", headers=headers).status_code == 409

    def test_download_every_original_as_it_was_uploaded(self, author, upload, course):
        client, _headers = author
        made = course(TWO)
        upload(made.item, TWO_CORRECTED)
        for number, pages in ((1, TWO), (2, TWO_CORRECTED)):
            answer = client.get(f"/items/{made.item}/versions/{number}/original")
            assert answer.data == tiny(pages).getvalue()
            assert "attachment" in answer.headers["Content-Disposition"]
            assert int(answer.headers["Content-Length"]) == len(answer.data)

    def test_are_pointed_to_where_a_course_calls_itself_like_another_of_the_same_author(self, app, author, course, api_key):
        client, headers = author
        made = course(TWO, identifier="org.example.fire")
        answer = client.post(
            "/api/v1/packages", headers={**headers, "Content-Type": "application/zip"},
            data=tiny(TWO_CORRECTED, identifier="org.example.fire").getvalue(),
        )  # fmt: skip
        assert answer.status_code == 201
        (finding,) = [f for f in answer.json["findings"] if f["code"] == "course.known"]
        assert "“Tiny 1”" in finding["message"] or "“Tiny”" in finding["message"]
        other = answer.json["item"]["uuid"]
        address = f"/items/{made.item}/versions/from/{other}"
        assert f'action="{address}"' in client.get(f"/items/{other}").text
        answer = client.post(address, headers=headers)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/items/{made.item}/versions/2")
        with app.app_context():
            assert made.version(2).waiting
            assert locate(made.version(2).uuid, "b.html") is not None
            keys = {key for key, _written in storage().keys("packages/")}
            made.use(2)
        assert client.post(address, headers=headers).headers["Location"].endswith("/versions/2")
        with app.app_context():
            assert {key for key, _written in storage().keys("packages/")} == keys

    def test_keep_the_files_of_a_course_that_another_took_over_and_discarded(self, app, author, course):
        client, headers = author
        made, other = course(TWO), course(TWO_CORRECTED)
        client.post(f"/items/{made.item}/versions/from/{other.item}", headers=headers)
        assert client.post(f"/items/{made.item}/versions/2/discard", headers=headers).status_code == 303
        with app.app_context():
            assert storage().exists(other.version(1).serving_key)

    def test_point_nowhere_for_what_is_somebody_elses_or_a_name_that_many_have(self, app, author, course, people):
        made = course(TWO, identifier="manifest", title="First")
        with app.app_context():
            for title, owner in (("Second", "ada"), ("Third", "erin"), ("Fourth", "erin")):
                found = import_package(tiny(TWO, title=title, identifier="manifest"), name="a.zip", owner_id=people[owner].id)
                pointed = [f["values"]["item"] for f in found.report["findings"] if f["code"] == "course.known"]
                assert pointed == ([made.item] if title == "Third" else [])

    def test_let_a_version_be_tested_before_anybody_gets_it(self, app, author, upload, course):
        client, headers = author
        made = course(TWO)
        upload(made.item, TWO_CORRECTED)
        answer = client.post(f"/items/{made.item}/versions/2/trial", headers=headers)
        assert answer.status_code == 303
        with app.app_context():
            launch = db.session.scalars(select(Launch)).one()
            assert (launch.version.number, launch.mode, launch.attempt_id) == (2, "browse", None)
        assert client.get(answer.headers["Location"]).status_code == 200

    def test_know_no_version_that_is_not_there(self, author, course):
        client, headers = author
        made = course(TWO)
        for number in (0, 2, 10**30):
            assert client.get(f"/items/{made.item}/versions/{number}").status_code == 404
            assert client.post(f"/items/{made.item}/versions/{number}/use", headers=headers).status_code == 404

    def test_are_for_those_who_may_edit_the_item(self, app, client, people, sign_in, csrf, course):
        made = course(TWO)
        with app.app_context():
            made.upload(TWO_CORRECTED)
        sign_in(client, people["alice"])
        headers = csrf(client)
        for path in ("", "/1", "/1/original"):
            assert client.get(f"/items/{made.item}/versions{path}").status_code == 403
        for path in ("", "/2/use", "/2/discard", "/2/trial", f"/from/{made.item}"):
            assert client.post(f"/items/{made.item}/versions{path}", headers=headers).status_code == 403

    def test_of_another_author_are_refused(self, app, client, people, sign_in, course):
        made = course(TWO)
        with app.app_context(), write():
            accounts.set_role(queries.get(people["bob"].id), role="author")
        sign_in(client, people["bob"])
        assert client.get(f"/items/{made.item}/versions").status_code == 403


class TestApi:
    @pytest.fixture
    def key(self, api_key):
        return {"Authorization": "Basic " + base64.b64encode(":".join(api_key("all")).encode()).decode()}

    def test_uploads_compares_uses_and_goes_back(self, client, key, course):
        made = course(TWO)
        base = f"/api/v1/packages/{made.package}/versions"
        answer = client.post(f"{base}?note=Corrected", headers=key, data={"file": (tiny(TWO_CORRECTED), "v2.zip")})
        assert answer.status_code == 201
        body = answer.json
        assert (body["number"], body["state"], body["note"], body["duplicate"]) == (2, "waiting", "Corrected", False)
        assert body["report"]["accepted"]
        assert (body["comparison"]["kept"], body["comparison"]["new"], body["comparison"]["gone"]) == (2, [], [])
        assert answer.headers["Location"].endswith(f"{base}/2")
        assert client.post(base, headers=key, data={"file": (tiny(TWO_CORRECTED), "v2.zip")}).status_code == 200
        assert client.post(f"{base}/2/use", headers=key, json={"attempts": "move"}).json == {"number": 2, "moved": 0, "stayed": 0}
        assert [v["state"] for v in client.get(base, headers=key).json["items"]] == ["current", "kept"]
        assert client.get(f"{base}/2", headers=key).json["comparison"] is None
        assert client.post(f"{base}/1/use", headers=key, json={}).status_code == 200
        assert client.get(f"{base}/1", headers=key).json["state"] == "current"
        assert client.delete(f"{base}/2", headers=key).status_code == 409

    def test_discards_what_waits(self, client, key, course):
        made = course(TWO)
        base = f"/api/v1/packages/{made.package}/versions"
        client.post(base, headers={**key, "Content-Type": "application/zip"}, data=tiny(TWO_CORRECTED).getvalue())
        assert client.delete(f"{base}/2", headers=key).status_code == 204
        assert client.get(f"{base}/2", headers=key).status_code == 404

    def test_refuses_what_is_no_package_with_its_report(self, client, key, course):
        made = course(TWO)
        answer = client.post(
            f"/api/v1/packages/{made.package}/versions", headers={**key, "Content-Type": "application/zip"}, data=b"<!doctype html>"
        )
        assert (answer.status_code, answer.json["error"]["code"]) == (415, "not_a_zip")

    def test_knows_no_package_of_another_uuid(self, client, key):
        uuid = "00000000-0000-4000-8000-000000000000"
        assert client.get(f"/api/v1/packages/{uuid}/versions", headers=key).status_code == 404
        assert client.post(f"/api/v1/packages/{uuid}/versions", headers=key, data={"file": (tiny(TWO), "x.zip")}).status_code == 404

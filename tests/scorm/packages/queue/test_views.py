"""The pages of uploads, without JavaScript and as upload.js uses them."""

import csv
import io
import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from catalogue.items.models import Item
from core.db import db, write
from scorm.packages.queue import service
from scorm.packages.queue.models import Upload


@pytest.fixture
def app(sqlite_app):
    """Pages do not depend on the database."""
    return sqlite_app


@pytest.fixture
def erin(client, people, sign_in):
    """The author, signed in."""
    return sign_in(client, people["erin"])


def send(client, headers, *files, **form):
    data = {"file": [(io.BytesIO(data), name) for name, data in files], **form}
    return client.post("/upload", data=data, headers=headers)


def fail(app, name: str) -> None:
    """Let the file of that name have failed."""
    with app.app_context(), write():
        upload = db.session.scalar(select(Upload).where(Upload.name == name))
        upload.state, upload.problem, upload.attempts = "failed", "interrupted", 5


class TestUpload:
    def test_says_the_limits_first(self, erin):
        page = erin.get("/upload").text
        assert "Up to 1 GiB a file" in page
        assert re.search(r'type="file" id="package-files" name="file"[^>]* multiple', page)

    def test_of_several_files_leads_to_their_batch(self, app, erin, csrf, work_off, make_course, make_zip):
        answer = send(erin, csrf(erin), ("good.zip", make_course()), ("bad.zip", make_zip({"a.html": b"x"})), theme=" Safety/Fire ")
        assert answer.status_code == 303
        page = erin.get(answer.headers["Location"]).text
        assert "0 of 2 files finished" in page
        assert page.count("Waiting for its turn") == 2
        work_off()
        page = erin.get(answer.headers["Location"]).text
        assert "2 of 2 files finished" in page
        assert "Fire safety" in page
        assert "web pages without a course description" in page
        with app.app_context():
            item = db.session.scalar(select(Item))
            assert f"/items/{item.uuid}" in page
            assert item.visibility == "draft"
            assert item.theme_id is not None

    def test_of_nothing_says_so(self, erin, csrf):
        answer = send(erin, csrf(erin), theme="x")
        assert answer.status_code == 422
        assert "Choose at least one file" in answer.text

    def test_by_script_answers_the_row_of_the_file(self, erin, csrf, work_off, make_course):
        batch = str(uuid4())
        address = f"/upload?batch={batch}&name=fire%2Fgood.zip&publish=1"
        answer = erin.post(address, data=make_course(), content_type="application/zip", headers={**csrf(erin), "HX-Request": "true"})
        assert answer.status_code == 202
        assert "<html" not in answer.text
        assert "fire/good.zip" in answer.text
        work_off()
        page = erin.get(f"/uploads/{batch}", headers={"HX-Request": "true"}).text
        assert "<html" not in page
        assert "1 of 1 files finished" in page
        assert "Open" in page

    def test_of_names_and_titles_that_are_markup_shows_them_as_text(self, erin, csrf, work_off, make_course, manifests):
        evil = "<img src=x onerror=alert(1)>"
        data = make_course(manifest=manifests[0](title=evil.replace("<", "&lt;").replace(">", "&gt;")))
        answer = send(erin, csrf(erin), (f"{evil}.zip", data), ("broken.zip", make_course(manifest=f"<a{evil}".encode())))
        work_off()
        page = erin.get(answer.headers["Location"]).text
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page

    def test_is_not_for_learners(self, client, people, sign_in):
        sign_in(client, people["alice"])
        assert client.get("/upload").status_code == client.get("/uploads").status_code == 403


class TestBatch:
    @pytest.fixture
    def batch(self, app, receive, work_off, make_course):
        """Three were imported, one of them twice; one was refused, one failed, one waits."""
        found = str(uuid4())
        for n in range(3):
            receive(make_course({f"{n}.html": b"x"}), name=f"course{n}.zip", batch=found)
        receive(make_course({"0.html": b"x"}), name="again.zip", batch=found)
        receive(b"words", name="bad.zip", batch=found)
        work_off()
        receive(b"poison", name="poison.zip", batch=found)
        fail(app, "poison.zip")
        receive(b"late", name="=late().zip", batch=found)
        return found

    def test_says_how_far_it_is_and_filters(self, erin, batch):
        page = erin.get(f"/uploads/{batch}").text
        assert "6 of 7 files finished" in page
        assert "The server stopped 5 times while it imported this file" in page
        assert "Publish all 3 drafts" in page
        refused = erin.get(f"/uploads/{batch}?state=refused").text
        assert refused.count('class="upload"') == 1
        assert "bad.zip" in refused
        assert "No file here" in erin.get(f"/uploads/{batch}?state=working").text

    def test_asks_the_database_as_often_for_many_as_for_one(self, erin, batch, receive, count_queries, make_course):
        single = str(uuid4())
        receive(make_course(), batch=single)
        counts = []
        for which in (single, batch):
            with count_queries() as statements:
                erin.get(f"/uploads/{which}", headers={"HX-Request": "true"})
            counts.append(len(statements))
        assert counts[1] - counts[0] <= 1, "the items, where there are any"

    def test_of_hundreds_comes_in_pages(self, app, erin, by, receive):
        batch = str(uuid4())
        receive(b"0", name="0.zip", batch=batch)
        with app.app_context(), write():
            for n in range(1, 60):
                service.add(key="k", sha256="s", size=1, name=f"{n}.zip", by=by("erin"), batch=batch, theme="", publish=False)
        last = erin.get(f"/uploads/{batch}?page=99").text
        assert last.count('class="upload"') == 10
        assert ">0.zip<" in last

    def test_publishes_all_that_were_accepted(self, app, erin, csrf, batch):
        assert erin.post(f"/uploads/{batch}/publish", headers=csrf(erin)).status_code == 303
        with app.app_context():
            assert set(db.session.scalars(select(Item.visibility))) == {"published"}
        assert "Publish all" not in erin.get(f"/uploads/{batch}").text

    def test_tries_again_and_forgets(self, app, erin, csrf, batch):
        with app.app_context():
            poison, late, done = (
                db.session.scalar(select(Upload.uuid).where(Upload.name == name)) for name in ("poison.zip", "=late().zip", "course0.zip")
            )
        assert erin.post(f"/uploads/files/{done}/retry", headers=csrf(erin)).status_code == 409
        assert erin.post(f"/uploads/files/{poison}/retry", headers=csrf(erin)).status_code == 303
        assert erin.post(f"/uploads/files/{late}/forget", headers=csrf(erin)).status_code == 303
        page = erin.get(f"/uploads/{batch}").text
        assert "5 of 6 files finished" in page
        fail(app, "poison.zip")
        erin.post(f"/uploads/{batch}/retry", headers=csrf(erin))
        assert "5 of 6 files finished" in erin.get(f"/uploads/{batch}").text

    def test_is_a_spreadsheet(self, erin, batch):
        answer = erin.get(f"/uploads/{batch}/report.csv")
        assert answer.content_type.startswith("text/csv")
        rows = {row["file"]: row for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))}
        assert [row["state"] for row in rows.values()] == ["done", "done", "done", "duplicate", "refused", "failed", "waiting"]
        assert rows["course0.zip"]["title"] == "Fire safety"
        assert "/items/" in rows["again.zip"]["item"]
        assert rows["bad.zip"]["errors"] == "1"
        assert "stopped 5 times" in rows["poison.zip"]["words"]
        assert "'=late().zip" in rows, "nothing runs"

    def test_of_somebody_else_is_not_there_but_for_administrators(self, app, client, erin, csrf, batch, frank, people, sign_in):
        with app.app_context():
            poison = db.session.scalar(select(Upload.uuid).where(Upload.name == "poison.zip"))
        erin.post("/logout", headers=csrf(erin))
        sign_in(client, frank)
        assert client.get(f"/uploads/{batch}").status_code == 404
        assert client.get(f"/uploads/{batch}/report.csv").status_code == 404
        assert client.get(f"/api/v1/uploads/{poison}").status_code == 404
        assert client.get(f"/api/v1/uploads?batch={batch}").get_json()["total"] == 0
        for path in (f"/uploads/files/{poison}/retry", f"/uploads/files/{poison}/forget"):
            assert client.post(path, headers=csrf(client)).status_code == 404
        assert batch not in client.get("/uploads").text
        assert send(client, csrf(client), ("x.zip", b"x"), batch=batch).status_code == 303
        assert "There is nothing here" in client.get("/upload").text, "a batch is its beginner's"
        client.post("/logout", headers=csrf(client))
        sign_in(client, people["ada"])
        assert client.get(f"/uploads/{batch}").status_code == 200
        listing = client.get("/uploads").text
        assert batch in listing
        assert "Erin" in listing

    def test_shows_what_has_been_deleted_since(self, app, erin, batch):
        with app.app_context(), write() as session:
            for item in session.scalars(select(Item)):
                session.delete(item)
        assert "deleted since" in erin.get(f"/uploads/{batch}?state=done").text


class TestApi:
    @pytest.fixture
    def key(self, api_key):
        from base64 import b64encode

        return {"Authorization": "Basic " + b64encode(":".join(api_key("all")).encode()).decode()}

    def test_takes_a_file_and_tells_later(self, app, client, key, work_off, make_course):
        answer = client.post("/api/v1/uploads?name=a.zip&theme=Safety", data=make_course(), content_type="application/zip", headers=key)
        assert answer.status_code == 202, answer.text
        sent = answer.get_json()
        assert (sent["state"], sent["name"], sent["item"], sent["theme"]) == ("waiting", "a.zip", None, "Safety")
        work_off()
        told = client.get(answer.headers["Location"], headers=key).get_json()
        assert (told["state"], told["report"]["title"], told["attempts"]) == ("done", "Fire safety", 1)
        assert told["item"]["url"].endswith(told["item"]["uuid"])

    def test_takes_a_form_too_and_lists_by_batch_and_state(self, client, key, work_off, make_course):
        batch = str(uuid4())
        for name, data in {"good.zip": make_course(), "bad.zip": b"words"}.items():
            form = {"file": (io.BytesIO(data), name), "batch": batch}
            assert client.post("/api/v1/uploads", data=form, headers=key).status_code == 202
        client.post("/api/v1/uploads", data=b"other", content_type="application/zip", headers=key)
        work_off()
        found = client.get(f"/api/v1/uploads?batch={batch}&state=refused", headers=key).get_json()
        assert [entry["name"] for entry in found["items"]] == ["bad.zip"]
        assert (found["total"], found["pages"]) == (1, 1)
        assert client.get(f"/api/v1/uploads?batch={batch}", headers=key).get_json()["total"] == 2

    @pytest.mark.parametrize(
        ("path", "kind", "status"),
        [("?batch=x", "application/zip", 422), ("", "text/plain", 415), ("", "multipart/form-data", 400)],
        ids=["no batch", "no zip", "no file"],
    )
    def test_refuses_what_it_cannot_take(self, client, key, path, kind, status):
        answer = client.post(
            f"/api/v1/uploads{path}", data=b"x" if kind != "multipart/form-data" else {"a": "b"}, content_type=kind, headers=key
        )
        assert answer.status_code == status
        assert answer.get_json()["error"]["message"]

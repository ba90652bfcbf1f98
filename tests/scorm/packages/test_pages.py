"""The upload page and the author's panel, without JavaScript and as upload.js uses them."""

import dataclasses
import io

import pytest
from sqlalchemy import select

from accounts.people import service as accounts
from catalogue.items.models import Item
from core.db import db, write
from scorm.packages import queries


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


class TestUpload:
    def test_says_the_limits_first(self, erin):
        page = erin.get("/upload").text
        assert "Up to 1 GiB a file" in page
        assert 'type="file"' in page
        assert "multiple" in page

    def test_of_several_files_reports_each(self, app, erin, csrf, make_course, make_zip):
        answer = send(erin, csrf(erin), ("good.zip", make_course()), ("bad.zip", make_zip({"a.html": b"x"})), theme="Safety")
        assert answer.status_code == 201
        assert "good.zip" in answer.text
        assert "Fire safety" in answer.text
        assert "Not imported" in answer.text
        assert "web pages without a course description" in answer.text
        with app.app_context():
            item = db.session.scalar(select(Item))
            assert f"/items/{item.uuid}" in answer.text
            assert item.theme_id is not None

    def test_of_only_bad_ones_is_422(self, erin, csrf):
        assert send(erin, csrf(erin), ("bad.zip", b"words")).status_code == 422

    def test_of_nothing_says_so(self, erin, csrf):
        answer = send(erin, csrf(erin), theme="x")
        assert answer.status_code == 422
        assert "Choose at least one file" in answer.text

    def test_by_script_answers_the_report_alone(self, erin, csrf, make_course):
        answer = send(erin, {**csrf(erin), "HX-Request": "true"}, ("good.zip", make_course()))
        assert answer.status_code == 201
        assert "<html" not in answer.text
        assert "Fire safety" in answer.text

    def test_of_names_and_titles_that_are_markup_shows_them_as_text(self, erin, csrf, make_course, manifests):
        evil = "<img src=x onerror=alert(1)>"
        data = make_course(manifest=manifests[0](title=evil.replace("<", "&lt;").replace(">", "&gt;")))
        answer = send(erin, csrf(erin), (f"{evil}.zip", data), ("broken.zip", make_course(manifest=f"<a{evil}".encode())))
        assert "<img src=x" not in answer.text
        assert "&lt;img src=x" in answer.text

    def test_is_not_for_learners(self, client, people, sign_in):
        sign_in(client, people["alice"])
        assert client.get("/upload").status_code == 403


class TestPanel:
    @pytest.fixture
    def imported(self, app, erin, csrf, make_course):
        send(erin, csrf(erin), ("Größe.zip", make_course()))
        with app.app_context():
            item = db.session.scalar(select(Item))
            return item.uuid, queries.package_of(item.id).uuid

    def test_is_for_the_author(self, client, erin, csrf, people, sign_in, imported):
        item, package = imported
        assert 'id="package"' in erin.get(f"/items/{item}").text
        erin.post(f"/items/{item}/visibility", data={"visibility": "published"}, headers=csrf(erin))
        erin.post("/logout", headers=csrf(erin))
        sign_in(client, people["alice"])
        page = client.get(f"/items/{item}")
        assert page.status_code == 200
        assert 'id="package"' not in page.text
        assert client.get(f"/packages/{package}/original").status_code == 403
        assert client.post(f"/packages/{package}/switches", headers=csrf(client)).status_code == 403

    def test_gives_the_original_back(self, erin, imported, make_course):
        answer = erin.get(f"/packages/{imported[1]}/original")
        assert answer.get_data() == make_course()
        assert answer.headers["Content-Type"] == "application/zip"
        assert answer.headers["Content-Disposition"].startswith("attachment")

    def test_saves_the_switches(self, app, erin, csrf, imported):
        item, package = imported
        form = {"lenient_resume": "1", "completed_on_finish": "1", "launch_mode": "window"}
        answer = erin.post(f"/packages/{package}/switches", data=form, headers=csrf(erin))
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/items/{item}#package")
        with app.app_context():
            assert queries.by_uuid(package).settings == {
                "sandbox": False, "lenient_resume": True, "completed_on_finish": True, "mastery_override": False, "launch_mode": "window",
            }  # fmt: skip

    def test_refuses_a_mode_that_is_none(self, erin, csrf, imported):
        assert erin.post(f"/packages/{imported[1]}/switches", data={"launch_mode": "x"}, headers=csrf(erin)).status_code == 422

    def test_of_another_author_is_closed(self, app, client, erin, csrf, people, sign_in, imported):
        erin.post(f"/items/{imported[0]}/visibility", data={"visibility": "published"}, headers=csrf(erin))
        with app.app_context(), write():
            other = accounts.create(email="frank@example.org", name="Frank", role="author", password=people["erin"].password)
            frank = dataclasses.replace(people["erin"], id=other.id, uuid=other.uuid, email=other.email)
        erin.post("/logout", headers=csrf(erin))
        sign_in(client, frank)
        assert client.get(f"/items/{imported[0]}").status_code == 200
        assert client.get(f"/packages/{imported[1]}/original").status_code == 403
        assert client.post(f"/packages/{imported[1]}/switches", data={"launch_mode": "window"}, headers=csrf(client)).status_code == 403
        assert client.get(f"/api/v1/packages/{imported[1]}").status_code == 403

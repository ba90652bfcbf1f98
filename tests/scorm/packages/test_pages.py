"""The author's panel on an item's page; the pages of uploads are in ``queue/test_views.py``."""

import dataclasses
import io

import pytest
from sqlalchemy import select

from accounts.people import service as accounts
from catalogue.items.models import Item
from core.db import db, write
from scorm.packages import queries, switches
from scorm.packages.importing import import_package


@pytest.fixture
def app(sqlite_app):
    """Pages do not depend on the database."""
    return sqlite_app


@pytest.fixture
def erin(client, people, sign_in):
    """The author, signed in."""
    return sign_in(client, people["erin"])


class TestPanel:
    @pytest.fixture
    def imported(self, app, erin, people, make_course):
        with app.app_context():
            import_package(io.BytesIO(make_course()), name="Größe.zip", owner_id=people["erin"].id)
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
            chosen = {"sandbox": False, "mastery_override": False, "launch_mode": "window"}
            assert queries.by_uuid(package).settings == switches.DEFAULTS | chosen

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

"""The samples of a first start."""

from sqlalchemy import select

from catalogue.items.models import Item
from core.db import db
from demo.service import load_samples
from scorm.packages.models import PackageVersion


class TestLoadSamples:
    def test_publishes_three_courses_and_a_video_of_nobody(self, app):
        with app.app_context():
            assert len(load_samples()) == 4
            items = db.session.scalars(select(Item).order_by(Item.title)).all()
            assert [(item.title, item.kind, item.language) for item in items] == [
                ("Bien accueillir un nouveau collègue", "scorm", "fr"),
                ("Fire safety at work", "scorm", "en"),
                ("How people learn together", "scorm", "en"),
                ("How to turn a group of strangers into a team", "video", "en"),
            ]
            assert {item.visibility for item in items} == {"published"}
            assert {item.owner_id for item in items} == {None}
            assert [item.duration_minutes for item in items] == [10, 15, 10, 13]
            assert all(item.theme_id and item.description for item in items)

    def test_are_imported_without_a_single_finding(self, app):
        with app.app_context():
            load_samples()
            reports = [version.report for version in db.session.scalars(select(PackageVersion))]
            assert [report["findings"] for report in reports] == [[], [], []]
            fire = next(report for report in reports if "Fire" in report["title"])
            assert fire["edition"] == "2004 4th Edition"

    def test_add_nothing_where_there_is_an_item_already(self, app):
        with app.app_context():
            load_samples()
            assert load_samples() == []
            assert db.session.query(Item).count() == 4

    def test_are_open_to_anybody_who_is_signed_in(self, app, client, people, sign_in):
        with app.app_context():
            uuid = load_samples()[1]
        page = sign_in(client, people["alice"]).get(f"/items/{uuid}")
        assert page.status_code == 200
        assert "Fire safety at work" in page.text

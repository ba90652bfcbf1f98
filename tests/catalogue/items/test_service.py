"""Making, editing, publishing and hiding items."""

import orjson
import pytest
from sqlalchemy import select

from catalogue.items import acts, service
from catalogue.items.models import ItemGroup
from catalogue.themes.queries import paths
from core.clock import frozen, now
from core.db import db, write
from core.errors import Invalid
from lrs.statements.models import Statement


def verbs() -> list[str]:
    return [orjson.loads(row)["verb"]["id"] for row in db.session.scalars(select(Statement.payload).order_by(Statement.seq))]


class TestCreate:
    def test_an_item_is_a_draft_with_an_activity_of_its_own(self, app, people, load):
        with app.app_context():
            with write():
                uuid = service.create(kind="video", title="  Fire \n safety ", owner_id=people["erin"].id).uuid
            item = load(uuid)
            assert (item.title, item.visibility, item.published_at) == ("Fire safety", "draft", None)
            assert item.activity_iri == f"http://localhost/id/item/{uuid}"
            assert verbs() == []

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"title": "  "}, "title"),
            ({"title": "x" * 301}, "title"),
            ({"description": "x" * 20_001}, "description"),
            ({"language": "klingon!"}, "language"),
            ({"duration_minutes": 0}, "duration_minutes"),
            ({"duration_minutes": 6_001}, "duration_minutes"),
            ({"visibility": "secret"}, "visibility"),
            ({"visibility": "groups"}, "groups"),
            ({"visibility": "groups", "groups": ["00000000-0000-0000-0000-000000000000"]}, "groups"),
            ({"kind": "hologram"}, "kind"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_written(self, app, people, values, field):
        with app.app_context():
            with pytest.raises(Invalid) as refused, write():
                service.create(**({"kind": "video", "title": "T", "owner_id": people["erin"].id} | values))
            assert field in refused.value.fields
            assert db.session.scalar(select(Statement.seq)) is None
            assert service.db.session.execute(select(service.Item)).all() == []

    def test_themes_are_made_once_whatever_their_capitals(self, app, make_item):
        make_item("One", theme="Safety / Fire")
        make_item("Two", theme="safety/ FIRE ")
        with app.app_context():
            assert sorted(paths().values()) == ["Safety", "Safety / Fire"]


class TestPublish:
    def test_publishing_leaves_its_statement_by_who_did_it(self, app, people, make_item, load, acting):
        uuid = make_item(visibility="draft")
        with app.app_context():
            with write():
                service.publish(item=load(uuid), by=acting(people["ada"]))
            row = db.session.scalars(select(Statement.payload)).one()
            told = orjson.loads(row)
            assert told["verb"]["id"] == acts.PUBLISHED
            assert told["actor"]["account"]["name"] == people["ada"].uuid
            assert told["object"]["id"] == load(uuid).activity_iri

    def test_twice_is_once(self, app, make_item, load):
        uuid = make_item()
        with app.app_context():
            with write():
                service.publish(item=load(uuid))
            assert verbs() == [acts.PUBLISHED]

    def test_hiding_and_publishing_again_keeps_the_first_date(self, app, make_item, load):
        uuid = make_item()
        with app.app_context():
            first = load(uuid).published_at
            with write():
                service.hide(item=load(uuid))
            with frozen(now().replace(year=now().year + 1)), write():
                service.publish(item=load(uuid))
            assert load(uuid).published_at == first
            assert verbs() == [acts.PUBLISHED, acts.HIDDEN, acts.PUBLISHED]

    def test_a_failure_afterwards_takes_the_statement_along(self, app, make_item, load):
        uuid = make_item(visibility="draft")
        with app.app_context():
            with pytest.raises(Invalid), write():
                service.edit(item=service.publish(item=load(uuid)), by=None, title="")
            assert (verbs(), load(uuid).visibility) == ([], "draft")


class TestEdit:
    def test_only_what_is_named_changes(self, app, people, make_item, load, acting):
        uuid = make_item("Old", description="Text", theme="Safety", language="fr", duration_minutes=4)
        with app.app_context():
            with write():
                service.edit(item=load(uuid), by=acting(people["erin"]), title="New")
            item = load(uuid)
            assert (item.title, item.description, item.language, item.duration_minutes) == ("New", "Text", "fr", 4)
            assert item.theme_id is not None
            assert verbs() == [acts.PUBLISHED, acts.EDITED]

    def test_nothing_changed_leaves_no_statement(self, app, make_item, load):
        uuid = make_item("Same")
        with app.app_context():
            with write():
                service.edit(item=load(uuid), by=None, title="Same", visibility="published")
            assert verbs() == [acts.PUBLISHED]

    def test_from_groups_to_everybody_is_no_second_publication(self, app, make_item, load, night_shift):
        uuid = make_item(visibility="groups", groups=[night_shift])
        with app.app_context():
            with write():
                service.edit(item=load(uuid), by=None, visibility="published", groups=[])
            assert verbs() == [acts.PUBLISHED]
            assert db.session.execute(select(ItemGroup)).all() == []

    def test_groups_stay_when_only_the_title_changes(self, app, make_item, load, night_shift):
        uuid = make_item(visibility="groups", groups=[night_shift])
        with app.app_context():
            with write():
                service.edit(item=load(uuid), by=None, title="Other", visibility="groups")
            assert len(db.session.execute(select(ItemGroup)).all()) == 1

"""Who sees and changes which items, wherever items are shown."""

import pytest
from sqlalchemy import select

from catalogue.items import access, queries
from catalogue.items.models import Item
from core.access import ANONYMOUS, Principal
from core.db import db
from core.errors import Forbidden, NotFound

EVERYBODY = {"alice", "bob", "charlie", "dana", "erin", "ada"}


@pytest.fixture
def shelf(make_item, night_shift):
    return {
        "published": make_item("For all"),
        "draft": make_item("Not ready", visibility="draft"),
        "groups": make_item("For the night shift", visibility="groups", groups=[night_shift]),
    }


class TestVisible:
    @pytest.mark.parametrize(
        ("which", "who"),
        [("published", EVERYBODY), ("draft", {"erin", "ada"}), ("groups", {"alice", "bob", "dana", "erin", "ada"})],
    )
    def test_each_visibility_shows_to_exactly_these(self, app, people, shelf, acting, which, who):
        seen = set()
        for name, person in people.items():
            with app.app_context():
                try:
                    queries.get_visible(shelf[which], to=acting(person))
                    seen.add(name)
                except NotFound:
                    pass
        assert seen == who

    def test_nobody_sees_nothing(self, app, shelf):
        with app.app_context():
            assert db.session.scalars(queries.visible_items(ANONYMOUS)).all() == []

    @pytest.mark.parametrize(("scopes", "count"), [({"all"}, 3), ({"all/read"}, 3), ({"statements/read"}, 0)])
    def test_a_key_sees_all_or_nothing(self, app, shelf, scopes, count):
        with app.app_context():
            found = db.session.scalars(queries.visible_items(Principal(kind="key", scopes=frozenset(scopes)))).all()
            assert len(found) == count

    def test_leaving_the_group_takes_its_items_away(self, app, people, shelf, acting):
        from accounts.groups.models import Membership
        from core.db import write

        with app.app_context():
            with write() as session:
                session.execute(Membership.__table__.delete().where(Membership.person_id == people["bob"].id))
            with pytest.raises(NotFound):
                queries.get_visible(shelf["groups"], to=acting(people["bob"]))

    def test_lists_pages_pictures_and_the_api_agree(self, app, people, shelf, sign_in):
        for name, expected in {
            "charlie": {"For all"},
            "alice": {"For all", "For the night shift"},
            "erin": {"For all", "For the night shift", "Not ready"},
        }.items():
            client = sign_in(app.test_client(), people[name])
            listed = client.get("/catalogue").text + client.get("/catalogue?q=night+ready+all+for").text
            for key, title in (("published", "For all"), ("draft", "Not ready"), ("groups", "For the night shift")):
                allowed = title in expected
                assert (title in client.get("/catalogue").text) == allowed
                assert (title in client.get("/catalogue?q=" + title.split()[-1]).text.replace(f"“{title.split()[-1]}”", "")) == allowed
                for path in (f"/items/{shelf[key]}", f"/covers/{shelf[key]}.svg", f"/items/{shelf[key]}/image"):
                    assert (client.get(path, follow_redirects=True).status_code == 200) == allowed, (name, path)
            assert f"{len(expected)} item" in client.get("/catalogue").text, listed[:0]


class TestMayEdit:
    @pytest.mark.parametrize(("name", "may"), [("erin", True), ("ada", True), ("dana", False), ("alice", False)])
    def test_the_owner_and_administrators(self, app, people, make_item, load, acting, name, may):
        uuid = make_item()
        with app.app_context():
            assert access.may_edit(load(uuid), acting(people[name])) is may

    def test_an_author_of_other_items_does_not(self, app, people, make_item, load, acting):
        uuid = make_item(owner="ada")
        with app.app_context():
            assert not access.may_edit(load(uuid), acting(people["erin"]))

    def test_an_owner_who_is_no_author_any_more_does_not(self, app, people, make_item, load, acting):
        uuid = make_item(owner="bob")
        with app.app_context():
            assert not access.may_edit(load(uuid), acting(people["bob"]))

    @pytest.mark.parametrize(("scope", "may"), [("all", True), ("all/read", False), ("statements/write", False)])
    def test_a_key_that_may_only_read_changes_nothing(self, app, make_item, load, scope, may):
        uuid = make_item()
        with app.app_context():
            assert access.may_edit(load(uuid), Principal(kind="key", scopes=frozenset({scope}))) is may

    def test_seeing_without_editing_is_forbidden_not_seeing_is_not_found(self, app, people, shelf, acting):
        with app.app_context():
            with pytest.raises(Forbidden):
                queries.get_editable(shelf["published"], by=acting(people["alice"]))
            with pytest.raises(NotFound):
                queries.get_editable(shelf["draft"], by=acting(people["alice"]))


def test_the_condition_is_used_by_every_query_of_items(app, people, shelf, acting):
    """Removing the condition from the list shows drafts to everybody: this is the guard's own test."""
    with app.app_context():
        titles = set(db.session.scalars(select(Item.title).where(access.visible(acting(people["charlie"])))))
    assert titles == {"For all"}

"""Groups, and who may see whose results."""

import pytest
from sqlalchemy import select

from accounts.groups import access, queries, service
from accounts.groups.models import Membership
from accounts.people import queries as people_queries
from accounts.people import service as people_service
from accounts.people.models import Person
from core.access import Principal
from core.db import db, write
from core.errors import Conflict, Invalid, NotFound


def principal_of(someone) -> Principal:
    return Principal(kind="person", person_id=someone.id, uuid=someone.uuid, role=someone.role)


def seen_by(principal) -> set[str]:
    return set(db.session.scalars(select(Person.name).where(access.visible_people(principal))))


@pytest.fixture
def noise(app, people):
    """A second group, trained by somebody else, that must never show up."""
    with app.app_context(), write():
        other = people_service.create(email="tom@example.org", name="Tom", role="trainer")
        group = service.create(name="Day shift")
        service.add(group=group, person_id=other.id, is_trainer=True)
        service.add(group=group, person_id=people["charlie"].id)


class TestWhoSeesWhoseResults:
    @pytest.mark.parametrize(
        ("who", "seen"),
        [
            ("alice", {"Alice"}),
            ("erin", {"Erin"}),
            ("dana", {"Alice", "Bob", "Dana"}),
            ("ada", {"Alice", "Bob", "Charlie", "Dana", "Erin", "Ada", "Tom"}),
        ],
    )
    def test_oneself_ones_groups_or_everybody(self, app, people, noise, who, seen):
        with app.app_context():
            principal = principal_of(people[who])
            assert seen_by(principal) == seen
            for name, someone in people.items():
                assert access.may_see_results(principal, someone.id) == (name.capitalize() in seen)

    def test_nobody_sees_nothing_and_a_key_for_everything_sees_everything(self, app, people, noise):
        with app.app_context():
            assert seen_by(Principal()) == set()
            assert seen_by(Principal(kind="key", scopes=frozenset({"statements/write"}))) == set()
            assert len(seen_by(Principal(kind="key", scopes=frozenset({"all/read"})))) == 7

    def test_a_member_without_the_trainers_mark_sees_only_themselves(self, app, people):
        with app.app_context():
            with write():
                group = queries.by_name("night SHIFT")
                service.set_trainer(group=group, person_id=people["dana"].id, is_trainer=False)
            assert seen_by(principal_of(people["dana"])) == {"Dana"}

    def test_who_loses_the_role_loses_the_sight(self, app, people):
        with app.app_context():
            with write():
                people_service.set_role(people_queries.get(people["dana"].id), role="author")
            assert not db.session.scalar(select(Membership.is_trainer).where(Membership.person_id == people["dana"].id))
            with write():
                people_service.set_role(people_queries.get(people["dana"].id), role="trainer")
            assert seen_by(principal_of(people["dana"])) == {"Dana"}

    def test_a_stray_mark_on_a_learner_opens_nothing(self, app, people):
        with app.app_context():
            with write() as session:
                session.get(Membership, (queries.by_name("Night shift").id, people["alice"].id)).is_trainer = True
            assert seen_by(principal_of(people["alice"])) == {"Alice"}


class TestGroups:
    def test_have_a_name_of_their_own_whatever_the_case(self, app, people):
        with app.app_context():
            for name in ("Night shift", "NIGHT  shift", "night shift "):
                with pytest.raises(Conflict), write():
                    service.create(name=name)
            with write():
                assert service.ensure(name="NIGHT SHIFT").name == "Night shift"
                service.rename(queries.by_name("night shift"), name="Night Shift")
            assert [group.name for group in queries.every()] == ["Night Shift"]

    @pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\x00b", "ﷺ" * 20])
    def test_names_that_cannot_be_are_refused(self, app, name):
        with app.app_context(), pytest.raises(Invalid), write():
            service.create(name=name)

    def test_joining_twice_changes_nothing(self, app, people):
        with app.app_context(), write():
            group = queries.by_name("Night shift")
            assert service.add(group=group, person_id=people["charlie"].id) is True
            assert service.add(group=group, person_id=people["charlie"].id) is False
            assert service.add(group=group, person_id=people["dana"].id) is False
            assert [m.person.name for m in queries.members_of(group.id) if m.is_trainer] == ["Dana"]

    def test_only_trainers_and_administrators_train(self, app, people):
        with app.app_context():
            for who in ("charlie", "erin"):
                with pytest.raises(Conflict), write():
                    service.add(group=queries.by_name("Night shift"), person_id=people[who].id, is_trainer=True)
            with pytest.raises(Conflict), write():
                service.set_trainer(group=queries.by_name("Night shift"), person_id=people["bob"].id, is_trainer=True)
            with write():
                assert service.add(group=queries.by_name("Night shift"), person_id=people["ada"].id, is_trainer=True)

    def test_leaving_a_group_one_is_not_in_is_an_error(self, app, people):
        with app.app_context(), pytest.raises(NotFound), write():
            service.remove(group=queries.by_name("Night shift"), person_id=people["charlie"].id)

    def test_dissolving_keeps_the_people(self, app, people):
        with app.app_context():
            with write():
                service.delete(queries.by_name("Night shift"))
            assert queries.group_ids_of(people["alice"].id) == []
            assert people_queries.get(people["alice"].id).name == "Alice"

    def test_are_listed_in_two_queries_however_many_there_are(self, app, people, noise, count_queries):
        with app.app_context():
            with write():
                for number in range(20):
                    service.create(name=f"Group {number}")
            with count_queries() as statements:
                listed = queries.counted()
            assert len(statements) <= 3  # BEGIN is counted on SQLite
            assert {(c.group.name, c.members, c.trainers) for c in listed} >= {
                ("Night shift", 3, ("Dana",)),
                ("Day shift", 2, ("Tom",)),
                ("Group 7", 0, ()),
            }


class TestReading:
    def test_people_by_id_address_and_uuid(self, app, people):
        alice, bob = people["alice"], people["bob"]
        with app.app_context():
            assert people_queries.get(alice.id).uuid == alice.uuid
            assert people_queries.by_email(" ALICE@example.org ").id == alice.id
            assert people_queries.by_uuids([alice.uuid, "no"]) == {alice.uuid: people_queries.get(alice.id)}
            assert people_queries.names([alice.id, bob.id, 999]) == {alice.id: "Alice", bob.id: "Bob"}
            with pytest.raises(NotFound):
                people_queries.get(999)

    def test_groups_of_a_person(self, app, people):
        with app.app_context():
            assert len(queries.group_ids_of(people["alice"].id)) == 1
            assert queries.group_ids_of(people["charlie"].id) == []
            trained = set(db.session.scalars(queries.trained_person_ids(people["dana"].id)))
            assert trained == {people[n].id for n in ("alice", "bob", "dana")}
            assert set(db.session.scalars(queries.trained_person_ids(people["alice"].id))) == set()

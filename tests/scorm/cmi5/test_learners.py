"""Learners of ours: a cmi5 course in the catalogue, in their attempts and in their progress."""

import io

import pytest
from sqlalchemy import select
from support.cmi5 import ACTOR, Unit, au, block, package, structure

from catalogue.items.models import Item
from catalogue.progress.models import Progress
from core.db import db, write
from lrs.projections import catch_up
from scorm.cmi5.models import Enrolment, UnitSession
from scorm.packages.importing import import_package
from scorm.play import tokens
from scorm.play.models import Attempt, Launch, ScoState

pytestmark = pytest.mark.parametrize("app", ["postgresql"], indirect=True)


@pytest.fixture
def course(app, people):
    """``course(part, …)`` → uuid of a published item."""

    def make(*parts: str) -> str:
        with app.app_context():
            found = import_package(package(*parts), name="course.zip", owner_id=people["erin"].id, publish=True)
            assert found.accepted, found.report
            return found.item_uuid

    return make


@pytest.fixture
def player(app, content_client):
    """``player(item, person)`` opens the course as its page does; answers what the player's script can do."""

    class Player:
        def __init__(self, item: str, person, mode: str = "normal"):
            from accounts.people import queries as people_queries
            from core.clock import now
            from scorm.play import service

            with app.app_context(), write():
                found = db.session.scalar(select(Item).where(Item.uuid == item))
                self.launch = service.launch(item=found, person=people_queries.get(person.id), mode=mode, at=now()).uuid
            token = tokens.token_for(tokens.COMMIT, self.launch, secret=app.config["SETTINGS"].secret_key)
            self.headers = {"Authorization": f"Bearer {token}"}
            with app.app_context():
                row = db.session.scalar(select(Launch).where(Launch.uuid == self.launch))
                from scorm.play.course import course_of

                self.parts = [entry.identifier for entry in course_of(row.version.uuid).launchable]

        def ask(self, what: str, **options):
            return content_client.open(f"/rt/{what}", headers=self.headers, **options)

        def open(self, number: int = 0) -> Unit:
            answer = self.ask("open", method="POST", json={"sco": self.parts[number]})
            assert answer.status_code == 200, answer.text
            return Unit(content_client, answer.get_json()["url"])

        def standings(self) -> dict:
            return self.ask("standings").get_json()

        def close(self) -> dict:
            return self.ask("close", method="POST").get_json()

    return Player


def standing(app, person) -> tuple[str, str, str, float | None]:
    """(state and completion and success of the last attempt, progress of the item)."""
    with app.app_context():
        catch_up(limit_ms=2_000)
        attempt = db.session.scalars(select(Attempt).order_by(Attempt.id.desc())).first()
        progress = db.session.scalars(select(Progress).where(Progress.person_id == person.id)).one()
        return attempt.completion, attempt.success, progress.status, progress.score_scaled


def passed(unit: Unit, score: float) -> None:
    statement = unit.statement("passed")
    statement["result"]["score"] = {"scaled": score}
    assert unit.send(statement).status_code == 204


def test_progress_and_attempt_follow_the_satisfaction_of_the_course(app, people, course, player):
    play = player(course(block("b", au("one", moveOn="Passed"), au("two", moveOn="Completed"))), people["alice"])
    first = play.open().start()
    passed(first, 0.8)
    first.say("terminated")
    assert standing(app, people["alice"]) == ("incomplete", "unknown", "started", 0.8)
    parts = play.standings()["parts"]
    assert parts[play.parts[0]]["success"] == "passed"
    assert play.parts[1] not in parts
    second = play.open(1).start()
    second.say("completed")
    assert standing(app, people["alice"]) == ("completed", "passed", "passed", 0.8)
    assert play.standings()["course"]["completion"] == "completed"


def test_the_registration_is_the_attempt_and_the_next_attempt_begins_anew(app, people, course, player):
    item = course(au(moveOn="Passed"))
    first = player(item, people["alice"]).open().start()
    first.say("failed")
    first.say("terminated")
    again = player(item, people["alice"]).open().start()
    assert again.launch["registration"] == first.launch["registration"]
    again.say("passed")
    again.say("terminated")
    anew = player(item, people["alice"]).open().start()
    assert anew.launch["registration"] != first.launch["registration"]
    assert anew.say("passed").status_code == 204
    with app.app_context():
        attempts = list(db.session.scalars(select(Attempt.uuid).order_by(Attempt.n)))
        assert attempts == [first.launch["registration"], anew.launch["registration"]]
        assert set(db.session.scalars(select(Enrolment.uuid))) == set(attempts)


def test_leaving_the_player_abandons_what_was_not_ended(app, people, course, player, told):
    play = player(course(au(moveOn="Passed")), people["alice"])
    unit = play.open().start()
    play.close()
    assert unit.say("passed").status_code == 401
    assert told(unit.launch["registration"])[-1]["verb"]["id"].endswith("/abandoned")
    play.close()
    assert [s["verb"]["id"].rpartition("/")[2] for s in told(unit.launch["registration"])].count("abandoned") == 1


def test_a_course_that_asks_for_nothing_is_completed_by_opening_it_and_can_be_gone_on_with(app, people, course, player):
    item = course(au())
    first = player(item, people["alice"]).open().start()
    assert standing(app, people["alice"])[:3] == ("completed", "unknown", "completed")
    assert player(item, people["alice"]).open().launch["registration"] == first.launch["registration"]


def test_an_author_looks_around_without_a_trace_in_results(app, people, course, player):
    unit = player(course(au(moveOn="Passed")), people["erin"], mode="browse").open().start()
    assert unit.data["launchMode"] == "Browse"
    assert unit.say("passed").status_code == 403
    with app.app_context():
        catch_up(limit_ms=2_000)
        assert db.session.scalars(select(Attempt)).all() == db.session.scalars(select(Progress)).all() == []


def test_who_reviews_changes_nothing(app, people, course, player):
    item = course(au(moveOn="Passed"))
    unit = player(item, people["alice"]).open().start()
    passed(unit, 0.9)
    unit.say("terminated")
    before = standing(app, people["alice"])
    look = player(item, people["alice"], mode="review").open().start()
    assert (look.data["launchMode"], look.launch["registration"]) == ("Review", unit.launch["registration"])
    assert look.say("failed").status_code == 403
    assert look.say("terminated").status_code == 204
    assert standing(app, people["alice"]) == before


def test_a_part_for_a_window_of_its_own_says_so(people, course, player):
    play = player(course(au(launchMethod="OwnWindow")), people["alice"])
    assert play.ask("open", method="POST", json={"sco": play.parts[0]}).get_json()["ownWindow"] is True


def test_the_api_launches_a_learner_of_ours_into_their_attempt(app, people, course, system, content_client):
    item = course(au(moveOn="Passed"))
    with app.app_context():
        found = db.session.scalar(select(Item).where(Item.uuid == item))
        from scorm.packages import queries as packages

        package_uuid = packages.package_of(found.id).uuid
        base = app.config["SETTINGS"].origin
    actor = {"account": {"homePage": base, "name": people["alice"].uuid}}
    answer = system.post(f"/courses/{package_uuid}/launch-url/0", json={"actor": actor})
    assert answer.status_code == 201, answer.text
    unit = Unit(content_client, answer.get_json()["url"]).start()
    unit.say("passed")
    assert standing(app, people["alice"])[:3] == ("completed", "passed", "passed")
    nobody = {"account": {"homePage": base, "name": "00000000-0000-4000-8000-000000000000"}}
    assert system.post(f"/courses/{package_uuid}/launch-url/0", json={"actor": nobody}).status_code == 422


def test_a_learner_can_neither_import_nor_launch_for_others(people, course, sign_in, csrf, app, system):
    imported = system.course()
    client = sign_in(app.test_client(), people["alice"])
    answer = client.post(f"/api/v1/courses/{imported}/launch-url/0", json={"actor": ACTOR}, headers=csrf(client))
    assert answer.status_code == 403
    author = sign_in(app.test_client(), people["erin"])
    answer = author.post(f"/api/v1/courses/{imported}/launch-url/0", json={"actor": ACTOR}, headers=csrf(author))
    assert answer.status_code == 404, "an author reaches courses of their own"


def test_a_course_of_a_thousand_units_costs_no_more_than_a_small_one(app, people, course, player, packages_dir, count_queries):
    """Importing apart, which reads it once: opening, speaking and looking at the contents."""
    data = (packages_dir / "cmi5-lms-tests" / "101-one-thousand-aus.xml").open("rb")
    with data, app.app_context():
        large = import_package(data, name="large.xml", owner_id=people["erin"].id, publish=True)
        assert large.accepted, large.report["findings"]
    counts = []
    for item, person in ((course(au(moveOn="Passed"), au("two", moveOn="Passed")), "alice"), (large.item_uuid, "bob")):
        play = player(item, people[person])
        with count_queries() as asked:
            unit = play.open(1).start()
            unit.say("completed")
            unit.say("terminated")
            play.standings()
        counts.append(len(asked))
    assert len(play.parts) == 1001
    assert counts[1] <= counts[0], counts


def test_what_is_kept_of_somebody_from_another_system_goes_when_they_are_forgotten(app, system, course):
    from core.erasure import Subject
    from scorm.cmi5.erasing import Cmi5Eraser

    imported = system.course()
    for _ in range(2):
        assert system.post(f"/courses/{imported}/launch-url/0", json={"actor": ACTOR}).status_code == 201
    subject = Subject("p", {"account https://hr.example 4711": "p"})
    eraser = Cmi5Eraser()
    with app.app_context():
        assert list(eraser.identifiers()) == ["account https://hr.example 4711"]
        assert eraser.describe(subject) == {"cmi5_registrations": 2}
        assert [part["actor"] for part in eraser.export(subject)] == [ACTOR, ACTOR]
        with write():
            assert eraser.erase(subject, mode="erase", position=0).counts == {"cmi5_registrations": 2}
        assert db.session.scalars(select(Enrolment)).all() == db.session.scalars(select(UnitSession)).all() == []
        assert db.session.scalars(select(ScoState)).all() == []


def test_an_author_uploads_a_course_structure_without_a_zip_and_gets_it_back(app, people, sign_in, csrf):
    from scorm.packages.models import Package

    client = sign_in(app.test_client(), people["erin"])
    data = structure(au(url="https://content.example/au"))
    answer = client.post("/api/v1/packages", data=data, content_type="text/xml", headers=csrf(client))
    assert (answer.status_code, answer.get_json()["format"]) == (201, "cmi5")
    other = data.replace(b"Geology", b"Botany")
    form = {"file": (io.BytesIO(other), "cmi5.xml")}
    answer = client.post("/api/v1/packages", data=form, content_type="multipart/form-data", headers=csrf(client))
    assert answer.status_code == 201, answer.text
    with app.app_context():
        package_uuid = db.session.scalars(select(Package.uuid).order_by(Package.id.desc())).first()
    original = client.get(f"/packages/{package_uuid}/original")
    assert (original.mimetype, original.data) == ("application/xml", other)


def test_an_attempt_that_moves_to_a_new_version_keeps_what_was_done(app, people, course, player):
    """One unit is gone, another has come, the third is still done: what is left decides."""
    from scorm.packages.models import PackageVersion
    from scorm.play import moving

    item = course(block("b", au("one", moveOn="Passed"), au("two", moveOn="Passed")))
    first = player(item, people["alice"]).open().start()
    first.say("passed")
    with app.app_context():
        source = db.session.scalars(select(PackageVersion)).one()
        package_uuid = source.package.uuid
        corrected = package(block("b", au("new"), au("one", moveOn="Passed")))
        assert import_package(corrected, name="two.zip", owner_id=people["erin"].id, version_of=package_uuid).accepted
        with write():
            target = db.session.scalars(select(PackageVersion).order_by(PackageVersion.id.desc())).first()
            assert moving.move(source=db.session.get_one(PackageVersion, source.id), target=target) == 1
            target.package.current_number = target.number
    again = player(item, people["alice"])
    unit = again.open(1)
    assert unit.launch["activityId"] == first.launch["activityId"]
    assert unit.launch["registration"] == first.launch["registration"]
    assert again.standings()["parts"][again.parts[1]]["success"] == "passed"
    assert first.say("terminated").status_code == 401
    assert standing(app, people["alice"])[:2] == ("completed", "passed")

"""SCORM 2004: a SCO finds the objectives that its manifest names (RTE 4.2.17), also where no sequencing leads the course."""

import pytest

from accounts.people import queries as people_queries
from core.db import db
from scorm.play import seeds
from scorm.play.models import Launch

NAMED = (
    "<imsss:sequencing><imsss:objectives><imsss:primaryObjective objectiveID='whole'/><imsss:objective objectiveID='tees'/>"
    "<imsss:objective objectiveID='greens'/></imsss:objectives></imsss:sequencing>"
)


@pytest.fixture
def golf(course):
    return course(edition="2004", extras=NAMED)


def found_by(launched):
    launch = db.session.get(Launch, launched.launch_id)
    elements = seeds.seed_of(launch=launch, person=people_queries.get(launch.person_id), sco="item1")["elements"]
    return {element: value for element, value in elements.items() if element.startswith("cmi.objectives.")}


def test_a_sco_finds_them_when_it_begins(app, people, golf, play):
    with app.app_context():
        assert found_by(play(golf, people["alice"])) == {
            "cmi.objectives.0.id": "whole",
            "cmi.objectives.1.id": "tees",
            "cmi.objectives.2.id": "greens",
        }


def test_what_it_says_of_one_is_kept_under_its_name(app, people, golf, play):
    with app.app_context():
        launched = play(golf, people["alice"])
        launched.begin()
        receipt = launched.commit({"cmi.objectives.1.success_status": "passed", "cmi.exit": "suspend"}, finish="content")
        assert receipt.rejected == {}
        again = found_by(play(golf, people["alice"]))
    assert again["cmi.objectives.1.id"] == "tees"
    assert again["cmi.objectives.1.success_status"] == "passed"
    assert again["cmi.objectives.2.id"] == "greens"


def test_objectives_of_its_own_from_before_are_left_as_they_are(app, people, course, play):
    with app.app_context():
        plain = course(edition="2004")
        launched = play(plain, people["alice"])
        launched.begin()
        launched.commit({"cmi.objectives.0.id": "mine", "cmi.exit": "suspend"}, finish="content")
        assert found_by(play(plain, people["alice"])) == {"cmi.objectives.0.id": "mine"}

"""What a launch brings, what the LMS says about it, and what moves a registration; on one database."""

import threading
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import select
from support.cmi5 import ACTOR, BASE, CMI5, EXTENSION, MASTERY, SESSION, au, block, structure

from accounts.people.models import Person
from catalogue.items.models import Item
from core.clock import now
from core.db import db, write

pytestmark = pytest.mark.parametrize("app", ["postgresql"], indirect=True)


def verbs(statements) -> list[str]:
    return [s["verb"]["id"].rpartition("/")[2] for s in statements]


def extension(statement: dict, name: str):
    return statement["context"]["extensions"].get(EXTENSION + name)


def ids(statement: dict, kind: str) -> set[str]:
    return {activity["id"] for activity in statement["context"]["contextActivities"][kind]}


def test_what_the_lms_says_carries_what_the_specification_demands(system, launch, told):
    inside = "<launchParameters>sample string</launchParameters><entitlementKey>sample value</entitlementKey>"
    unit = launch(system.course(au(url="index.html?paramA=1&paramB=2", moveOn="Passed", masteryScore="0.9", inside=inside)))
    unit.fetch()
    unit.read()
    launched = told(unit.launch["registration"])[0]
    assert launched["actor"] == ACTOR == unit.actor
    assert launched["timestamp"].endswith("Z")
    assert launched["object"]["id"] == unit.launch["activityId"] != f"{BASE}/au/one"
    assert f"{BASE}/au/one" in ids(launched, "grouping")
    assert ids(launched, "category") == {CMI5}
    assert (extension(launched, "launchmode"), extension(launched, "moveon")) == ("Normal", "Passed")
    assert (extension(launched, "masteryscore"), extension(launched, "launchparameters")) == (0.9, "sample string")
    assert extension(launched, "launchurl") == unit.url.partition("&endpoint=")[0]
    assert extension(launched, "launchurl").endswith("/index.html?paramA=1&paramB=2")
    data = unit.data
    assert (data["launchMode"], data["moveOn"], data["masteryScore"]) == ("Normal", "Passed", 0.9)
    assert (data["launchParameters"], data["entitlementKey"]) == ("sample string", {"courseStructure": "sample value"})
    assert extension(launched, "sessionid") == unit.session
    assert unit.http.get(urlsplit(data["returnURL"]).path).status_code == 200


def test_the_parameters_stand_behind_the_units_own_and_before_its_fragment(system, launch):
    unit = launch(system.course(au(url="index.html?a=1#start")))
    assert "/index.html?a=1&endpoint=http%3A%2F%2F" in unit.url
    assert unit.url.endswith("#start")
    assert set(unit.launch) >= {"endpoint", "fetch", "actor", "registration", "activityId"}


def test_the_credential_is_given_once_and_every_answer_is_json(system, launch):
    unit = launch(system.course())
    first = unit.fetch()
    assert (first.status_code, first.mimetype, first.headers["Access-Control-Allow-Origin"]) == (200, "application/json", "*")
    again = unit.http.post(urlsplit(unit.launch["fetch"]).path)
    assert (again.status_code, again.get_json()["error-code"]) == (200, "1")
    assert "auth-token" not in again.get_json()
    forged = unit.http.post(urlsplit(unit.launch["fetch"]).path[:-3] + "abc")
    assert (forged.status_code, forged.get_json()["error-code"]) == (200, "2")
    assert unit.http.get(urlsplit(unit.launch["fetch"]).path).status_code == 405


def test_a_unit_elsewhere_may_speak_from_wherever_it_lies(system, launch):
    unit = launch(system.course(au(url="https://content.example/au")))
    assert unit.url.startswith("https://content.example/au?endpoint=")
    unit.fetch()
    unit.auth["Origin"] = "https://cdn.example"
    assert unit.state("LMS.LaunchData").headers["Access-Control-Allow-Origin"] == "https://cdn.example"


def test_the_same_registration_keeps_its_activities_and_what_a_unit_stored(system, launch):
    course = system.course(au("one"), au("two"))
    first = launch(course).start()
    first.state("bookmark", "PUT", json={"page": 3})
    again = launch(course, reg=first.launch["registration"]).start()
    assert again.launch["activityId"] == first.launch["activityId"]
    assert again.session != first.session
    assert again.state("bookmark").get_json() == {"page": 3}
    assert launch(course, 1, reg=first.launch["registration"]).launch["activityId"] != first.launch["activityId"]


def test_without_a_registration_somebody_elses_learner_begins_anew(system, launch):
    course = system.course()
    assert launch(course).launch["registration"] != launch(course).launch["registration"]


def test_a_registration_of_the_other_systems_choice_is_taken(system, launch):
    mine = str(uuid4())
    assert launch(system.course(), reg=mine).launch["registration"] == mine


def test_a_registration_is_one_actors_and_one_courses(system, launch):
    course = system.course()
    taken = launch(course).launch["registration"]
    other = {"account": {"homePage": "https://hr.example", "name": "4712"}}
    assert system.post(f"/courses/{course}/launch-url/0", json={"actor": other, "reg": taken}).status_code == 409
    elsewhere = system.course(au("another"))
    assert system.post(f"/courses/{elsewhere}/launch-url/0", json={"actor": ACTOR, "reg": taken}).status_code == 409


def test_what_nothing_need_be_done_for_is_satisfied_before_anything_is_launched(system, launch, told):
    course = system.course(block("easy", au("one")), block("hard", au("two", moveOn="Passed")))
    found = told(launch(course).launch["registration"])
    assert verbs(found) == ["satisfied", "launched"]
    assert f"{BASE}/block/easy" in ids(found[0], "grouping")
    assert extension(found[0], "sessionid") != extension(found[1], "sessionid")


@pytest.mark.parametrize(
    ("move_on", "said", "met"),
    [
        ("Completed", ["completed"], True),
        ("Completed", ["passed"], False),
        ("Passed", ["passed"], True),
        ("Passed", ["completed", "failed"], False),
        ("CompletedOrPassed", ["passed"], True),
        ("CompletedOrPassed", ["failed"], False),
        ("CompletedAndPassed", ["completed"], False),
        ("CompletedAndPassed", ["passed", "completed"], True),
    ],
)
def test_criteria_are_met_by_what_they_name(system, launch, told, move_on, said, met):
    unit = launch(system.course(au(moveOn=move_on))).start()
    for verb in said:
        assert unit.say(verb).status_code == 204
    assert ("satisfied" in verbs(told(unit.launch["registration"]))) == met


def test_completed_and_passed_may_be_said_in_different_sessions(system, launch, told):
    course = system.course(au(moveOn="CompletedAndPassed"))
    first = launch(course).start()
    first.say("completed")
    first.say("terminated")
    second = launch(course, reg=first.launch["registration"]).start()
    second.say("passed")
    satisfied = [s for s in told(first.launch["registration"]) if s["verb"]["id"].endswith("satisfied")]
    assert [extension(s, "sessionid") for s in satisfied] == [second.session]


def test_what_is_not_defined_by_cmi5_moves_nothing(system, launch, told):
    unit = launch(system.course(au(moveOn="Passed"))).start()
    answer = unit.say("passed", defined=False, result={"success": True, "score": {"scaled": 1}})
    assert answer.status_code == 204
    assert verbs(told(unit.launch["registration"])) == ["launched", "initialized", "passed"]


def test_an_allowed_statement_may_be_about_anything(system, launch, told):
    unit = launch(system.course()).start()
    assert unit.say("answered", defined=False, object={"id": "https://questions.example/7"}).status_code == 204
    assert verbs(told(unit.launch["registration"]))[-1] == "answered"


def test_one_of_several_that_fetch_at_once_gets_the_credential(app, system, launch):
    unit = launch(system.course())
    content = app.extensions["colloquium.content"]
    answers = []
    path = urlsplit(unit.launch["fetch"]).path
    threads = [threading.Thread(target=lambda: answers.append(content.test_client().post(path).get_json())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted("auth-token" in answer for answer in answers) == [False, False, False, True]


def test_a_score_that_reaches_the_mastery_score_passes(system, launch):
    unit = launch(system.course(au(moveOn="Passed", masteryScore="0.9"))).start()
    statement = unit.statement("passed")
    statement["result"]["score"] = {"scaled": 0.9, "raw": 90, "min": 0, "max": 100}
    statement["context"]["extensions"][MASTERY] = 0.9
    assert unit.send(statement).status_code == 204


def test_a_deleted_course_is_gone_and_its_units_are_shut_out(system, launch, told):
    course = system.course()
    unit = launch(course).start()
    assert system.delete(f"/courses/{course}").status_code == 204
    assert unit.say("experienced", defined=False).status_code == 401
    assert system.post(f"/courses/{course}/launch-url/0", json={"actor": ACTOR}).status_code == 404
    assert system.delete(f"/courses/{course}").status_code == 404
    assert verbs(told(unit.launch["registration"]))[:2] == ["satisfied", "launched"]
    assert SESSION in told(unit.launch["registration"])[0]["context"]["extensions"]


def test_nobody_takes_the_registration_of_a_learners_attempt_in_advance(app, system, people):
    from scorm.play.models import Launch
    from scorm.play.service import launch as open_

    course = system.course()
    with app.app_context(), write():
        item = db.session.scalars(select(Item)).one()
        attempt = open_(item=item, person=db.session.get_one(Person, people["ada"].id), mode="normal", at=now()).attempt.uuid
    assert system.post(f"/courses/{course}/launch-url/0", json={"actor": ACTOR, "reg": attempt}).status_code == 409
    with app.app_context():
        assert db.session.scalars(select(Launch)).one().attempt.uuid == attempt


def test_two_that_name_one_new_registration_at_once_get_an_answer_each(app, system, api_key):
    course, auth = system.course(), api_key("all")
    body = {"actor": ACTOR, "reg": str(uuid4())}
    answers = []

    def ask():
        answers.append(app.test_client().post(f"/api/v1/courses/{course}/launch-url/0", json=body, auth=auth).status_code)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 201 in answers
    assert set(answers) <= {201, 409}


def test_a_language_that_only_the_schema_knows_is_refused_before_it_is_said(system):
    odd = structure(au(url="https://h.example/")).replace(b"lang='en'", b"lang='e'", 1)
    assert system.bring(odd, "text/xml")["violatedReqId"] == "13.2.0.0-1"

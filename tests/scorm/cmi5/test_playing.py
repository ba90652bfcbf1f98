"""Units from their launch to a satisfied course, over HTTP."""

import threading
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select, update
from support.cmi5 import BASE, CMI5, EXTENSION, MOVE_ON, au, block

from core.clock import now
from core.db import db, write
from scorm.cmi5.models import UnitSession
from scorm.cmi5.sweep import sweep


def verbs(statements) -> list[str]:
    return [s["verb"]["id"].rpartition("/")[2] for s in statements]


def extension(statement: dict, name: str):
    return statement["context"]["extensions"].get(EXTENSION + name)


def ids(statement: dict, kind: str) -> set[str]:
    return {activity["id"] for activity in statement["context"]["contextActivities"][kind]}


def test_a_unit_plays_until_its_course_is_satisfied(system, launch, told):
    """Inner blocks before outer ones, then the course; each right behind what made it so."""
    inner = block("inner", au("one", moveOn="CompletedAndPassed", masteryScore="0.9"))
    course = system.course(block("outer", inner))
    unit = launch(course)
    assert unit.fetch().get_json().keys() == {"auth-token"}
    unit.read()
    for verb in ("initialized", "passed", "completed", "terminated"):
        answer = unit.say(verb)
        assert answer.status_code == 204, (verb, answer.text)
    found = told(unit.launch["registration"])
    assert verbs(found) == ["launched", "initialized", "passed", "completed", "satisfied", "satisfied", "satisfied", "terminated"]
    satisfied = found[4:7]
    assert [s["object"]["definition"]["type"].rpartition("/")[2] for s in satisfied] == ["block", "block", "course"]
    assert [f"{BASE}/block/inner" in ids(satisfied[0], "grouping"), f"{BASE}/block/outer" in ids(satisfied[1], "grouping")] == [True, True]
    assert BASE in ids(satisfied[2], "grouping")
    assert all(extension(s, "sessionid") == unit.session and ids(s, "category") == {CMI5} for s in satisfied)


def test_another_launch_abandons_the_session_before_it(system, launch, told):
    course = system.course(au("one"), au("two"))
    first = launch(course).start()
    launch(course, 1, reg=first.launch["registration"])
    assert first.say("experienced", defined=False).status_code == 401
    found = told(first.launch["registration"])
    assert verbs(found)[-2:] == ["abandoned", "launched"]
    assert extension(found[-2], "sessionid") == first.session


def test_a_unit_is_waived_once_and_counts_as_met(system, launch, told):
    course = system.course(au("one", moveOn="Passed"))
    unit = launch(course).start()
    unit.say("terminated")
    registration = unit.launch["registration"]
    assert system.post(f"/registrations/{registration}/waive-au/0", json={"reason": "Administrative"}).status_code == 204
    waived, satisfied = told(registration)[-2:]
    assert verbs([waived, satisfied]) == ["waived", "satisfied"]
    assert waived["result"]["success"] is waived["result"]["completion"] is True
    assert waived["result"]["extensions"] == {"https://w3id.org/xapi/cmi5/result/extensions/reason": "Administrative"}
    assert ids(waived, "category") == {CMI5, MOVE_ON}
    assert waived["object"]["id"] == unit.launch["activityId"]
    assert extension(waived, "sessionid") == extension(satisfied, "sessionid") != unit.session
    assert system.post(f"/registrations/{registration}/waive-au/0", json={"reason": "Administrative"}).status_code == 409
    assert system.post(f"/registrations/{registration}/waive-au/1", json={"reason": "Administrative"}).status_code == 404
    assert system.post(f"/registrations/{registration}/waive-au/0", json={"reason": "Because"}).status_code == 422
    assert system.post(f"/registrations/{uuid4()}/waive-au/0", json={"reason": "Administrative"}).status_code == 404


def test_a_session_that_is_left_is_abandoned_when_its_time_is_over(app, system, launch, told):
    left, open_ = launch(system.course(au("one"))).start(), launch(system.course(au("two"))).start()
    with app.app_context():
        with write():
            db.session.execute(update(UnitSession).where(UnitSession.uuid == left.session).values(expires_at=now() - timedelta(seconds=1)))
        assert (sweep(), sweep()) == (1, 0)
        assert dict(db.session.execute(select(UnitSession.uuid, UnitSession.ended)).all()) == {left.session: "abandoned", open_.session: ""}
    assert verbs(told(left.launch["registration"]))[-1] == "abandoned"
    assert open_.say("experienced", defined=False).status_code == 204


def test_of_two_that_complete_at_once_one_is_refused(app, system, launch, told):
    """Both requests are judged by what the other has done, not by what both saw before."""
    unit = launch(system.course(au(moveOn="Completed"))).start()
    statements = [unit.statement("completed") for _ in range(6)]
    content = app.extensions["colloquium.content"]
    answers = []

    def send(statement):
        query = {"statementId": statement["id"]}
        answers.append(content.test_client().put("/xapi/statements", query_string=query, json=statement, headers=unit.auth).status_code)

    threads = [threading.Thread(target=send, args=(statement,)) for statement in statements]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [204, 403, 403, 403, 403, 403]
    assert verbs(told(unit.launch["registration"])) == ["launched", "initialized", "completed", "satisfied"]

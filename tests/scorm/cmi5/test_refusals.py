"""Everything that a unit must not do: refused, and nothing of it is kept (cmi5 Quartz, sections 8 to 11)."""

from uuid import uuid4

import pytest
from support.cmi5 import MASTERY, MOVE_ON, SESSION, au

MASTERED = {"moveOn": "CompletedOrPassed", "masteryScore": "0.9"}


def _context(change):
    """A change of a statement that concerns its context."""

    def changed(statement: dict) -> None:
        change(statement["context"])

    return changed


def _result(**changes):
    def changed(statement: dict) -> None:
        result = statement.setdefault("result", {})
        for name, value in changes.items():
            result.pop(name, None) if value is None else result.update({name: value})

    return changed


def _score(mastery=0.9, **score):
    """A score, with the mastery score of the launch beside it."""

    def changed(statement: dict) -> None:
        statement["result"]["score"] = score
        if mastery is not None:
            statement["context"]["extensions"][MASTERY] = mastery

    return changed


def _drop_category(iri: str):
    def changed(context: dict) -> None:
        kept = [activity for activity in context["contextActivities"]["category"] if activity["id"] != iri]
        context["contextActivities"]["category"] = kept

    return _context(changed)


def _add_category(iri: str):
    return _context(lambda context: context["contextActivities"]["category"].append({"id": iri}))


def _set(*path: str, to):
    def changed(statement: dict) -> None:
        inner = statement
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = to

    return changed


def _drop(*path: str):
    def changed(statement: dict) -> None:
        inner = statement
        for name in path[:-1]:
            inner = inner[name]
        del inner[path[-1]]

    return changed


OTHER_ACTOR = {"account": {"homePage": "https://hr.example", "name": "4712"}}
GROUPING = ("context", "contextActivities", "grouping")
# (name, verb, cmi5-defined, change): each is refused with 403 in a session that has said nothing but initialized.
REFUSED = [
    ("without an id", "experienced", False, _drop("id")),
    ("without a timestamp", "experienced", False, _drop("timestamp")),
    ("a timestamp with an offset", "experienced", False, _set("timestamp", to="2026-11-22T12:00:00-06:00")),
    ("a timestamp without a zone", "experienced", False, _set("timestamp", to="2026-11-22T12:00:00")),
    ("another actor", "experienced", False, _set("actor", to=OTHER_ACTOR)),
    ("an actor that is a group", "passed", True, _set("actor", "objectType", to="Group")),
    ("an actor by mail", "passed", True, _set("actor", to={"mbox": "mailto:catapult@example.com"})),
    ("without a context", "passed", True, _drop("context")),
    ("an allowed one without a context", "experienced", False, _drop("context")),
    ("without a registration", "passed", True, _drop("context", "registration")),
    ("another registration", "passed", True, _set("context", "registration", to=str(uuid4()))),
    ("an allowed one without a registration", "experienced", False, _drop("context", "registration")),
    ("without a session id", "experienced", False, _drop("context", "extensions", SESSION)),
    ("another session id", "experienced", False, _set("context", "extensions", SESSION, to=str(uuid4()))),
    ("without extensions", "experienced", False, _drop("context", "extensions")),
    ("without the publisher's id", "experienced", False, _set(*GROUPING, to=[{"id": "https://elsewhere.example"}])),
    ("without grouping", "completed", True, _drop(*GROUPING)),
    ("voiding", "voided", False, _set("object", to={"objectType": "StatementRef", "id": str(uuid4())})),
    ("an allowed one in the category moveon", "experienced", False, _add_category(MOVE_ON)),
    ("initialized a second time", "initialized", True, None),
    ("terminated in the category moveon", "terminated", True, _add_category(MOVE_ON)),
    ("a verb that units do not use", "experienced", True, None),
    ("launched, which is the LMS's", "launched", True, None),
    ("abandoned, which is the LMS's", "", True, _set("verb", "id", to="https://w3id.org/xapi/adl/verbs/abandoned")),
    ("waived, which is the LMS's", "", True, _set("verb", "id", to="https://w3id.org/xapi/adl/verbs/waived")),
    ("satisfied, which is the LMS's", "", True, _set("verb", "id", to="https://w3id.org/xapi/adl/verbs/satisfied")),
    ("another object", "passed", True, _set("object", "id", to="http://example.com/not/the/lms/id")),
    ("an object below the unit", "passed", True, lambda s: s["object"].update(id=s["object"]["id"] + "/part")),
    ("an agent as object", "completed", True, _set("object", to={"objectType": "Agent", **OTHER_ACTOR})),
    ("completed without a duration", "completed", True, _result(duration=None)),
    ("passed without a duration", "passed", True, _result(duration=None)),
    ("failed without a duration", "failed", True, _result(duration=None)),
    ("terminated without a duration", "terminated", True, _result(duration=None)),
    ("terminated without a result", "terminated", True, _drop("result")),
    ("completed with a score", "completed", True, _score(scaled=0.95)),
    ("terminated with a score", "terminated", True, _score(scaled=0.95)),
    ("initialized with a score", "initialized", True, _result(score={"scaled": 0.5})),
    ("a raw score without a minimum", "passed", True, _score(scaled=0.95, raw=95, max=100)),
    ("a raw score without a maximum", "passed", True, _score(scaled=0.95, raw=95, min=0)),
    ("passed below the mastery score", "passed", True, _score(scaled=0.89)),
    ("failed at the mastery score", "failed", True, _score(scaled=0.9)),
    ("failed above the mastery score", "failed", True, _score(scaled=0.91)),
    ("a score without the mastery score", "passed", True, _score(None, scaled=0.95)),
    ("a score with another mastery score", "passed", True, _score(0.8, scaled=0.95)),
    ("a mastery score that is a text", "passed", True, _score("0.9", scaled=0.95)),
    ("failed with another mastery score", "failed", True, _score(0.8, scaled=0.1)),
    ("another mastery score without a score", "passed", True, _set("context", "extensions", MASTERY, to=0.1)),
    ("passed without success", "passed", True, _result(success=None)),
    ("passed without being a success", "passed", True, _result(success=False)),
    ("failed without success", "failed", True, _result(success=None)),
    ("failed as a success", "failed", True, _result(success=True)),
    ("completed with success", "completed", True, _result(success=True)),
    ("terminated with success", "terminated", True, lambda s: (_result(success=True)(s), _add_category(MOVE_ON)(s))),
    ("completed without completion", "completed", True, _result(completion=None)),
    ("completed without being complete", "completed", True, _result(completion=False)),
    ("passed with completion", "passed", True, _result(completion=True)),
    ("failed with completion", "failed", True, _result(completion=True)),
    ("terminated with completion", "terminated", True, lambda s: (_result(completion=True)(s), _add_category(MOVE_ON)(s))),
    ("completed without the category moveon", "completed", True, _drop_category(MOVE_ON)),
    ("passed without the category moveon", "passed", True, _drop_category(MOVE_ON)),
    ("failed without the category moveon", "failed", True, _drop_category(MOVE_ON)),
    ("initialized in the category moveon", "initialized", True, _add_category(MOVE_ON)),
]  # fmt: skip


def test_each_statement_that_breaks_a_rule_is_refused_and_leaves_nothing(system, launch, told):
    """In one session, so that a refusal that had left something behind would show in those after it."""
    unit = launch(system.course(au(**MASTERED))).start()
    before = told(unit.launch["registration"])
    wrong = []
    for name, verb, defined, change in REFUSED:
        statement = unit.statement(verb, defined=defined)
        if change:
            change(statement)
        answer = unit.send(statement)
        if answer.status_code != 403:
            wrong.append(f"{name}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)
    assert told(unit.launch["registration"]) == before
    assert unit.say("passed").status_code == 204


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_nothing_is_taken_before_the_unit_has_begun_as_it_should(system, launch):
    unit = launch(system.course(au(**MASTERED)))
    unit.auth = {"Authorization": "Basic Y2F0YXB1bHQ6cGxheWVy", "X-Experience-API-Version": "1.0.3"}
    assert unit.state("LMS.LaunchData").status_code == 401
    unit.fetch()
    unit.data = {"contextTemplate": {"contextActivities": {"grouping": []}, "extensions": {}}}
    assert unit.say("initialized").status_code == 403
    unit.read(preferences=False)
    assert unit.say("initialized").status_code == 403
    unit.preferences()
    assert unit.say("experienced", defined=False).status_code == 403
    assert unit.say("initialized", defined=False).status_code == 403
    assert unit.say("initialized").status_code == 204
    assert unit.say("experienced", defined=False).status_code == 204


def test_nothing_at_all_is_taken_after_terminated(system, launch):
    unit = launch(system.course(au(**MASTERED))).start()
    assert unit.say("terminated").status_code == 204
    assert unit.say("experienced", defined=False).status_code == 401
    assert unit.state("bookmark").status_code == 401
    assert unit.preferences().status_code == 401


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_nothing_at_all_is_taken_after_abandoned(system, launch, told):
    unit = launch(system.course(au(**MASTERED))).start()
    assert system.post(f"/sessions/{unit.session}/abandon", json={}).status_code == 204
    assert unit.say("experienced", defined=False).status_code == 401
    assert unit.state("bookmark").status_code == 401
    assert system.post(f"/sessions/{unit.session}/abandon").status_code == 409
    last = told(unit.launch["registration"])[-1]
    assert last["verb"]["id"] == "https://w3id.org/xapi/adl/verbs/abandoned"
    assert last["object"]["id"] == unit.launch["activityId"]
    assert last["result"]["duration"].startswith("PT")


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_what_was_said_once_is_not_said_again_in_the_session(system, launch):
    unit = launch(system.course(au(**MASTERED))).start()
    assert unit.say("failed").status_code == 204
    for verb in ("failed", "passed", "initialized"):
        assert unit.say(verb).status_code == 403, verb
    assert unit.say("completed").status_code == 204
    assert unit.say("completed").status_code == 403


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_what_was_completed_or_passed_once_is_not_again_in_the_registration(system, launch):
    course = system.course(au(**MASTERED))
    first = launch(course).start()
    for verb in ("completed", "passed", "terminated"):
        assert first.say(verb).status_code == 204, verb
    again = launch(course, reg=first.launch["registration"]).start()
    for verb in ("completed", "passed", "failed"):
        assert again.say(verb).status_code == 403, verb


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_who_failed_may_pass_in_a_later_session(system, launch):
    course = system.course(au(**MASTERED))
    first = launch(course).start()
    for verb in ("failed", "terminated"):
        assert first.say(verb).status_code == 204, verb
    assert launch(course, reg=first.launch["registration"]).start().say("passed").status_code == 204


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_browsing_and_reviewing_records_no_results(system, launch):
    course = system.course(au(**MASTERED))
    for mode in ("Browse", "Review"):
        unit = launch(course, launchMode=mode).start()
        assert unit.data["launchMode"] == mode
        for verb in ("completed", "passed", "failed"):
            assert unit.say(verb).status_code == 403, (mode, verb)
        assert unit.say("experienced", defined=False).status_code == 204
        assert unit.say("terminated").status_code == 204


def test_one_wrong_statement_of_a_batch_keeps_all_of_it_out(system, launch, told):
    unit = launch(system.course(au(**MASTERED))).start()
    before = told(unit.launch["registration"])
    batch = [unit.statement("experienced", defined=False), unit.statement("completed"), unit.statement("completed")]
    assert unit.send(batch).status_code == 403
    assert told(unit.launch["registration"]) == before
    assert unit.send(batch[:2]).status_code == 200
    assert [s["verb"]["id"].rpartition("/")[2] for s in told(unit.launch["registration"])[-3:]] == ["experienced", "completed", "satisfied"]


def test_a_statement_that_is_sent_again_because_its_answer_was_lost_is_no_second_one(system, launch, told):
    unit = launch(system.course(au(**MASTERED))).start()
    statement = unit.statement("passed")
    assert unit.send(statement).status_code == 204
    assert unit.send(statement).status_code == 204
    assert unit.send(statement | {"object": {"id": "https://other.example"}}).status_code == 409
    assert [s["id"] for s in told(unit.launch["registration"])].count(statement["id"]) == 1


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_the_launch_data_can_be_read_but_not_changed(system, launch):
    unit = launch(system.course(au(**MASTERED))).start()
    for method in ("PUT", "POST"):
        answer = unit.state("LMS.LaunchData", method, json={"test": True})
        assert answer.status_code == 403, method
    assert unit.state("LMS.LaunchData", "DELETE").status_code == 403
    everything = {"activityId": unit.launch["activityId"], "agent": unit.launch["actor"], "registration": unit.launch["registration"]}
    assert unit.http.delete("/xapi/activities/state", query_string=everything, headers=unit.auth).status_code == 403
    assert unit.state("LMS.LaunchData").get_json() == unit.data
    assert unit.state("bookmark", "PUT", json={"page": 3}).status_code == 204
    assert unit.state("bookmark").get_json() == {"page": 3}


PREFERENCES = {"languagePreference": "en-US,fr-FR", "audioPreference": "on"}


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_preferences_are_taken_only_as_the_specification_has_them(system, launch):
    unit = launch(system.course(au(**MASTERED))).start()
    new = {"If-None-Match": "*"}
    assert unit.preferences().status_code == 404
    assert unit.preferences("PUT", agent=None, json=PREFERENCES, headers=new).status_code == 400
    assert unit.preferences("PUT", agent='{"mbox":"mailto:catapult@example.com"}', json=PREFERENCES, headers=new).status_code == 403
    wrong = [
        {"audioPreference": "on"},
        {"languagePreference": "en"},
        PREFERENCES | {"languagePreference": "not comma separated"},
        PREFERENCES | {"languagePreference": ""},
        PREFERENCES | {"languagePreference": "en,,fr"},
        PREFERENCES | {"audioPreference": "loud"},
        ["languagePreference", "audioPreference"],
    ]
    for document in wrong:
        assert unit.preferences("PUT", json=document, headers=new).status_code == 403, document
    assert unit.preferences("PUT", data="just some text", headers=new | {"Content-Type": "text/plain"}).status_code == 403
    assert unit.preferences("PUT", data="{", headers=new | {"Content-Type": "application/json"}).status_code == 403
    assert unit.preferences("PUT", json=PREFERENCES, headers=new).status_code == 204
    assert unit.preferences().get_json() == PREFERENCES
    assert unit.preferences("DELETE", headers={"If-Match": "*"}).status_code == 403

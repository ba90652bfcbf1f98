"""A unit from its launch to a satisfied course, over HTTP."""

from support.cmi5 import ADL, BASE, CMI5, EXTENSION, SESSION, au, block

SATISFIED = "https://w3id.org/xapi/adl/verbs/satisfied"


def verbs(statements) -> list[str]:
    return [s["verb"]["id"].rpartition("/")[2] for s in statements]


def test_a_unit_plays_until_its_course_is_satisfied(system, launch, told):
    course = system.course(block("b", au("one", url="index.html?paramA=1", moveOn="CompletedAndPassed", masteryScore="0.9")))
    unit = launch(course)
    assert unit.fetch().get_json().keys() == {"auth-token"}
    unit.read()
    for verb in ("initialized", "passed", "completed", "terminated"):
        answer = unit.say(verb)
        assert answer.status_code == 204, (verb, answer.text)
    statements = told(unit.launch["registration"])
    assert verbs(statements) == ["launched", "initialized", "passed", "completed", "satisfied", "satisfied", "terminated"]

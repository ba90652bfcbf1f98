"""The same statement sent again is recognised by what it says, not by its bytes (1.0.3 Data 2.3.1)."""

import copy
import json

import pytest
from hypothesis import given
from samples import agent, rich, statement, statements

from lrs.statements.meaning import same


def turned_round(value):
    """The same JSON with the keys of every object in reverse order."""
    if isinstance(value, dict):
        return {key: turned_round(value[key]) for key in reversed(value)}
    return [turned_round(v) for v in value] if isinstance(value, list) else value


def with_(whole: dict, **members) -> dict:
    return whole | members


SAME = {
    "verb display": with_(rich(), verb={"id": rich()["verb"]["id"]}),
    "activity definition": with_(rich(), object={"id": rich()["object"]["id"]}),
    "explicit object types": with_(rich(), object=rich()["object"] | {"objectType": "Activity"}),
    "order of members": with_(rich(), actor=rich()["actor"] | {"member": rich()["actor"]["member"][::-1]}),
    "another offset, the same instant": with_(rich(), timestamp="2026-11-22T09:00:00.1234567Z"),
    "no timestamp": {key: value for key, value in rich().items() if key != "timestamp"},
    "what the server sets": with_(rich(), stored="2000-01-01T00:00:00Z", authority=agent("x"), version="1.0.0"),
    "case of a UUID": with_(rich(), context=rich()["context"] | {"registration": rich()["context"]["registration"].upper()}),
    "keys in another order": turned_round(rich()),
}
OTHER = {
    "actor": with_(rich(), actor=agent("ben")),
    "name of an actor": with_(rich(), actor=rich()["actor"] | {"name": "Team B"}),
    "verb": with_(rich(), verb={"id": "https://example.org/verbs/other"}),
    "object": with_(rich(), object={"id": "https://example.org/other"}),
    "result": with_(rich(), result=rich()["result"] | {"success": True}),
    "another duration": with_(rich(), result=rich()["result"] | {"duration": "P1DT2H3M4.57S"}),
    "the same duration in other parts": with_(rich(), result=rich()["result"] | {"duration": "P1DT2H2M64.56S"}),
    "true is not 1": with_(rich(), context=rich()["context"] | {"extensions": {"https://example.org/x": True}}),
    "another instant": with_(rich(), timestamp="2026-11-22T10:00:00+02:00"),
    "a result more": with_(rich(), result=None) | {"result": {}},
}


@pytest.mark.parametrize("given", SAME.values(), ids=SAME)
def test_means_the_same(given):
    assert same(rich(), given)


@pytest.mark.parametrize("given", OTHER.values(), ids=OTHER)
def test_means_something_else(given):
    assert not same(rich(), given)


def test_true_and_one_differ():
    def extended(value):
        return statement(context={"extensions": {"https://example.org/x": value}})

    assert not same(extended(1), extended(True))


def test_a_single_context_activity_is_an_array_of_one():
    def in_context(value):
        return statement(context={"contextActivities": {"parent": value}})

    assert same(in_context([{"id": "a:p"}]), in_context({"id": "a:p"}))


@pytest.mark.parametrize(("duration", "answer"), [("PT1.239S", True), ("PT1.231S", True), ("PT1.24S", False), ("PT2.23S", False)])
def test_durations_are_compared_to_a_hundredth(duration, answer):
    assert same(statement(result={"duration": "PT1.23S"}), statement(result={"duration": duration})) is answer


@pytest.mark.parametrize(("one", "other"), [("PT1S", "PT1.00S"), ("PT1.5S", "PT1.500S"), ("PT1,5S", "PT1.509S"), ("PT0S", "PT0.001S")])
def test_nor_does_it_matter_how_a_fraction_is_written(one, other):
    assert same(statement(result={"duration": one}), statement(result={"duration": other}))


@given(statements)
def test_a_copy_with_turned_keys_always_means_the_same(whole):
    assert same(copy.deepcopy(whole), json.loads(json.dumps(turned_round(whole))))

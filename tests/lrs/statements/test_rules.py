"""The clauses of the specification as data: a change to a good statement, where it must be found wrong, and by which clause."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import VOIDED, activity, agent, groups, json_values, rich, statement, statements

from lrs.statements.errors import Broken, StatementRefused
from lrs.statements.rules import STATEMENT

ATTACHMENT = {
    "usageType": "https://example.org/usage", "display": {"en": "A file"}, "contentType": "text/plain; charset=utf-8", "length": 4,
    "sha2": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "fileUrl": "https://example.org/file.txt",
}  # fmt: skip
SUB = {"objectType": "SubStatement", **statement()}
GONE = object()


def changed(path: str, value) -> dict:
    """The rich statement with one place replaced, added or (GONE) taken away; ``a.b.0`` walks members and positions."""
    whole = copy.deepcopy(rich())
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    place = whole
    for step in way:
        place = place[step]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return whole


WRONG = [
    ("actor", GONE, "$", "Data 2.4"),
    ("verb", GONE, "$", "Data 2.4"),
    ("object", GONE, "$", "Data 2.4.4"),
    ("Actor", agent(), "$.Actor", "Data 2.4"),
    ("extra", 1, "$.extra", "Data 2.4"),
    ("id", "6690e6c9-3ef0-4ed3-8b37-7f3964730be", "$.id", "Data 4.4"),
    ("id", "6690e6c9-3ef0-4ed3-8b37-7f3964730beg", "$.id", "Data 4.4"),
    ("id", 7, "$.id", "Data 4.4"),
    ("id", None, "$.id", "Data 4.4"),
    ("actor", "ann", "$.actor", "Data 2.4.2.1"),
    ("actor", {}, "$.actor", "Data 2.4.2.3"),
    ("actor", {"name": "Ann"}, "$.actor", "Data 2.4.2.3"),
    ("actor", {**agent(), "openid": "https://a.example.org"}, "$.actor", "Data 2.4.2.3"),
    ("actor", {"objectType": "agent", **agent()}, "$.actor.objectType", "Data 2.2"),
    ("actor", {**agent(), "member": []}, "$.actor.member", "Data 2.4.2.1"),
    ("actor", {"mbox": "ann@example.org"}, "$.actor.mbox", "Data 2.4.2.3"),
    ("actor", {"mbox": "mailto:ann"}, "$.actor.mbox", "Data 2.4.2.3"),
    ("actor", {"mbox_sha1sum": "cd9b"}, "$.actor.mbox_sha1sum", "Data 2.4.2.3"),
    ("actor", {"openid": "ann"}, "$.actor.openid", "Data 2.4.2.3"),
    ("actor", {"account": {"name": "x"}}, "$.actor.account", "Data 2.4.2.4"),
    ("actor", {"account": {"homePage": "example", "name": "x"}}, "$.actor.account.homePage", "Data 4.3"),
    ("actor", {"account": {"homePage": "https://example.org", "name": ""}}, "$.actor.account.name", "Data 2.4.2.4"),
    ("actor", {"account": {"homePage": "https://example.org", "name": "a\0b"}}, "$.actor.account.name", "Data 2.4.2.4"),
    ("actor", {"account": {"homePage": "https://example.org", "name": 3}}, "$.actor.account.name", "Data 2.4.2.4"),
    ("actor/name", 3, "$.actor.name", "Data 2.2"),
    ("actor/mbox", "mailto:a@example.org", "$.actor", "Data 2.4.2.3"),
    ("actor/member/0/name", None, "$.actor.member[0].name", "Data 2.2"),
    ("actor/member/1", {"objectType": "Group", **agent()}, "$.actor.member[1].objectType", "Data 2.2"),
    ("actor", {"objectType": "Group"}, "$.actor", "Data 2.4.2.2"),
    ("actor", {"objectType": "Group", "member": []}, "$.actor", "Data 2.4.2.2"),
    ("context/team", agent(), "$.context.team", "Data 2.4.2.2"),
    ("verb", {"display": {"en": "did"}}, "$.verb", "Data 2.4.3"),
    ("verb/id", "did", "$.verb.id", "Data 4.3"),
    ("verb/id", "https://example.org/a b", "$.verb.id", "Data 4.3"),
    ("verb/id", "", "$.verb.id", "Data 4.3"),
    ("verb/display", "did", "$.verb.display", "Data 4.2"),
    ("verb/display", {"something": "did"}, "$.verb.display", "Data 4.2"),
    ("verb/display", {"en": 5}, "$.verb.display.en", "Data 2.2"),
    ("verb/id", VOIDED, "$", "Data 2.3.2"),
    ("object/objectType", "activity", "$.object", "Data 2.4.4"),
    ("object/objectType", ["Activity"], "$.object", "Data 2.4.4"),
    ("object/id", GONE, "$.object", "Data 2.4.4.1"),
    ("object/definition", [], "$.object.definition", "Data 2.4.4.1"),
    ("object/definition/type", "quiz", "$.object.definition.type", "Data 4.3"),
    ("object/definition/moreInfo", "more", "$.object.definition.moreInfo", "Data 4.3"),
    ("object/definition/interactionType", "Choice", "$.object.definition.interactionType", "Data 2.2"),
    ("object/definition/interactionType", GONE, "$.object.definition", "Data 2.4.4.1"),
    ("object/definition/correctResponsesPattern", "a", "$.object.definition.correctResponsesPattern", "Data 2.2"),
    ("object/definition/choices/1/id", "jupiter", "$.object.definition.choices", "Data 2.4.4.1"),
    ("object/definition/choices/0/id", 1, "$.object.definition.choices[0].id", "Data 2.2"),
    ("object/definition/extensions", {"no iri": 1}, "$.object.definition.extensions", "Data 4.1"),
    ("object", {"objectType": "StatementRef"}, "$.object", "Data 2.4.4.3"),
    ("object", {"objectType": "StatementRef", "id": "x"}, "$.object.id", "Data 4.4"),
    ("object", agent(), "$.object.mbox", "Data 2.4.4.1"),
    ("object", SUB | {"id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"}, "$.object.id", "Data 2.4.4.3"),
    ("object", SUB | {"stored": "2026-11-22T10:00:00Z"}, "$.object.stored", "Data 2.4.4.3"),
    ("object", SUB | {"version": "1.0.0"}, "$.object.version", "Data 2.4.4.3"),
    ("object", SUB | {"authority": agent()}, "$.object.authority", "Data 2.4.4.3"),
    ("object", SUB | {"object": SUB}, "$.object.object", "Data 2.4.4"),
    ("result/score", 5, "$.result.score", "Data 2.4.5.1"),
    ("result/score/scaled", 1.1, "$.result.score", "Data 2.4.5.1"),
    ("result/score/scaled", "0.5", "$.result.score.scaled", "Data 2.2"),
    ("result/score/scaled", True, "$.result.score.scaled", "Data 2.2"),
    ("result/score/raw", 11, "$.result.score", "Data 2.4.5.1"),
    ("result/score/raw", float("inf"), "$.result.score.raw", "Data 2.2"),
    ("result/score/min", 10.5, "$.result.score", "Data 2.4.5.1"),
    ("result/success", "true", "$.result.success", "Data 2.2"),
    ("result/completion", 1, "$.result.completion", "Data 2.2"),
    ("result/response", {}, "$.result.response", "Data 2.2"),
    ("result/duration", "PA1H0M0S", "$.result.duration", "Data 4.6"),
    ("result/duration", "P", "$.result.duration", "Data 4.6"),
    ("result/duration", "PT", "$.result.duration", "Data 4.6"),
    ("result/duration", "PT1.5H3M", "$.result.duration", "Data 4.6"),
    ("result/duration", "P1W2D", "$.result.duration", "Data 4.6"),
    ("context/registration", "x", "$.context.registration", "Data 4.4"),
    ("context/contextActivities", [], "$.context.contextActivities", "Data 2.4.6.2"),
    ("context/contextActivities/parents", [], "$.context.contextActivities.parents", "Data 2.4.6.2"),
    ("context/contextActivities/parent/0/id", "x", "$.context.contextActivities.parent[0].id", "Data 4.3"),
    ("context/contextActivities/category", {}, "$.context.contextActivities.category", "Data 2.4.4.1"),
    ("context/language", "en_GB", "$.context.language", "Data 4.2"),
    ("context/statement", {"id": "7ccd3322-e1a5-411a-a67d-6a735c76f119"}, "$.context.statement", "Data 2.4.4.3"),
    ("context/contextAgents", [], "$.context.contextAgents", "Data 2.4.6"),
    ("timestamp", "2026-11-22", "$.timestamp", "Data 4.5"),
    ("timestamp", "2026-02-30T10:00:00Z", "$.timestamp", "Data 4.5"),
    ("timestamp", "2026-11-22T10:00:00-00", "$.timestamp", "Data 4.5"),
    ("timestamp", "2026-11-22T10:00:00-0000", "$.timestamp", "Data 4.5"),
    ("timestamp", "2026-11-22T10:00:00-00:00", "$.timestamp", "Data 4.5"),
    ("timestamp", "2026-11-22T25:00:00Z", "$.timestamp", "Data 4.5"),
    ("stored", "yesterday", "$.stored", "Data 4.5"),
    ("version", "1.1.0", "$.version", "Data 2.4.10"),
    ("version", "0.9", "$.version", "Data 2.4.10"),
    ("version", "2.0.0", "$.version", "Data 2.4.10"),
    ("version", "1.0.", "$.version", "Data 2.4.10"),
    ("version", 1.0, "$.version", "Data 2.4.10"),
    ("authority", {"objectType": "Group", "member": [agent()]}, "$.authority", "Data 2.4.9"),
    ("authority", {"objectType": "Group", "member": [agent("a"), agent("b")], **agent()}, "$.authority", "Data 2.4.9"),
    ("context/extensions", {"a:x": json.loads("[" * 65 + "]" * 65)}, "$.context.extensions.a:x", "Data 4.1"),
    ("attachments", {}, "$.attachments", "Data 2.2"),
    *(("attachments", [{k: v for k, v in ATTACHMENT.items() if k != name}], "$.attachments[0]", "Data 2.4.11")
      for name in ATTACHMENT if name != "fileUrl"),
    ("attachments", [ATTACHMENT | {"length": "4"}], "$.attachments[0].length", "Data 2.2"),
    ("attachments", [ATTACHMENT | {"sha2": "xyz"}], "$.attachments[0].sha2", "Data 2.4.11"),
    ("attachments", [ATTACHMENT | {"contentType": "text"}], "$.attachments[0].contentType", "Data 2.4.11"),
]  # fmt: skip
RIGHT = [
    ("object", {"objectType": "Agent", **agent()}),
    ("object", {"objectType": "Group", "member": [agent()]}),
    ("object", SUB),
    ("object", activity()),
    ("attachments", [ATTACHMENT]),
    ("authority", {"objectType": "Group", "member": [agent("a"), agent("b")]}),
    ("authority", agent()),
    ("result/duration", "P4W"),
    ("result/duration", "PT16559.14S"),
    ("result/duration", "P3Y1M29DT4H35M59.14S"),
    ("result/duration", "PT1H"),
    ("result/score", {}),
    ("verb/display", {"x-private": "", "zh-Hant-TW": "x", "und": "", "i-klingon": "x", "de-CH-1996": "x", "sl-rozaj-biske": "x"}),
    ("timestamp", "20261122T100000Z"),
    ("timestamp", "2026-11-22T10:00Z"),
    ("timestamp", "2026-11-22T24:00:00Z"),
    ("timestamp", "2016-12-31T23:59:60Z"),
    ("timestamp", "2026-11-22T10:00:00,5+0100"),
    ("version", "1.0"),
    ("version", "1.0.9"),
]


def check(whole, version: str = "1.0.3") -> None:
    STATEMENT[version](whole)


def as_sent(path: str, value) -> dict:
    """With an object that is no activity, revision and platform have to go."""
    whole = changed(path, value)
    if path == "object":
        whole["context"] = {}
    return whole


@pytest.mark.parametrize(("path", "value", "where", "clause"), WRONG, ids=lambda v: v if isinstance(v, str) and v.isascii() else "")
def test_is_refused_naming_path_and_clause(path, value, where, clause):
    with pytest.raises(Broken) as caught:
        check(as_sent(path, value))
    refusal = StatementRefused.of(caught.value, version="1.0.3")
    assert (refusal.fields["path"], refusal.fields["clause"]) == (where, f"xAPI 1.0.3 {clause}")
    assert str(refusal.message).startswith(f"{where}: {refusal.fields['rule']}")


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize(("path", "value"), RIGHT)
def test_is_taken(path, value, version):
    if version == "2.0.0" and path == "timestamp":
        value = "2026-11-22T10:00:00.5+01:00"
    check(as_sent(path, value), version)


def test_the_rich_statement_is_right_in_both_versions():
    check(rich())
    check(rich(), "2.0.0")


@pytest.mark.parametrize("name", ["revision", "platform"])
@pytest.mark.parametrize("target", [{"objectType": "Agent", **agent()}, SUB])
def test_revision_and_platform_need_an_activity(name, target):
    with pytest.raises(Broken, match="not an activity"):
        check(statement(object=target, context={name: "1"}))


class TestTwo:
    """What differs in 2.0 (XAPI.md 3)."""

    MEMBER = {"objectType": "contextAgent", "agent": agent(), "relevantTypes": ["https://example.org/types/coach"]}
    GROUP = {"objectType": "contextGroup", "group": {"objectType": "Group", **agent()}}

    @pytest.mark.parametrize(
        "context", [{"contextAgents": [MEMBER]}, {"contextGroups": [GROUP]}, {"contextAgents": [], "contextGroups": []}]
    )
    def test_context_agents_and_groups(self, context):
        check(statement(context=context), "2.0.0")
        check(statement(object={"objectType": "SubStatement", **statement(context=context)}), "2.0.0")
        with pytest.raises(Broken, match="is not a property of a context"):
            check(statement(context=context))

    @pytest.mark.parametrize(
        "context",
        [
            {"contextAgents": [MEMBER | {"objectType": "contextGroup"}]},
            {"contextAgents": [MEMBER | {"relevantTypes": []}]},
            {"contextAgents": [MEMBER | {"relevantTypes": ["coach"]}]},
            {"contextAgents": [MEMBER | {"agent": {"name": "x"}}]},
            {"contextAgents": [{"objectType": "contextAgent"}]},
            {"contextAgents": MEMBER},
            {"contextGroups": [GROUP | {"group": agent()}]},
            {"contextGroups": [GROUP | {"more": 1}]},
        ],
    )
    def test_wrong_context_agents_and_groups(self, context):
        with pytest.raises(Broken):
            check(statement(context=context), "2.0.0")

    @pytest.mark.parametrize("version", ["2.0.0", "2.0", "2.0.17", "1.0.3", "1.0"])
    def test_versions(self, version):
        check(statement(version=version), "2.0.0")

    @pytest.mark.parametrize("version", ["2.1.0", "3", "2.0.x", "20.0", ""])
    def test_wrong_versions(self, version):
        with pytest.raises(Broken):
            check(statement(version=version), "2.0.0")

    @pytest.mark.parametrize(
        "timestamp", ["2026-11-22T10:00:00", "2026-11-22T10:00Z", "20261122T100000Z", "2026-11-22T10:00:00+01", "2026-11-22T10:00:00-00:00"]
    )
    def test_timestamps_follow_rfc_3339(self, timestamp):
        with pytest.raises(Broken):
            check(statement(timestamp=timestamp), "2.0.0")

    def test_its_clauses_are_named(self):
        with pytest.raises(Broken) as caught:
            check(statement(verb={}), "2.0.0")
        assert StatementRefused.of(caught.value, version="2.0.0").fields["clause"] == "IEEE 9274.1.1 4.2.2.2"


@given(json_values)
def test_any_json_is_answered_without_an_accident(value):
    for version in STATEMENT:
        with pytest.raises(Broken):
            check(value, version)


@given(statements, st.data())
def test_a_statement_with_anything_in_any_place_is_taken_or_refused(whole, data):
    whole = copy.deepcopy(whole)
    place = whole
    while True:
        key = data.draw(st.sampled_from(sorted(place))) if isinstance(place, dict) else data.draw(st.integers(0, len(place) - 1))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        place = inner
    place[key] = data.draw(json_values | st.sampled_from(["Group", "Agent", "SubStatement", VOIDED]) | groups)
    for version in STATEMENT:
        try:
            check(whole, version)
        except Broken:
            continue


@given(statements)
def test_every_statement_that_the_tests_draw_is_valid(whole):
    check(whole)

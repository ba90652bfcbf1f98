"""The quick way and the whole rules always agree, however often a part has been seen."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import agent, json_values, rich, statement, statements

from lrs.statements.errors import Broken
from lrs.statements.parse import parse
from lrs.statements.recognise import recognise
from lrs.statements.rules import RULES


def answer(take, *arguments):
    """What was taken, or how it was refused."""
    try:
        return json.dumps(take(*arguments))
    except Broken as broken:
        return broken.path, broken.rule


def wholly(raw: bytes, version: str):
    value = parse(raw)
    RULES[version].check(value)
    return value


@st.composite
def damaged(draw) -> bytes:
    """A statement with anything in one place, written in one of several ways."""
    whole = json.loads(json.dumps(draw(statements)))
    if draw(st.booleans()):
        place = draw(st.sampled_from([whole, *(v for v in whole.values() if isinstance(v, dict) and v)]))
        place[draw(st.sampled_from([*place, "extra"]))] = draw(json_values)
    raw = json.dumps(whole, separators=draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,", " : ")])), ensure_ascii=draw(st.booleans()))
    if draw(st.booleans()):
        key = draw(st.sampled_from([*whole, "context"]))
        raw = raw[:-1] + f',"{key}":{json.dumps(whole.get(key, {}))}}}'
    return raw.encode("utf-8", "surrogatepass")


@given(damaged(), st.sampled_from(list(RULES)))
def test_both_ways_agree(raw, version):
    expected = answer(wholly, raw, version)
    for _ in range(2):
        assert answer(lambda: recognise(raw, version=version)) == expected


@pytest.mark.parametrize("version", RULES)
def test_a_part_seen_in_two_is_not_taken_in_one(version):
    """contextAgents of a SubStatement are right in 2.0 only, whichever came first."""
    sub = {"objectType": "SubStatement", **statement(context={"contextAgents": [{"objectType": "contextAgent", "agent": agent()}]})}
    raw = json.dumps(statement(object=sub), separators=(",", ":")).encode()
    recognise(raw, version="2.0.0")
    with pytest.raises(Broken):
        recognise(raw, version="1.0.3")
    assert recognise(raw, version="2.0.0")


@pytest.mark.parametrize("raw", [b'{"actor":1', b"[]", b"1", b"{}", b'{"verb":{"id":"a:b"}}'])
def test_what_is_no_statement_is_refused(raw):
    with pytest.raises(Broken):
        recognise(raw, version="1.0.3")


def test_parts_are_shared_between_statements():
    raw = json.dumps(rich()).encode()
    assert recognise(raw, version="1.0.3")["object"] is recognise(raw, version="1.0.3")["object"]

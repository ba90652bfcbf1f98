"""The compiled rules and the tables they were written from always agree."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import json_values, rich, statements

from lrs.statements.compiled import HOLDS, require
from lrs.statements.errors import Broken
from lrs.statements.rules import STATEMENT


def taken(value, version: str) -> bool:
    try:
        STATEMENT[version](value)
    except Broken:
        return False
    return True


@st.composite
def damaged(draw) -> dict:
    """A statement, often with anything in some place at any depth."""
    whole = json.loads(json.dumps(draw(statements | st.just(rich()))))
    for _ in range(draw(st.integers(0, 2))):
        place, key = whole, draw(st.sampled_from([*whole, "extra"]))
        while isinstance(place, dict | list) and place and draw(st.booleans()):
            inner = place.get(key) if isinstance(place, dict) else place[key]
            if not isinstance(inner, dict | list) or not inner:
                break
            place = inner
            key = draw(st.sampled_from([*place, "extra"])) if isinstance(place, dict) else draw(st.integers(0, len(place) - 1))
        place[key] = draw(json_values | st.sampled_from(["Group", "Agent", "Activity", "SubStatement"]))
    return whole


@given(damaged(), st.sampled_from(list(STATEMENT)))
def test_on_whole_statements(value, version):
    assert HOLDS[version](value) is taken(value, version)


@given(json_values, st.sampled_from(list(STATEMENT)))
def test_on_anything(value, version):
    assert HOLDS[version](value) is taken(value, version) is False


@pytest.mark.parametrize("version", STATEMENT)
def test_what_is_refused_is_refused_in_words(version):
    with pytest.raises(Broken, match='has no "verb"'):
        require({"actor": {"mbox": "mailto:a@example.org"}, "object": {"id": "a:b"}}, version)
    require(rich(), version)

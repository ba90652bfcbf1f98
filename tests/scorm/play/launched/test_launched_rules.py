"""What statements about a course add up to: a law, and what real content sends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorm.play.cmi.outcome import Score
from scorm.play.launched.rules import Fact, fact, outcome, seconds

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADL = "http://adlnet.gov/expapi/verbs/"

numbers = st.none() | st.floats(-100, 100)
scores = st.none() | st.builds(Score, st.floats(-1, 1), numbers, numbers, numbers)
facts = st.builds(
    Fact,
    at=st.integers(0, 5).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    completed=st.booleans(),
    passed=st.booleans(),
    failed=st.booleans(),
    score=scores,
    progress=st.none() | st.floats(0, 1),
    seconds=st.floats(0, 1e5),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(facts, max_size=6), st.randoms())
def test_the_order_in_which_they_arrive_does_not_matter(said, random):
    shuffled = list(said)
    random.shuffle(shuffled)
    assert outcome(shuffled) == outcome(said)
    assert seconds(shuffled) == seconds(said)


def read(verb, result=None):
    found = fact({"verb": {"id": ADL + verb}, "result": result or {}, "object": {"id": "http://example.org/golf"}}, at=NOON)
    return found


@pytest.mark.parametrize(
    ("said", "scaled"),
    [
        ({"scaled": 0.5, "raw": 80, "min": 0, "max": 100}, 0.5),
        ({"raw": 80, "min": 0, "max": 100}, 0.8),
        ({"raw": 8, "max": 10}, 0.8),
        ({"raw": 1200, "min": 0}, None),
        ({"raw": 5, "min": 5, "max": 5}, None),
        ({"raw": 10**400, "max": 10}, None),
        ({"raw": 120, "min": 0, "max": 100}, 1.0),
    ],
)
def test_a_score_is_scaled_where_its_scale_is_known(said, scaled):
    found = read("passed", {"score": said})
    assert (found.score.scaled if found.score else None) == scaled


def test_the_last_verdict_counts():
    passed, failed = Fact(NOON, passed=True, score=Score(0.9)), Fact(NOON + timedelta(hours=1), failed=True, score=Score(0.1))
    assert (outcome([failed, passed]).success, outcome([failed, passed]).score.scaled) == ("failed", 0.1)
    assert outcome([passed]).success == "passed"


@pytest.mark.parametrize("verb", ["launched", "initialized", "attempted", "resumed", "experienced", "answered"])
def test_what_says_nothing_of_the_result_is_nothing(verb):
    assert read(verb, {"duration": "PT5M"}) is None


def test_only_the_end_of_a_session_tells_its_time():
    assert read("terminated", {"duration": "PT5M"}).seconds == 300
    assert read("suspended", {"duration": "PT5M"}) is None
    assert read("passed", {"duration": "PT5M"}).seconds == 0

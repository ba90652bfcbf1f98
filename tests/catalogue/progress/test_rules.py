"""Standings: the same whatever the order of statements."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.progress import grading, rules
from catalogue.progress.rules import ADL, LAUNCH_MODE, PROGRESS_EXTENSION, Fact

START = datetime(2026, 1, 1, tzinfo=UTC)
facts = st.builds(
    Fact,
    at=st.integers(0, 10_000).map(lambda minutes: START + timedelta(minutes=minutes)),
    completed=st.booleans(),
    passed=st.booleans(),
    failed=st.booleans(),
    score_scaled=st.none() | st.floats(-1, 1),
    progress=st.none() | st.floats(0, 1),
    duration_seconds=st.floats(0, 10_000).map(lambda seconds: round(seconds, 2)),
)


def merged(given_facts, attempt=""):
    standing = None
    for fact in given_facts:
        standing = rules.merge(standing, fact, attempt)
    return standing


def result(given_facts, rule):
    """What facts, each with its attempt, come to for the item."""
    attempts = sorted({attempt for attempt, _fact in given_facts}, reverse=True)
    return grading.graded([merged([f for a, f in given_facts if a == attempt], attempt) for attempt in attempts], rule)


@given(
    st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), facts), min_size=1, max_size=8).flatmap(
        lambda fs: st.tuples(st.just(fs), st.permutations(fs))
    ),
    st.sampled_from(grading.GRADINGS),
)
def test_the_order_of_arrival_does_not_matter(orders, rule):
    assert result(orders[0], rule) == result(orders[1], rule)


@given(st.lists(facts, min_size=1, max_size=8))
def test_a_pass_is_never_taken_away(given_facts):
    assert merged([*given_facts, Fact(at=START, passed=True, completed=True), *given_facts]).status == "passed"


@given(st.lists(facts, min_size=1, max_size=6), st.lists(facts, max_size=6))
def test_a_pass_in_an_earlier_attempt_stays_where_the_highest_counts(before, after):
    first = merged([*before, Fact(at=START + timedelta(days=30), passed=True, completed=True)], "a")
    later = [merged(after, "b")] if after else []
    assert grading.graded([first, *later], grading.HIGHEST).status == "passed"


class TestAttempts:
    def test_an_attempt_is_what_it_said_last(self):
        told = [
            Fact(at=START + timedelta(hours=h), passed=p, failed=not p, score_scaled=s) for h, p, s in ((1, True, 0.9), (2, False, 0.3))
        ]
        assert (merged(told, "a").status, merged(told, "a").score_scaled) == ("failed", 0.3)
        assert (merged(told).status, merged(told).score_scaled) == ("passed", 0.9), "it may have been two attempts"

    def test_are_named_in_the_grouping_by_our_own_iri(self):
        uuid = "0" * 36
        ours, theirs = {"id": f"http://here/id/attempt/{uuid}"}, {"id": f"http://there/id/attempt/{uuid}"}
        for grouping, found in (([theirs, ours], uuid), (ours, uuid), ([theirs], ""), ([{"id": "http://here/id/attempt/7"}], "")):
            statement = said("passed", context={"contextActivities": {"grouping": grouping}})
            assert rules.attempt_of(statement, base="http://here/id/attempt/") == found
        assert rules.attempt_of(said("passed"), base="http://here/id/attempt/") == ""

    def test_tell_time_at_the_end_of_a_session_and_nothing_else(self):
        ended = said("terminated", result={"completion": True, "success": True, "duration": "PT1M"})
        assert rules.fact(ended, at=START, attempt="a") == Fact(at=START, duration_seconds=60.0)
        repeated = ended | {"context": {"statement": {"objectType": "StatementRef", "id": "x"}}}
        assert rules.fact(repeated, at=START, attempt="a").completed


def said(verb: str, **members) -> dict:
    return {"verb": {"id": ADL + verb}, "object": {"id": "x"}} | members


class TestCounts:
    @pytest.mark.parametrize(("trust", "counts"), [("system", True), ("launch", True), ("self", False), ("", False)])
    def test_only_what_we_saw_or_launched(self, trust, counts):
        assert rules.counts(said("completed"), trust=trust) is counts

    @pytest.mark.parametrize(("mode", "counts"), [("Normal", True), ("Browse", False), ("Review", False), ("review", False), (7, True)])
    def test_looking_is_not_learning(self, mode, counts):
        assert rules.counts(said("completed", context={"extensions": {LAUNCH_MODE: mode}}), trust="launch") is counts

    def test_other_verbs_do_not(self):
        assert not rules.counts(said("commented"), trust="system")


class TestFact:
    @pytest.mark.parametrize(
        ("statement", "status"),
        [
            (said("launched"), "started"),
            (said("initialized"), "started"),
            (said("completed"), "completed"),
            (said("completed", result={"success": True}), "passed"),
            (said("completed", result={"success": False}), "failed"),
            (said("passed"), "passed"),
            (said("failed"), "failed"),
            (said("terminated", result={"completion": True}), "completed"),
            (said("terminated", result={"completion": False}), "started"),
            (said("suspended", result={"duration": "PT1M"}), "started"),
        ],
    )
    def test_what_each_verb_means(self, statement, status):
        assert merged([rules.fact(statement, at=START)]).status == status

    def test_progress_is_a_share_and_a_score_is_not(self):
        moved = rules.fact(said("progressed", result={"score": {"scaled": 0.4}}), at=START)
        assert (moved.progress, moved.score_scaled) == (0.4, None)
        scored = rules.fact(said("scored", result={"score": {"scaled": 0.4}}), at=START)
        assert (scored.progress, scored.score_scaled) == (None, 0.4)
        percent = rules.fact(said("progressed", result={"extensions": {PROGRESS_EXTENSION: 55}}), at=START)
        assert percent.progress == 0.55

    def test_time_is_counted_at_the_end_of_a_session_only(self):
        assert rules.fact(said("completed", result={"duration": "PT1H"}), at=START).duration_seconds == 0
        assert rules.fact(said("terminated", result={"duration": "PT1H"}), at=START).duration_seconds == 3600


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT1M30.5S", 90.5),
        ("P1DT1H", 90_000),
        ("PT0S", 0),
        ("P8D", 0),
        ("P1Y", 0),
        ("1:30", 0),
        (None, 0),
        (90, 0),
        ("PT" + "9" * 80 + "S", 0),
        ("P", 0),
    ],
)
def test_durations(text, seconds):
    assert rules.seconds(text) == seconds

"""The data-model table, merging, durations and outcomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TooLarge
from scorm.play.cmi import SCORM12, SCORM2004
from scorm.play.cmi.elements import reason_against
from scorm.play.cmi.outcome import Outcome, Score, outcome
from scorm.play.cmi.seed import Learner, Terms, seed
from scorm.play.cmi.state import indexes, merge
from scorm.play.cmi.times import as_12, as_iso, centis

REASONS = [
    (SCORM12, "cmi.core.lesson_status", "completed", None),
    (SCORM12, "cmi.core.lesson_status", "unknown", "vocabulary"),
    (SCORM12, "cmi.core.score.raw", "87.5", None),
    (SCORM12, "cmi.core.score.raw", "", None),
    (SCORM12, "cmi.core.score.raw", "NaN", "not_a_number"),
    (SCORM12, "cmi.core.score.raw", "1e9", "not_a_number"),
    (SCORM12, "cmi.core.student_id", "someone-else", "read_only"),
    (SCORM12, "cmi.core.total_time", "9999:00:00", "read_only"),
    (SCORM12, "cmi.suspend_data", "x" * 64_000, None),
    (SCORM12, "cmi.suspend_data", "x" * 64_001, "too_long"),
    (SCORM12, "cmi.interactions.0.objectives.1.id", "o", None),
    (SCORM12, "cmi.interactions.2000.id", "q", "too_many"),
    (SCORM12, "cmi.interactions.-1.id", "q", "unknown_element"),
    (SCORM12, "cmi.interactions.n.id", "q", "unknown_element"),
    (SCORM12, "cmi.completion_status", "completed", "unknown_element"),
    (SCORM12, "__proto__", "x", "unknown_element"),
    (SCORM2004, "cmi.score.scaled", "1", None),
    (SCORM2004, "cmi.score.scaled", "1.01", "out_of_range"),
    (SCORM2004, "cmi.score.scaled", "-2", "out_of_range"),
    (SCORM2004, "cmi.progress_measure", "0.5", None),
    (SCORM2004, "cmi.progress_measure", "-0.1", "out_of_range"),
    (SCORM2004, "cmi.success_status", "completed", "vocabulary"),
    (SCORM2004, "cmi.interactions.3.result", "0.25", None),
    (SCORM2004, "cmi.interactions.3.result", "wrong", "not_a_number"),
    (SCORM2004, "cmi.core.lesson_status", "completed", "unknown_element"),
    (SCORM2004, "cmi.learner_name", "Someone else", "read_only"),
]


@pytest.mark.parametrize(("edition", "element", "value", "reason"), REASONS)
def test_what_a_package_may_set(edition, element, value, reason):
    assert reason_against(element, value, edition=edition) == reason


class TestMerging:
    def test_only_what_differs_is_a_change(self):
        merged = merge({"cmi.location": "3"}, {"cmi.location": "3", "cmi.suspend_data": "x"}, edition=SCORM2004)
        assert merged.changed == {"cmi.suspend_data": "x"}
        assert merged.state == {"cmi.location": "3", "cmi.suspend_data": "x"}

    def test_one_bad_value_does_not_lose_the_others(self):
        merged = merge({}, {"cmi.score.scaled": "7", "cmi.location": "9", "cmi.nonsense": "1"}, edition=SCORM2004)
        assert merged.state == {"cmi.location": "9"}
        assert merged.rejected == {"cmi.score.scaled": "out_of_range", "cmi.nonsense": "unknown_element"}

    def test_what_the_lms_owns_is_passed_over_in_silence(self):
        merged = merge({}, {"cmi.total_time": "PT99H", "cmi.mode": "browse"}, edition=SCORM2004)
        assert (merged.state, merged.rejected) == ({}, {})

    def test_a_value_that_is_neither_text_nor_number_is_refused(self):
        merged = merge({}, {"cmi.location": ["3"], "cmi.suspend_data": None, "cmi.score.raw": 5}, edition=SCORM2004)
        assert merged.state == {"cmi.score.raw": "5"}
        assert set(merged.rejected.values()) == {"not_a_value"}

    def test_a_state_beyond_any_honest_course_is_refused_whole(self):
        answers = {f"cmi.interactions.{n}.learner_response": "x" * 60_000 for n in range(40)}
        with pytest.raises(TooLarge):
            merge({}, answers, edition=SCORM2004)

    @given(st.dictionaries(st.sampled_from([e for _v, e, _x, _r in REASONS]), st.text(max_size=30)), st.sampled_from([SCORM12, SCORM2004]))
    def test_merging_twice_is_merging_once(self, changes, edition):
        once = merge({}, changes, edition=edition)
        twice = merge(once.state, changes, edition=edition)
        assert twice.state == once.state
        assert twice.changed == {}


class TestDurations:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("00:01:05", 6_500),
            ("0001:00:00.50", 360_050),
            ("1:2:3", 372_300),
            ("00:90", 540_000),
            ("9999:99:99.99", 3_600_243_999),
            ("PT1H60M", 720_000),
            ("PT1M5.25S", 6_525),
            ("P1DT1S", 8_640_100),
            ("PT0,5S", 50),
            ("", None),
            (None, None),
            ("P", None),
            ("PT", None),
            ("-1:00:00", None),
            ("PT-5S", None),
            ("soon", None),
            ("9" * 200, None),
        ],
    )
    def test_are_read_tolerantly(self, text, expected):
        assert centis(text) == expected

    @given(st.text(max_size=80))
    def test_never_fail(self, text):
        assert centis(text) is None or centis(text) >= 0

    @given(st.integers(0, 9999 * 360_000))
    def test_come_back_as_they_were_written(self, value):
        assert centis(as_12(value)) == value
        assert centis(as_iso(value)) == value

    def test_of_two_hours_are_written_in_each_edition(self):
        assert (as_12(720_050), as_iso(720_050), as_iso(0)) == ("0002:00:00.50", "PT2H0.5S", "PT0S")


class TestOutcomes:
    @pytest.mark.parametrize(
        ("status", "completion", "success"),
        [
            ("passed", "completed", "passed"),
            ("completed", "completed", "unknown"),
            ("failed", "incomplete", "failed"),
            ("browsed", "incomplete", "unknown"),
            ("not attempted", "not attempted", "unknown"),
        ],
    )
    def test_of_1_2_take_one_word_apart(self, status, completion, success):
        found = outcome({"cmi.core.lesson_status": status}, edition=SCORM12)
        assert (found.completion, found.success) == (completion, success)

    @pytest.mark.parametrize(
        ("raw", "low", "high", "scaled"),
        [
            ("80", "", "", 0.8),
            ("80", "0", "100", 0.8),
            ("15", "10", "20", 0.5),
            ("7", "", "10", 0.7),
            ("250", "0", "100", 1.0),
            ("5", "9", "9", None),
        ],
    )
    def test_normalise_a_score_by_its_own_bounds(self, raw, low, high, scaled):
        state = {"cmi.core.score.raw": raw, "cmi.core.score.min": low, "cmi.core.score.max": high}
        found = outcome(state, edition=SCORM12).score
        assert (found.scaled if found else None) == scaled

    def test_prefer_the_scaled_score_of_2004(self):
        state = {"cmi.score.scaled": "0.4", "cmi.score.raw": "80", "cmi.score.min": "0", "cmi.score.max": "100"}
        assert outcome(state, edition=SCORM2004).score == Score(0.4, 80.0, 0.0, 100.0)

    def test_tell_no_bounds_that_do_not_enclose_the_score(self):
        assert Score(1.0, 250.0, 0.0, 100.0).as_xapi() == {"scaled": 1.0, "raw": 250.0}
        assert Score(0.5, 5.0, 10.0, 0.0).as_xapi() == {"scaled": 0.5, "raw": 5.0}

    def test_are_finished_when_completed_or_judged(self):
        assert Outcome("completed").finished
        assert Outcome("incomplete", "failed").finished
        assert not Outcome("incomplete").finished


class TestSeeds:
    LEARNER = Learner("uuid-1", "Zoé Martin")

    def test_give_back_what_was_stored_but_not_exit_and_session_time(self):
        stored = {"cmi.core.lesson_location": "7", "cmi.core.exit": "suspend", "cmi.core.session_time": "00:01:00"}
        found = seed(
            edition=SCORM12, state=stored, learner=self.LEARNER, terms=Terms(mastery_score=80.0), mode="normal", entry="resume", total=6_000
        )
        assert found["cmi.core.lesson_location"] == "7"
        assert found["cmi.core.total_time"] == "0000:01:00.00"
        assert found["cmi.student_data.mastery_score"] == "80"
        assert found["cmi.core.credit"] == "credit"
        assert not {"cmi.core.exit", "cmi.core.session_time"} & set(found)

    def test_always_name_the_mode_for_some_content_stores_nothing_without(self):
        found = seed(edition=SCORM2004, state={}, learner=self.LEARNER, terms=Terms(), mode="review", entry="", total=0)
        assert (found["cmi.mode"], found["cmi.credit"]) == ("review", "no-credit")
        assert "cmi.entry" not in found

    def test_never_let_stored_values_stand_for_what_the_lms_owns(self):
        found = seed(
            edition=SCORM2004, state={"cmi.learner_id": "mallory"}, learner=self.LEARNER, terms=Terms(), mode="normal", entry="", total=0
        )
        assert found["cmi.learner_id"] == "uuid-1"


def test_collections_are_read_by_index_and_in_order():
    state = {"cmi.interactions.10.id": "k", "cmi.interactions.2.id": "b", "cmi.interactions.2.type": "choice", "cmi.interactions": "x"}
    assert indexes(state, "cmi.interactions") == {2: {"id": "b", "type": "choice"}, 10: {"id": "k"}}
    assert list(indexes(state, "cmi.interactions")) == [2, 10]

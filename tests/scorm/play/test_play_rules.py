"""Entry, finishing, thresholds, time and roll-up."""

import pytest

from scorm.play import rules
from scorm.play.cmi import SCORM12, SCORM2004
from scorm.play.cmi.outcome import Outcome, Score
from scorm.play.cmi.seed import Terms
from scorm.play.rules import Switches


class TestEntry:
    @pytest.mark.parametrize(
        ("mode", "sessions", "last_exit", "lenient", "expected"),
        [
            ("normal", 0, "", True, "ab-initio"),
            ("normal", 1, "suspend", False, "resume"),
            ("normal", 1, "", True, "resume"),
            ("normal", 1, "", False, ""),
            ("normal", 3, "logout", False, ""),
            ("review", 2, "suspend", True, ""),
            ("browse", 0, "", True, "ab-initio"),
        ],
    )
    def test_says_how_a_sco_is_entered(self, mode, sessions, last_exit, lenient, expected):
        assert rules.entry(mode=mode, sessions=sessions, last_exit=last_exit, lenient=lenient) == expected

    def test_only_2004_starts_over_without_a_suspend(self):
        assert rules.starts_over(edition=SCORM2004, entry="", sessions=1)
        assert not rules.starts_over(edition=SCORM12, entry="", sessions=1)
        assert not rules.starts_over(edition=SCORM2004, entry="resume", sessions=1)


class TestFinishing12:
    def finish(self, state, *, mastery=None, by_content=True, switches=None):
        return rules.finish_12(state, terms=Terms(mastery_score=mastery), switches=switches or Switches(), by_content=by_content)

    def test_a_sco_that_said_nothing_is_completed_when_it_finishes(self):
        assert self.finish({}) == {"cmi.core.lesson_status": "completed"}
        assert self.finish({"cmi.core.lesson_status": "not attempted"}) == {"cmi.core.lesson_status": "completed"}

    def test_but_not_when_the_tab_was_closed_on_it(self):
        assert self.finish({}, by_content=False) == {"cmi.core.lesson_status": "incomplete"}

    def test_nor_where_the_package_is_switched_otherwise(self):
        assert self.finish({}, switches=Switches(completed_on_finish=False)) == {"cmi.core.lesson_status": "incomplete"}

    def test_what_it_said_stands(self):
        assert self.finish({"cmi.core.lesson_status": "incomplete"}) == {}

    @pytest.mark.parametrize(("raw", "expected"), [("80", "passed"), ("79.9", "failed"), ("100", "passed")])
    def test_the_mastery_score_decides(self, raw, expected):
        state = {"cmi.core.lesson_status": "completed", "cmi.core.score.raw": raw}
        assert self.finish(state, mastery=80.0) == {"cmi.core.lesson_status": expected}

    def test_without_a_score_it_decides_nothing(self):
        assert self.finish({"cmi.core.lesson_status": "completed"}, mastery=80.0) == {}

    def test_a_sco_that_wants_to_be_resumed_has_not_failed(self):
        state = {"cmi.core.lesson_status": "incomplete", "cmi.core.score.raw": "10", "cmi.core.exit": "suspend"}
        assert self.finish(state, mastery=80.0) == {}

    def test_an_author_may_switch_it_off(self):
        state = {"cmi.core.lesson_status": "completed", "cmi.core.score.raw": "10"}
        assert self.finish(state, mastery=80.0, switches=Switches(mastery_override=False)) == {}


class TestSettling2004:
    def settle(self, state, *, terms=None, finished=False, by_content=True):
        return rules.settle_2004(state, terms=terms or Terms(), finished=finished, by_content=by_content, switches=Switches())

    def test_the_completion_threshold_decides_from_progress(self):
        terms = Terms(completion_threshold=0.8)
        assert self.settle({"cmi.progress_measure": "0.8"}, terms=terms) == {"cmi.completion_status": "completed"}
        lower = {"cmi.progress_measure": "0.5", "cmi.completion_status": "completed"}
        assert self.settle(lower, terms=terms) == {"cmi.completion_status": "incomplete"}

    def test_without_progress_what_the_sco_said_stands(self):
        assert self.settle({"cmi.completion_status": "completed"}, terms=Terms(completion_threshold=0.8)) == {}

    def test_the_passing_score_decides_from_the_scaled_score(self):
        terms = Terms(scaled_passing_score=0.7)
        assert self.settle({"cmi.score.scaled": "0.7"}, terms=terms) == {"cmi.success_status": "passed"}
        assert self.settle({"cmi.score.scaled": "0.69", "cmi.success_status": "passed"}, terms=terms) == {"cmi.success_status": "failed"}

    def test_a_silent_sco_is_completed_when_it_terminates_by_itself(self):
        assert self.settle({}, finished=True) == {"cmi.completion_status": "completed"}
        assert self.settle({}, finished=True, by_content=False) == {}
        assert self.settle({"cmi.exit": "suspend"}, finished=True) == {}
        assert self.settle({"cmi.completion_status": "incomplete"}, finished=True) == {}


class TestSessionTime:
    def test_is_what_the_sco_reports(self):
        assert rules.session_time("00:01:05", wall=10_000) == (6_500, False)

    def test_is_never_longer_than_the_clock_on_the_wall(self):
        assert rules.session_time("PT10H", wall=60_000) == (60_000 + rules.WALL_CLOCK_SLACK, True)

    def test_is_unknown_when_it_cannot_be_read(self):
        assert rules.session_time("soon", wall=10_000) == (None, False)


class TestRollUp:
    DONE, HALF, NEW = Outcome("completed", "unknown", None, None), Outcome("incomplete", "unknown", None, 0.5), Outcome("not attempted")

    def test_nothing_touched_is_not_attempted(self):
        assert rules.roll_up([self.NEW, self.NEW]) == Outcome("not attempted", "unknown", None, 0.0)

    def test_some_is_incomplete_with_the_share_that_is_done(self):
        assert rules.roll_up([self.DONE, self.HALF, self.NEW, self.NEW]) == Outcome("incomplete", "unknown", None, 0.375)

    def test_all_completed_is_completed(self):
        assert rules.roll_up([self.DONE, self.DONE]) == Outcome("completed", "unknown", None, 1.0)

    def test_one_failed_fails_the_course_once_all_are_done(self):
        passed = Outcome("completed", "passed", Score(1.0))
        failed = Outcome("incomplete", "failed", Score(0.2))
        assert rules.roll_up([passed, failed]) == Outcome("incomplete", "failed", Score(0.6), 1.0)
        assert rules.roll_up([passed, failed, self.NEW]).success == "unknown"

    def test_a_course_is_passed_when_something_was_passed_and_nothing_is_left(self):
        assert rules.roll_up([Outcome("completed", "passed"), self.DONE]).success == "passed"

    def test_a_single_score_keeps_its_raw_form(self):
        score = Score(0.8, 80.0, 0.0, 100.0)
        assert rules.roll_up([Outcome("completed", "passed", score), self.DONE]).score == score


class TestNextAttempt:
    @pytest.mark.parametrize(
        ("course", "last_exit", "goes_on"),
        [
            (Outcome("incomplete"), "", True),
            (Outcome("completed"), "", False),
            (Outcome("completed"), "suspend", True),
            (Outcome("incomplete", "failed"), "", False),
            (Outcome("completed", "passed"), "logout", False),
        ],
    )
    def test_goes_on_until_the_course_is_finished_and_left(self, course, last_exit, goes_on):
        assert rules.continues(course=course, last_exit=last_exit) is goes_on


class TestTimeLimits:
    """What the player does when the time that the manifest allows is over."""

    @pytest.mark.parametrize(
        ("allowed", "action", "spent", "expected"),
        [
            ("00:30:00", "exit,message", 0, {"left": 1800.0, "exit": True, "message": True}),
            ("00:30:00", "exit,no message", 60_000, {"left": 1200.0, "exit": True, "message": False}),
            ("0000:30:00.00", "continue,message", 180_001, {"left": 0.0, "exit": False, "message": True}),
            ("PT30M", "Exit, Message", 0, {"left": 1800.0, "exit": True, "message": True}),
            ("00:30:00", "continue,no message", 0, None),
            ("00:30:00", "", 0, None),
            ("", "exit,message", 0, None),
            ("half an hour", "exit,message", 0, None),
            ("00:30:00", "explode,message", 0, None),
        ],
    )
    def test_follow_from_the_manifest_and_the_time_spent(self, allowed, action, spent, expected):
        assert rules.time_limit(Terms(max_time_allowed=allowed, time_limit_action=action), spent=spent) == expected

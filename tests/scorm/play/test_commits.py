"""One commit after the other: order, merging, time, decisions, statements."""

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from support.playing import NOON

from accounts.people.models import Person
from core.db import db, write
from core.errors import Conflict, NotFound
from scorm.packages.models import Package
from scorm.play import queries, seeds
from scorm.play.models import Launch

MASTERY = "<adlcp:masteryscore>80</adlcp:masteryscore>"


@pytest.fixture
def opened(app, people, course, play):
    """A launch of alice in SCORM 1.2, initialized; inside an application context."""
    item = course()
    with app.app_context():
        launch = play(item, people["alice"])
        launch.item = item
        launch.begin()
        yield launch


def cmi(play, sco="item1"):
    return json.loads(play.state(sco).cmi)


class TestOrder:
    def test_changes_add_up(self, opened):
        opened.commit({"cmi.core.lesson_location": "3"})
        receipt = opened.commit({"cmi.suspend_data": "x"})
        assert receipt.state == "saved"
        assert cmi(opened) == {"cmi.core.lesson_location": "3", "cmi.suspend_data": "x"}

    def test_a_late_commit_is_stale_and_changes_nothing(self, opened, told):
        opened.commit({"cmi.core.lesson_location": "9"}, sequence=2000)
        before = len(told())
        receipt = opened.commit({"cmi.core.lesson_location": "1", "cmi.core.lesson_status": "passed"}, sequence=1999)
        assert (receipt.state, receipt.sequence) == ("stale", 2000)
        assert cmi(opened) == {"cmi.core.lesson_location": "9"}
        assert len(told()) == before

    def test_the_same_commit_twice_counts_once(self, opened, told):
        opened.commit({"cmi.core.lesson_status": "passed"}, sequence=2000)
        before, journal = len(told()), len(list(queries.journal_of(opened.attempt.id)))
        assert opened.commit({"cmi.core.lesson_status": "passed"}, sequence=2000).state == "stale"
        assert (len(told()), len(list(queries.journal_of(opened.attempt.id)))) == (before, journal)

    def test_the_same_content_with_a_new_number_tells_nothing_new(self, opened, told):
        opened.commit({"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "90"})
        before = len(told())
        assert opened.commit({"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "90"}).state == "saved"
        assert len(told()) == before

    def test_a_newer_window_takes_over_and_the_older_one_is_told(self, opened, people, play):
        newer = play(opened.item, people["alice"])
        opened.commit({"cmi.core.lesson_location": "from the old"})
        newer.begin()
        with pytest.raises(Conflict) as refusal:
            opened.commit({"cmi.core.lesson_location": "late"}, sequence=9_999_999)
        assert refusal.value.code == "superseded"
        newer.commit({"cmi.suspend_data": "new"})
        assert cmi(newer) == {"cmi.core.lesson_location": "from the old", "cmi.suspend_data": "new"}

    def test_a_closed_attempt_takes_nothing_more(self, opened, people, play):
        opened.commit({"cmi.core.lesson_status": "completed"}, finish="content")
        play(opened.item, people["alice"])
        with pytest.raises(Conflict):
            opened.commit({"cmi.core.lesson_status": "failed"})

    def test_a_part_that_the_package_does_not_have(self, opened):
        with pytest.raises(NotFound):
            opened.commit({}, sco="elsewhere")


class TestResuming:
    def test_everything_comes_back_in_the_same_attempt(self, opened, people, play):
        stored = {
            "cmi.core.lesson_location": "7",
            "cmi.suspend_data": "x" * 64_000,
            "cmi.interactions.0.id": "q1",
            "cmi.interactions.0.type": "choice",
            "cmi.interactions.0.student_response": "b",
            "cmi.objectives.0.id": "o1",
            "cmi.objectives.0.status": "passed",
            "cmi.core.score.raw": "40",
            "cmi.core.lesson_status": "incomplete",
        }
        opened.commit(
            stored | {"cmi.core.session_time": "00:01:00", "cmi.core.exit": "suspend"}, finish="content", at=NOON + timedelta(minutes=2)
        )
        again = play(opened.item, people["alice"])
        launch = db.session.get(Launch, again.launch_id)
        elements = seeds.seed_of(launch=launch, person=db.session.get(Person, people["alice"].id), sco="item1")["elements"]
        assert stored.items() <= elements.items()
        assert elements["cmi.core.entry"] == "resume"
        assert elements["cmi.core.total_time"] == "0000:01:00.00"
        assert again.attempt.id == opened.attempt.id

    def test_a_package_that_never_says_suspend_is_resumed_all_the_same(self, opened, people, play, told):
        opened.commit({"cmi.core.lesson_location": "7", "cmi.core.lesson_status": "incomplete"}, finish="player")
        again = play(opened.item, people["alice"])
        again.begin()
        assert [t.verb for t in told() if t.about][-1] == "resumed"

    def test_unless_the_author_switched_that_off(self, opened, people, play, told):
        with write():
            db.session.scalars(select(Package)).one().switches = {"lenient_resume": False}
        opened.commit({"cmi.core.lesson_location": "7", "cmi.core.lesson_status": "incomplete"}, finish="player")
        play(opened.item, people["alice"]).begin()
        assert [t.verb for t in told() if t.about][-1] == "initialized"

    def test_nul_and_half_characters_in_suspend_data_survive(self, opened, told):
        opened.commit({"cmi.suspend_data": "a\x00b\ud83d", "cmi.comments": "c\x00d\ud83d"})
        db.session.expire_all()
        assert cmi(opened)["cmi.suspend_data"] == "a\x00b\ud83d"
        assert told()[-1].result == {"response": "c\ufffdd\ufffd"}


class TestTime:
    def test_sessions_add_up(self, opened):
        opened.commit({"cmi.core.session_time": "00:01:00"}, at=NOON + timedelta(minutes=1))
        opened.commit({"cmi.core.session_time": "00:02:00"}, finish="content", at=NOON + timedelta(minutes=2))
        assert (opened.state().total_time, opened.attempt.total_time) == (12_000, 12_000)
        opened.begin(at=NOON + timedelta(minutes=3))
        opened.commit({"cmi.core.session_time": "00:00:30"}, finish="content", at=NOON + timedelta(minutes=4))
        assert (opened.state().total_time, opened.attempt.total_time) == (15_000, 15_000)

    def test_a_session_is_no_longer_than_the_clock_on_the_wall(self, opened):
        opened.commit({"cmi.core.session_time": "99:00:00"}, finish="player", at=NOON + timedelta(minutes=1))
        assert opened.state().total_time == 6_000 + 3_000
        assert opened.attempt.flags == ["session_time"]

    def test_where_the_sco_reports_nothing_the_wall_is_the_measure(self, opened):
        opened.commit({}, finish="player", at=NOON + timedelta(seconds=90))
        assert opened.state().total_time == 9_000
        assert opened.attempt.flags == []

    def test_the_time_of_a_session_that_crashed_is_kept(self, opened, people, play, told):
        opened.commit({"cmi.core.session_time": "00:00:50"}, at=NOON + timedelta(minutes=1))
        again = play(opened.item, people["alice"], at=NOON + timedelta(hours=1))
        again.begin(at=NOON + timedelta(hours=1))
        assert again.state().total_time == 5_000
        verbs = [(t.verb, t.about) for t in told()]
        assert verbs[-3:] == [("suspended", "sco/item1"), ("resumed", "sco/item1"), ("suspended", "")]
        ended = told()[-3].statement
        assert ended["timestamp"] == "2026-11-22T12:01:00Z"
        assert ended["result"]["duration"] == "PT50S"


class TestPlausibility:
    def test_a_pass_in_the_first_seconds_is_flagged_and_kept(self, opened):
        opened.commit({"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "100"}, at=NOON + timedelta(seconds=9))
        assert (opened.attempt.flags, opened.attempt.success) == (["passed_at_once"], "passed")

    def test_a_pass_after_a_while_is_not(self, opened):
        opened.commit({"cmi.core.lesson_status": "passed"}, at=NOON + timedelta(seconds=11))
        assert opened.attempt.flags == []

    def test_nor_is_one_in_a_later_session(self, opened, people, play):
        opened.commit({"cmi.core.lesson_status": "incomplete"}, finish="player", at=NOON + timedelta(minutes=5))
        again = play(opened.item, people["alice"])
        again.begin(at=NOON + timedelta(hours=1))
        again.commit({"cmi.core.lesson_status": "passed"}, at=NOON + timedelta(hours=1, seconds=2))
        assert again.attempt.flags == []


class TestDecisions:
    def test_a_silent_course_is_completed_when_it_finishes(self, opened, told):
        opened.commit({}, finish="content")
        assert opened.attempt.completion == "completed"
        assert ("completed", "") in [(t.verb, t.about) for t in told()]

    def test_a_silent_course_is_not_completed_by_closing_the_tab(self, opened):
        opened.commit({}, finish="player")
        assert opened.attempt.completion == "incomplete"

    @pytest.mark.parametrize(("raw", "verb"), [("79", "failed"), ("80", "passed")])
    def test_the_mastery_score_of_the_manifest_decides(self, app, people, course, play, told, raw, verb):
        item = course(extras=MASTERY)
        with app.app_context():
            opened = play(item, people["alice"])
            opened.begin()
            opened.commit({"cmi.core.lesson_status": "completed", "cmi.core.score.raw": raw}, finish="content")
            assert opened.attempt.success == verb
            course_verdict = next(t for t in told() if t.verb == verb and t.about == "")
            assert course_verdict.result["score"]["raw"] == float(raw)

    def test_2004_thresholds_decide(self, app, people, course, play):
        item = course(edition="2004", extras='<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.75"/>')
        with app.app_context():
            opened = play(item, people["alice"])
            opened.begin()
            opened.commit({"cmi.progress_measure": "0.5"})
            assert (opened.attempt.completion, opened.attempt.progress) == ("incomplete", 0.5)
            assert opened.commit({"cmi.progress_measure": "0.75"}).course.completion == "completed"

    def test_several_scos_add_up(self, app, people, course, play, told):
        item = course({"a.html": "a", "b.html": "b"})
        with app.app_context():
            opened = play(item, people["alice"])
            opened.begin(sco="item1")
            half = opened.commit({"cmi.core.lesson_status": "completed"}, sco="item1", finish="content").course
            assert (half.completion, half.progress) == ("incomplete", 0.5)
            opened.begin(sco="item2")
            whole = opened.commit({"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "70"}, sco="item2", finish="content").course
            assert (whole.completion, whole.success, whole.score.scaled, whole.progress) == ("completed", "passed", 0.7, 1.0)
            about_course = [t.verb for t in told() if t.about == ""]
            assert about_course == ["launched", "progressed", "suspended", "completed", "passed", "terminated"]

    def test_what_only_the_lms_sets_cannot_be_set(self, opened):
        opened.commit({"cmi.core.student_id": "bob", "cmi.core.total_time": "9999:00:00", "cmi.core.credit": "no-credit"})
        assert cmi(opened) == {}

    def test_a_bad_value_is_named_and_the_rest_is_kept(self, opened):
        receipt = opened.commit({"cmi.core.score.raw": "lots", "cmi.core.lesson_location": "4"})
        assert receipt.rejected == {"cmi.core.score.raw": "not_a_number"}
        assert cmi(opened) == {"cmi.core.lesson_location": "4"}
        assert list(queries.journal_of(opened.attempt.id))[-1].rejected == {"cmi.core.score.raw": "not_a_number"}


def test_statements_of_content_are_trusted_as_launch_and_bear_our_authority(opened, told):
    opened.commit({"cmi.core.lesson_status": "passed"})
    content = [t for t in told() if t.verb != "launched"]
    assert content
    assert {t.trust for t in content} == {"launch"}
    assert {t.statement["authority"]["account"]["name"] for t in content} == {"colloquium"}
    assert {t.statement["actor"]["account"]["name"] for t in content} == {t.statement["actor"]["account"]["name"] for t in told()[:1]}


def test_the_journal_keeps_every_commit_and_long_values_by_their_hash(opened):
    opened.commit({"cmi.suspend_data": "x" * 5_000, "cmi.core.lesson_location": "3"})
    entry = list(queries.journal_of(opened.attempt.id))[-1]
    changes = json.loads(entry.changes)
    assert changes["cmi.core.lesson_location"] == "3"
    assert changes["cmi.suspend_data"]["length"] == 5_000


def test_nothing_is_half_written_when_a_commit_fails(app, people, course, play, told, monkeypatch):
    from scorm.play import commits

    item = course()
    with app.app_context():
        opened = play(item, people["alice"])
        opened.begin()
        before = len(told())
        monkeypatch.setattr(commits._Merge, "_note", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            opened.commit({"cmi.core.lesson_status": "passed", "cmi.suspend_data": "x"})
        assert cmi(opened) == {}
        assert opened.attempt.success == "unknown"
        assert len(told()) == before


def test_commits_at_the_same_time_are_merged_one_after_the_other(app, people, course, play):
    item = course({f"{n}.html": "x" for n in range(6)})
    with app.app_context():
        opened = play(item, people["alice"])
    failures = []

    def commit(n):
        with app.app_context():
            try:
                mine = type(opened)(opened.launch_id, opened.person_id)
                mine.begin(sco=f"item{n}")
                mine.commit({"cmi.core.lesson_status": "completed"}, sco=f"item{n}", finish="content")
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=commit, args=(n,)) for n in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with app.app_context():
        assert (opened.attempt.completion, opened.attempt.progress) == ("completed", 1.0)

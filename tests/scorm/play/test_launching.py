"""Opening a course: enrolment, attempts, modes."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from support.playing import NOON

from catalogue.progress.models import Progress
from core.db import db, write
from core.errors import NotFound
from lrs import projections
from scorm.play import queries
from scorm.play.models import Attempt, Launch, Registration


class TestLaunching:
    def test_the_first_launch_enrols_and_tells(self, app, people, course, play, told):
        item = course()
        with app.app_context():
            opened = play(item, people["alice"])
            assert (opened.attempt.n, opened.attempt.state) == (1, "open")
            statement = told()[-1]
            assert (statement.verb, statement.about, statement.trust) == ("launched", "", "system")
            registration = queries.registration_of(people["alice"].id, opened.attempt.registration.item_id)
            assert statement.statement["context"]["registration"] == registration.uuid

    def test_another_launch_goes_on_with_the_attempt(self, app, people, course, play):
        item = course()
        with app.app_context():
            first, second = play(item, people["alice"]), play(item, people["alice"])
            assert first.attempt.id == second.attempt.id
            assert first.launch_id != second.launch_id
            assert db.session.scalar(select(func.count()).select_from(Registration)) == 1

    def test_learners_do_not_share(self, app, people, course, play):
        item = course()
        with app.app_context():
            assert play(item, people["alice"]).attempt.registration_id != play(item, people["bob"]).attempt.registration_id

    def test_after_completion_a_new_attempt_begins_and_the_old_one_closes(self, app, people, course, play):
        item = course()
        with app.app_context():
            first = play(item, people["alice"])
            first.begin()
            first.commit({"cmi.core.lesson_status": "completed"}, finish="content")
            second = play(item, people["alice"])
            assert second.attempt.n == 2
            assert second.attempt.registration_id == first.attempt.registration_id
            assert first.attempt.state == "closed"
            assert first.attempt.closed_at is not None

    def test_after_suspending_a_completed_course_the_attempt_goes_on(self, app, people, course, play):
        item = course()
        with app.app_context():
            first = play(item, people["alice"])
            first.begin()
            first.commit({"cmi.core.lesson_status": "completed", "cmi.core.exit": "suspend"}, finish="content")
            assert play(item, people["alice"]).attempt.n == 1

    def test_an_item_without_a_package_cannot_be_played(self, app, people, play):
        from catalogue.items import service as items

        with app.app_context():
            with write():
                uuid = items.create(kind="scorm", title="Empty", owner_id=people["erin"].id, visibility="published").uuid
            with pytest.raises(NotFound):
                play(uuid, people["alice"])

    def test_one_attempt_at_a_time_is_kept_by_the_database(self, app, people, course, play):
        from sqlalchemy.exc import IntegrityError

        item = course()
        with app.app_context():
            attempt = play(item, people["alice"]).attempt
            second = Attempt(registration_id=attempt.registration_id, n=2, version_id=attempt.version_id)
            with write() as session:
                session.add(second)
                with pytest.raises(IntegrityError):
                    session.flush()
                session.rollback()


def test_launches_at_the_same_time_share_one_new_attempt(app, people, course, play):
    item = course()
    with app.app_context():
        first = play(item, people["alice"])
        first.begin()
        first.commit({"cmi.core.lesson_status": "completed"}, finish="content")
    together, attempts, failures = threading.Barrier(6), [], []

    def launch():
        with app.app_context():
            try:
                together.wait(timeout=20)
                attempts.append(play(item, people["alice"]).attempt.n)
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=launch) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert attempts == [2] * 6


class TestModes:
    def test_a_review_shows_the_attempt_and_keeps_nothing(self, app, people, course, play, told):
        item = course()
        with app.app_context():
            first = play(item, people["alice"])
            first.begin()
            first.commit({"cmi.core.lesson_status": "completed", "cmi.suspend_data": "mine"}, finish="content")
            before, journal = len(told()), len(list(queries.journal_of(first.attempt.id)))
            review = play(item, people["alice"], mode="review")
            assert review.attempt.id == first.attempt.id
            assert review.begin().state == "ignored"
            assert review.commit({"cmi.core.lesson_status": "failed", "cmi.suspend_data": "spoiled"}, finish="content").state == "ignored"
            assert first.state().cmi.count("mine") == 1
            assert first.attempt.completion == "completed"
            assert (len(told()), len(list(queries.journal_of(first.attempt.id)))) == (before, journal)

    def test_a_review_of_nothing_is_a_launch(self, app, people, course, play):
        item = course()
        with app.app_context():
            opened = play(item, people["alice"], mode="review")
            assert db.session.get(Launch, opened.launch_id).mode == "normal"

    def test_a_preview_leaves_no_trace(self, app, people, course, play, told):
        item = course()
        with app.app_context():
            before = len(told())
            preview = play(item, people["erin"], mode="browse")
            assert preview.begin().state == "ignored"
            assert preview.commit({"cmi.core.lesson_status": "passed"}, finish="content").state == "ignored"
            projections.catch_up(limit_ms=5_000)
            assert len(told()) == before
            assert db.session.scalar(select(func.count()).select_from(Registration)) == 0
            assert db.session.scalar(select(func.count()).select_from(Progress)) == 0


def test_progress_follows_what_is_told(app, people, course, play):
    item = course()
    with app.app_context():
        opened = play(item, people["alice"])
        projections.catch_up(limit_ms=5_000)
        assert db.session.scalars(select(Progress)).one().status == "started"
        opened.begin()
        changes = {"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "90", "cmi.core.session_time": "00:02:00"}
        opened.commit(changes, finish="content", at=NOON + timedelta(minutes=3))
        projections.catch_up(limit_ms=5_000)
        progress = db.session.scalars(select(Progress)).one()
        assert (progress.status, progress.score_scaled, progress.duration_seconds) == ("passed", 0.9, 120.0)

"""Versions in the database: what waits, what is played, who goes along, what comes back."""

from itertools import product

import pytest
from sqlalchemy import func, select

from accounts.people import queries as people_queries
from core.db import db, write
from core.errors import Conflict
from scorm.packages.models import PackageVersion
from scorm.packages.switches import NEW_ATTEMPTS
from scorm.play import moving, rules, seeds, service
from scorm.play.cmi.outcome import Outcome
from scorm.play.models import Attempt, Launch

TWO = {"a.html": "<title>A</title>", "b.html": "<title>B</title>"}
TWO_CORRECTED = {"a.html": "<title>A</title>", "b.html": "<title>B, corrected</title>"}
THREE = {**TWO_CORRECTED, "c.html": "<title>C</title>"}
HALF_WAY = {"cmi.core.lesson_location": "page 7", "cmi.suspend_data": "half", "cmi.core.exit": "suspend"}


def half_way(course, person, sco="item1"):
    """A learner who has left in the middle of a part."""
    play = course.play(person)
    play.begin(sco=sco)
    play.commit(HALF_WAY, sco=sco, finish="content")
    return play


def elements(play, sco="item1") -> dict:
    """What a part finds when it initializes."""
    launch = db.session.get(Launch, play.launch_id)
    return seeds.seed_of(launch=launch, person=people_queries.get(play.person_id), sco=sco)["elements"]


class TestUploading:
    def test_makes_a_version_that_waits_and_that_nobody_plays(self, app, people, course):
        made = course(TWO)
        with app.app_context():
            found = made.upload(TWO_CORRECTED, note="Page 2 corrected")
            assert (found.accepted, found.number, found.duplicate, found.item_uuid) == (True, 2, False, made.item)
            assert (made.current, made.version(2).waiting, made.version(2).note) == (1, True, "Page 2 corrected")
            assert made.version(2).by_id == people["erin"].id
            assert made.play(people["alice"]).attempt.version.number == 1

    def test_of_the_bytes_of_any_version_adds_nothing_and_says_which_it_is(self, app, course):
        made = course(TWO)
        with app.app_context():
            made.upload(TWO_CORRECTED)
            for pages, number in ((TWO, 1), (TWO_CORRECTED, 2)):
                again = made.upload(pages)
                assert (again.duplicate, again.number) == (True, number)
            assert db.session.scalar(select(func.count()).select_from(PackageVersion)) == 2

    def test_takes_bytes_that_are_another_item_of_the_same_author(self, app, course):
        made, _other = course(TWO), course(TWO_CORRECTED)
        with app.app_context():
            assert made.upload(TWO_CORRECTED).number == 2

    def test_of_a_broken_zip_keeps_nothing(self, app, course):
        made = course(TWO)
        with app.app_context():
            assert not made.upload({"a.html": ""}, edition="1.2", title="x", kind="sco", identifiers=["<"]).accepted
            assert db.session.scalar(select(func.count()).select_from(PackageVersion)) == 1

    def test_gives_no_number_twice(self, app, course):
        made = course(TWO)
        with app.app_context():
            made.upload(TWO_CORRECTED)
            made.discard(2)
            assert made.upload(TWO_CORRECTED).number == 3


class TestUsing:
    def test_new_attempts_play_it(self, app, people, course):
        made = course(TWO)
        with app.app_context():
            made.upload(TWO_CORRECTED)
            made.use(2)
            assert made.play(people["alice"]).attempt.version.number == 2
            assert not made.version(2).waiting

    def test_attempts_that_stay_go_on_with_their_version_until_they_are_finished(self, app, people, course):
        made = course(TWO)
        with app.app_context():
            half_way(made, people["alice"])
            made.upload(TWO_CORRECTED)
            assert (made.use(2, "stay").moved, made.play(people["alice"]).attempt.version.number) == (0, 1)
            again = made.play(people["alice"])
            for sco in ("item1", "item2"):
                again.commit({"cmi.core.lesson_status": "completed", "cmi.core.exit": ""}, sco=sco, finish="content")
            assert made.play(people["alice"]).attempt.version.number == 2

    def test_attempts_that_move_go_on_where_they_were(self, app, people, course):
        made = course(TWO)
        with app.app_context():
            before = half_way(made, people["alice"]).attempt
            uuid = before.uuid
            made.upload(THREE)
            change = made.use(2, "move")
            assert (change.moved, change.stayed) == (1, 0)
            again = made.play(people["alice"])
            assert (again.attempt.uuid, again.attempt.version.number) == (uuid, 2)
            found = elements(again)
            assert (found["cmi.core.lesson_location"], found["cmi.suspend_data"], found["cmi.core.entry"]) == ("page 7", "half", "resume")

    def test_what_was_finished_stays_what_it_was_and_is_reviewed_as_it_was_played(self, app, people, course):
        made = course(TWO)
        with app.app_context():
            play = made.play(people["alice"])
            for sco in ("item1", "item2"):
                play.commit({"cmi.core.lesson_status": "completed"}, sco=sco, finish="content")
            made.upload(TWO_CORRECTED)
            assert made.use(2, "move").moved == 0
            assert made.play(people["alice"], mode="review").attempt.version.number == 1

    def test_a_window_of_the_old_version_saves_no_more_and_loses_nothing_that_it_saved(self, app, people, course):
        made = course(TWO)
        with app.app_context():
            play = made.play(people["alice"])
            play.begin()
            play.commit({"cmi.suspend_data": "saved"})
            made.upload(TWO_CORRECTED)
            made.use(2, "move")
            with pytest.raises(Conflict) as refused:
                play.commit({"cmi.suspend_data": "too late"})
            assert refused.value.code == "superseded"
            assert elements(made.play(people["alice"]))["cmi.suspend_data"] == "saved"

    def test_a_window_of_an_attempt_that_stays_goes_on_saving(self, app, people, course):
        made = course(TWO)
        with app.app_context():
            play = made.play(people["alice"])
            play.begin()
            made.upload(TWO_CORRECTED)
            made.use(2, "stay")
            assert play.commit({"cmi.suspend_data": "on"}).state == "saved"

    def test_the_choice_of_another_moment_is_refused(self, app, course):
        made = course(TWO)
        with app.app_context():
            made.upload(TWO_CORRECTED)
            made.upload(THREE)
            made.use(3, seen=1)
            with pytest.raises(Conflict) as refused:
                made.use(2, seen=1)
            assert (refused.value.code, made.current) == ("changed", 3)

    def test_twice_changes_nothing_the_second_time(self, app, course):
        made = course(TWO)
        with app.app_context():
            made.upload(TWO_CORRECTED)
            assert made.use(2, seen=1) is not None
            assert made.use(2, seen=1) is None

    def test_who_goes_along_is_who_the_next_launch_would_go_on_with(self, app, people, course):
        """The condition in SQL and the rule of launching are one rule."""
        states = ("open", "closed")
        completions, successes = ("completed", "incomplete", "not attempted", "unknown"), ("passed", "failed", "unknown")
        made = course(TWO)
        with app.app_context():
            attempt_id = half_way(made, people["alice"]).attempt.id
            for begins, state, completion, success, last_exit in product(NEW_ATTEMPTS, states, completions, successes, ("", "suspend")):
                with write():
                    attempt = db.session.get(Attempt, attempt_id)
                    attempt.state, attempt.last_exit, attempt.outcome = state, last_exit, Outcome(completion, success)
                    attempt.version.package.switches = {"new_attempt": begins}
                attempt = db.session.get(Attempt, attempt_id)
                package = attempt.version.package
                step = service.next_step(attempt.registration_id, attempt, package.settings)
                counted = moving.counts(package)[attempt.version_id].in_progress
                assert bool(counted) == (step == rules.GO_ON), (begins, state, completion, success, last_exit)

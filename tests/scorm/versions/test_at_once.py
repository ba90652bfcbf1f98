"""Several people at once, and a server that stops in between."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from catalogue.items.models import Item
from core.db import db, write
from core.errors import DomainError
from core.storage import storage
from scorm.packages import service as packages_service
from scorm.packages.models import PackageFile, PackageVersion
from scorm.packages.sweep import sweep
from scorm.play import moving
from scorm.play.models import Attempt
from scorm.versions.models import PackageChange

TWO = {"a.html": "<title>A</title>", "b.html": "<title>B</title>"}


def corrected(n: int) -> dict:
    return {**TWO, "b.html": f"<title>B, corrected {n} times</title>"}


def at_once(app, *tasks) -> list:
    """What each of these answers or raises when they run at the same time."""
    answers, barrier = [None] * len(tasks), threading.Barrier(len(tasks))

    def work(place, task):
        barrier.wait()
        with app.app_context():
            try:
                answers[place] = task()
            except DomainError as refused:
                answers[place] = refused
            db.session.remove()

    threads = [threading.Thread(target=work, args=(place, task)) for place, task in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def numbers() -> list[int]:
    return sorted(db.session.scalars(select(PackageVersion.number)))


class TestAtOnce:
    def test_uploads_get_numbers_of_their_own(self, app, course):
        made = course(TWO)
        found = at_once(app, *(lambda n=n: made.upload(corrected(n)).number for n in range(4)))
        assert sorted(found) == [2, 3, 4, 5]

    def test_the_same_file_becomes_one_version(self, app, course):
        made = course(TWO)
        found = at_once(app, *(lambda: made.upload(corrected(1)) for _ in range(4)))
        assert {one.number for one in found} == {2}
        assert sorted(one.duplicate for one in found) == [False, True, True, True]
        with app.app_context():
            assert numbers() == [1, 2]
            assert len(list(storage().keys("packages/"))) == 4

    def test_of_two_authors_who_choose_differently_one_is_told_to_look_again(self, app, course):
        made = course(TWO)
        with app.app_context():
            made.upload(corrected(1))
            made.upload(corrected(2))
        found = at_once(app, lambda: made.use(2, seen=1) and "used", lambda: made.use(3, seen=1) and "used")
        assert sorted("used" if one == "used" else one.code for one in found) == ["changed", "used"]
        with app.app_context():
            assert db.session.scalar(select(func.count()).select_from(PackageChange)) == 1

    def test_a_version_is_used_or_discarded_never_both(self, app, course):
        made = course(TWO)
        with app.app_context():
            made.upload(corrected(1))
        found = at_once(app, lambda: made.use(2) and "used", lambda: made.discard(2) and "discarded")
        with app.app_context():
            assert (made.current, numbers()) in ((2, [1, 2]), (1, [1]))
            assert any(not isinstance(one, str) for one in found)

    def test_what_a_learner_was_told_is_saved_is_there_after_the_move(self, app, people, course):
        made = course(TWO)
        with app.app_context():
            play = made.play(people["alice"])
            play.begin()
            made.upload(corrected(1))
        saved = []

        def learn():
            for n in range(60):
                play.commit({"cmi.suspend_data": f"step {n}"})
                saved.append(n)

        refused, _moved = at_once(app, learn, lambda: made.use(2, "move"))
        assert refused is None or refused.code == "superseded"
        with app.app_context():
            again = made.play(people["alice"])
            assert again.attempt.version.number == 2
            assert not saved or f'"step {saved[-1]}"' in again.state().cmi


class TestInterrupted:
    """A failure stands for the end of the process: the unit of work is not committed."""

    def test_an_upload_leaves_no_row_and_no_file(self, app, course, monkeypatch):
        made = course(TWO)

        def stop(*_args):
            raise KeyboardInterrupt

        monkeypatch.setattr(packages_service, "_index", stop)
        with app.app_context():
            with pytest.raises(KeyboardInterrupt):
                made.upload(corrected(1))
            assert numbers() == [1]
            assert len(list(storage().keys("packages/"))) == 2
            monkeypatch.undo()
            assert made.upload(corrected(1)).number == 2

    def test_a_move_is_whole_or_did_not_happen(self, app, people, course, monkeypatch):
        made = course(TWO)
        with app.app_context():
            for name in ("alice", "bob", "charlie"):
                made.play(people[name]).begin()
            made.upload(corrected(1))
            monkeypatch.setattr(moving, "_ROWS", 1)
            run, done = moving._run, []

            def stop_after_one(statement):
                if done:
                    raise KeyboardInterrupt
                done.append(run(statement))

            monkeypatch.setattr(moving, "_run", stop_after_one)
            with pytest.raises(KeyboardInterrupt):
                made.use(2, "move")
            assert (made.current, made.version(2).waiting) == (1, True)
            assert set(db.session.scalars(select(Attempt.version_id))) == {made.version(1).id}
            monkeypatch.undo()
            assert made.use(2, "move").moved == 3

    def test_files_that_a_discard_could_not_delete_are_swept_and_no_others(self, app, course):
        made = course(TWO)
        with app.app_context():
            for n in (1, 2):
                made.upload(corrected(n))
            made.use(2)
            keys = set(made.discard(3))
            assert set(sweep(timedelta(0))) == keys
            for number in (1, 2):
                version = made.version(number)
                assert storage().exists(version.original_key)
                assert storage().exists(version.serving_key)
            assert db.session.scalar(select(func.count(PackageFile.version_id.distinct()))) == 2

    def test_deleting_the_item_takes_all_of_it(self, app, course):
        made = course(TWO)
        with app.app_context():
            made.upload(corrected(1))
            made.use(2)
            with write() as session:
                session.delete(session.scalar(select(Item).where(Item.uuid == made.item)))
            assert len(sweep(timedelta(0))) == 4
            assert db.session.scalar(select(func.count()).select_from(PackageChange)) == 0

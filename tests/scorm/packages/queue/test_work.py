"""Receiving and working off: a file is safe before its answer, and what comes of it comes once."""

import random
import threading
import time
import zipfile
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from catalogue.items.models import Item
from core.clock import frozen, now
from core.db import db, write
from core.errors import NotFound, TooLarge, TooMany, Unavailable
from core.storage import storage
from scorm.packages import importing, sweep
from scorm.packages.models import PackageVersion
from scorm.packages.queue import housekeeping, queries, receiving, rules, service, work
from scorm.packages.queue.models import Upload


def one(app, uuid: str) -> Upload:
    with app.app_context():
        found = db.session.scalar(select(Upload).where(Upload.uuid == uuid))
        db.session.expunge_all()
        return found


def items(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Item))


def files(app) -> list[str]:
    with app.app_context():
        return [key for key, _written in storage().keys("packages/")]


class TestReceived:
    def test_a_file_is_whole_in_the_storage_before_anything_else(self, app, receive, make_course):
        upload = one(app, receive(make_course(), name="fire/course.zip"))
        assert (upload.state, upload.name, upload.size) == ("waiting", "fire/course.zip", len(make_course()))
        with app.app_context(), storage().open(upload.key) as stream:
            assert stream.read() == make_course()

    def test_it_becomes_the_original_and_is_stored_once(self, app, receive, work_off, make_course):
        upload = receive(make_course(), theme="Safety / Fire", publish=True)
        before = one(app, upload).key
        assert work_off() == 1
        after = one(app, upload)
        with app.app_context():
            version = db.session.scalar(select(PackageVersion))
            item = db.session.scalar(select(Item))
            assert (after.state, after.item_uuid, after.key) == ("done", item.uuid, None)
            assert (item.visibility, version.original_key) == ("published", before)
            assert sorted(files(app)) == sorted([version.original_key, version.serving_key])
        assert after.report["title"] == "Fire safety"

    def test_what_is_refused_is_not_kept(self, app, receive, work_off):
        upload = receive(b"a holiday picture", name="beach.jpg")
        work_off()
        after = one(app, upload)
        assert (after.state, after.item_uuid, after.key) == ("refused", None, None)
        assert after.report["findings"][0]["code"] == "archive.not_zip"
        assert files(app) == []

    def test_the_same_bytes_are_one_item(self, app, receive, work_off, make_course):
        first, second = receive(make_course(), name="a.zip"), receive(make_course(), name="b.zip")
        work_off()
        assert (one(app, first).duplicate, one(app, second).duplicate) == (False, True)
        assert one(app, second).item_uuid == one(app, first).item_uuid
        assert len(files(app)) == 2

    def test_sent_twice_in_a_batch_it_is_there_once(self, app, receive, make_course):
        batch = "7a4b5a52-6f5c-4f0c-9d7c-2f0f0e6a3c11"
        assert receive(make_course(), batch=batch) == receive(make_course(), batch=batch)
        assert len(files(app)) == 1

    def test_a_batch_is_its_beginners(self, receive, make_course):
        batch = "7a4b5a52-6f5c-4f0c-9d7c-2f0f0e6a3c11"
        receive(make_course(), batch=batch)
        with pytest.raises(NotFound):
            receive(make_course(), batch=batch, who="ada")

    def test_everybody_s_first_files_go_first(self, app, receive, work_off):
        sent = [receive(b"%d" % n, name=f"{n}.zip") for n in range(3)]
        single = receive(b"one", who="ada")
        work_off()
        order = sorted([*sent, single], key=lambda uuid: one(app, uuid).finished_at)
        assert order[1] == single


class TestRefusedAtTheDoor:
    def test_what_is_too_large_leaves_nothing(self, app, receive, monkeypatch):
        monkeypatch.setattr("scorm.packages.uploads.limit_bytes", lambda: 10)
        with pytest.raises(TooLarge):
            receive(b"x" * 11)
        assert files(app) == []
        assert list((app.config["SETTINGS"].data_dir / "files" / ".incoming").iterdir()) == []

    def test_what_has_no_room_is_not_begun(self, app, by):
        def never():
            raise AssertionError("the body was read")
            yield b""

        with app.app_context(), pytest.raises(Unavailable, match="no room"):
            receiving.receive(never(), name="x.zip", by=by("erin"), batch="b" * 36, expected=1 << 60)

    def test_too_many_of_one_person_wait(self, app, receive, monkeypatch):
        settings = app.config["SETTINGS"]
        monkeypatch.setitem(
            app.config,
            "SETTINGS",
            type("S", (), {**{f: getattr(settings, f) for f in settings.__dataclass_fields__}, "max_waiting_uploads": 1}),
        )
        receive(b"1")
        with pytest.raises(TooMany, match="1 of your files"):
            receive(b"2")
        receive(b"3", who="ada")
        assert len(files(app)) == 2


class TestLeases:
    def test_two_workers_never_have_the_same_file(self, app, receive):
        for n in range(12):
            receive(b"%d" % n, name=f"{n}.zip")
        had: list[int] = []

        def worker():
            with app.app_context():
                while True:
                    with write():
                        job = service.claim("w")
                    if job is None:
                        return
                    had.append(job.id)

        threads = [threading.Thread(target=worker) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(had) == len(set(had)) == 12

    def test_a_dead_worker_s_file_is_taken_up_again(self, app, receive, work_off, make_course):
        upload = receive(make_course())
        with app.app_context(), write():
            assert service.claim("dead")
        assert work_off() == 0
        lapse(app, upload)
        assert work_off() == 1
        assert (one(app, upload).state, one(app, upload).attempts) == ("done", 2)

    def test_who_comes_back_too_late_leaves_nothing_behind(self, app, receive, work_off, make_course, monkeypatch):
        """A worker that was stopped for longer than its lease goes on where it was: another has imported the file meanwhile."""
        upload = receive(make_course())
        serving = importing.serving.build

        def slowly(*arguments):
            monkeypatch.setattr(importing.serving, "build", serving)
            lapse(app, upload)
            other = threading.Thread(target=work_off)
            other.start()
            other.join()
            return serving(*arguments)

        monkeypatch.setattr(importing.serving, "build", slowly)
        work_off()
        assert one(app, upload).state == "done"
        assert items(app) == 1
        assert len(files(app)) == 2

    def test_who_has_lost_the_lease_can_write_nothing_though_the_file_is_still_in_work(self, app, receive):
        upload = receive(b"x")
        with app.app_context():
            with write():
                late = service.claim("late")
            lapse(app, upload)
            with write():
                service.claim("other")
            for verb in (
                service.renew,
                partial(service.conclude, imported=importing.Imported({})),
                partial(service.give_up, problem="gone"),
            ):
                with pytest.raises(service.Lost), write():
                    verb(late)
        assert (one(app, upload).holder, one(app, upload).state) == ("other", "working")

    def test_a_heartbeat_keeps_a_long_import(self, app, receive, make_course, monkeypatch):
        monkeypatch.setattr(rules, "HEARTBEAT", 0.05)
        upload = receive(make_course())
        serving = importing.serving.build
        seen = []

        def slowly(*arguments):
            lapse(app, upload)
            deadline = time.monotonic() + 5
            while one(app, upload).until < now() and time.monotonic() < deadline:
                time.sleep(0.02)
            seen.append(one(app, upload).until > now())
            return serving(*arguments)

        monkeypatch.setattr(importing.serving, "build", slowly)
        with app.app_context():
            work.work_one()
        assert seen == [True]
        assert one(app, upload).state == "done"

    def test_a_file_that_kills_is_given_up_and_others_go_on(self, app, receive, work_off, make_course):
        poison, good = receive(b"poison"), receive(make_course())
        with app.app_context(), write():
            db.session.execute(
                update(Upload).where(Upload.uuid == poison).values(attempts=rules.MAX_ATTEMPTS, state="working", holder="dead")
            )
        lapse(app, poison)
        work_off()
        assert (one(app, poison).state, one(app, poison).problem) == ("failed", "interrupted")
        assert one(app, poison).key in files(app), "it can be tried again"
        assert one(app, good).state == "done"


class TestTrouble:
    def test_an_error_of_ours_is_tried_again_then_told(self, app, receive, work_off, make_course, monkeypatch):
        def broken(*_arguments, **_named):
            raise ZeroDivisionError

        upload = receive(make_course())
        monkeypatch.setattr(importing, "inspect", broken)
        for attempt in range(rules.MAX_ATTEMPTS):
            assert work_off() == 1, attempt
            assert work_off() == 0, "after a pause"
            lapse(app, upload)
        assert (one(app, upload).state, one(app, upload).problem) == ("failed", "unexpected")
        monkeypatch.undo()
        with app.app_context(), write():
            service.retry(upload=db.session.scalar(select(Upload)))
        work_off()
        assert one(app, upload).state == "done"

    def test_a_full_disk_costs_no_attempt(self, app, receive, work_off, make_course, monkeypatch):
        def full(*_arguments, **_named):
            raise OSError(28, "No space left on device")

        upload = receive(make_course())
        monkeypatch.setattr(importing.serving, "build", full)
        work_off()
        assert (one(app, upload).state, one(app, upload).problem, one(app, upload).attempts) == ("waiting", "unavailable", 0)
        monkeypatch.undo()
        lapse(app, upload)
        work_off()
        assert (one(app, upload).state, one(app, upload).problem) == ("done", None)

    def test_a_file_that_is_gone_is_told(self, app, receive, work_off, make_course):
        upload = receive(make_course())
        with app.app_context():
            storage().delete(one(app, upload).key)
        work_off()
        assert (one(app, upload).state, one(app, upload).problem) == ("failed", "gone")


class TestFiles:
    def test_what_waits_is_not_swept(self, app, receive, work_off, make_course):
        waits, done = receive(b"waits"), receive(make_course())
        with app.app_context():
            assert sweep.sweep(older_than=timedelta(0)) == []
        work_off()
        with app.app_context():
            assert sweep.sweep(older_than=timedelta(0)) == []
        assert len(files(app)) == 2
        assert one(app, waits).key is one(app, done).key is None

    def test_after_a_month_it_leaves_the_pages_and_failed_files_go(self, app, receive, work_off):
        upload = receive(b"x")
        with app.app_context(), write():
            job = service.claim("h")
            service.give_up(job, "unexpected")
        with app.app_context():
            assert housekeeping.tidy() == 0
            with frozen(now() + rules.KEPT + timedelta(hours=1)):
                assert housekeeping.tidy() == 1
        assert one(app, upload) is None
        assert files(app) == []

    def test_forgetting_a_person_forgets_what_they_sent(self, app, receive, people, by):
        from core.erasure import ERASE, Subject, account_key, registered

        receive(b"x")
        receive(b"y", who="ada")
        with app.app_context():
            erin = people["erin"]
            subject = Subject("p", {account_key(erin.uuid): "p"})
            eraser = registered()["uploads"]
            assert eraser.describe(subject) == {"uploads": 1}
            assert [entry["name"] for entry in eraser.export(subject)] == ["course.zip"]
            with write():
                eraser.erase(subject, mode=ERASE, position=0)
            assert not eraser.remains(subject)
            assert queries.waiting_of(erin.id) == 0
        assert len(files(app)) == 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_memory_does_not_grow_with_the_file(app, by, work_off, make_course, tmp_path):
    """64 MiB of film are received and imported in a few; ``./run bench 16`` does it with a gibibyte and a real server."""
    path, piece = tmp_path / "film.zip", random.Random(1).randbytes(1 << 20)
    path.write_bytes(make_course())
    with zipfile.ZipFile(path, "a") as archive, archive.open("film.mp4", "w") as entry:
        for _ in range(64):
            entry.write(piece)
    Path("/proc/self/clear_refs").write_text("5")
    before = resident("VmRSS")
    with app.app_context(), path.open("rb") as stream:
        receiving.receive(receiving.pieces_of(stream), name="film.zip", by=by("erin"), batch=str(uuid4()))
    assert work_off() == 1
    assert resident("VmHWM") - before < 24 << 10
    with app.app_context():
        assert db.session.scalar(select(Upload.state)) == "done"


def resident(name: str) -> int:
    """KiB of this process."""
    return next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))


def lapse(app, uuid: str) -> None:
    """As if the time until it may be taken up were over."""
    with app.app_context(), write():
        db.session.execute(update(Upload).where(Upload.uuid == uuid).values(until=now() - timedelta(seconds=1)))

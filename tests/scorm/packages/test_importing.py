"""From upload to item: all of it or nothing of it."""

import io
import resource
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from catalogue.items.models import Item
from core.db import db, write
from core.errors import Invalid, Unavailable
from core.storage import storage
from lrs.statements.models import Statement
from scorm.packages import queries, service
from scorm.packages.importing import import_package
from scorm.packages.models import Package, PackageFile, PackageVersion
from scorm.packages.sweep import sweep


@pytest.fixture
def bring(app):
    """``bring(data, …)`` imports bytes inside an application context."""

    def import_bytes(data: bytes, name: str = "course.zip", owner_id: int | None = None, **options):
        with app.app_context():
            return import_package(io.BytesIO(data), name=name, owner_id=owner_id, **options)

    return import_bytes


def everything(app) -> dict:
    """What there is of packages: rows by table and files by key."""
    with app.app_context():
        rows = {
            m.__tablename__: db.session.scalar(select(func.count()).select_from(m)) for m in (Item, Package, PackageVersion, PackageFile)
        }
        return {**rows, "files": [key for key, _written in storage().keys("packages/")]}


class TestImport:
    def test_makes_a_draft_item_with_its_files(self, app, bring, people, make_course, manifests):
        lom = "<lom><general><description><langstring>What to do.</langstring></description><language>fr</language></general></lom>"
        data = make_course({"a/Übung.js": b"var x"}, manifests[0](extra=lom))
        imported = bring(data, owner_id=people["erin"].id, theme="Safety / Fire")
        with app.app_context():
            package = queries.by_uuid(imported.package_uuid)
            item = queries.item_of(package)
            version = queries.current_version(item.id)
            assert (item.kind, item.title, item.language, item.description) == ("scorm", "Fire safety", "fr", "What to do.")
            assert (item.visibility, item.owner_id, item.uuid) == ("draft", people["erin"].id, imported.item_uuid)
            assert (version.format, version.edition, version.number, version.file_count) == ("scorm12", "1.2", 1, 3)
            assert [n.title for n in version.tree[0].items] == ["Lesson"]
            assert queries.version(version.id) is version
            with storage().open(version.original_key) as original:
                assert original.read() == data

    def test_can_publish_at_once_and_says_so_in_the_log(self, app, bring, people, make_course):
        imported = bring(make_course(), owner_id=people["erin"].id, publish=True)
        with app.app_context():
            assert db.session.scalar(select(Item.visibility).where(Item.uuid == imported.item_uuid)) == "published"
            assert db.session.scalar(select(func.count()).select_from(Statement)) == 1

    def test_of_the_same_bytes_again_adds_nothing(self, app, bring, people, make_course):
        first = bring(make_course(), owner_id=people["erin"].id)
        before = everything(app)
        second = bring(make_course(), "copy.zip", owner_id=people["erin"].id)
        assert (first.duplicate, second.duplicate) == (False, True)
        assert (second.package_uuid, second.item_uuid) == (first.package_uuid, first.item_uuid)
        assert everything(app) == before

    def test_of_somebody_elses_bytes_is_their_own(self, bring, people, make_course):
        first = bring(make_course(), owner_id=people["erin"].id)
        second = bring(make_course(), owner_id=people["ada"].id)
        assert not second.duplicate
        assert first.package_uuid != second.package_uuid

    def test_twice_at_the_same_moment_makes_one(self, app, people, make_course):
        data, results, barrier = make_course({"big.bin": bytes(range(256)) * 4000}), [], threading.Barrier(4)

        def work():
            barrier.wait()
            with app.app_context():
                results.append(import_package(io.BytesIO(data), name="x.zip", owner_id=people["erin"].id))
                db.session.remove()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({r.package_uuid for r in results}) == 1
        assert [r.duplicate for r in results].count(False) == 1
        found = everything(app)
        assert (found["package"], len(found["files"])) == (1, 2)

    def test_tolerates_metadata_that_the_catalogue_would_refuse(self, app, bring, make_course, manifests):
        lom = (
            f"<lom><general><language>x-none</language><description><langstring>{'d' * 30_000}</langstring></description></general>"
            "<educational><typicallearningtime><duration>P40D</duration></typicallearningtime></educational></lom>"
        )
        assert bring(make_course(manifest=manifests[0](extra=lom, title="T" * 400))).accepted


class TestRefusal:
    @pytest.mark.parametrize("kind", ["not a zip", "traversal", "broken manifest", "missing launch", "damaged late"])
    def test_leaves_no_row_and_no_file(self, app, bring, forge, make_course, make_zip, manifests, kind):
        bring(make_course({"first.txt": b"is there"}))
        before = everything(app)
        data = {
            "not a zip": b"words",
            "traversal": forge().add(b"imsmanifest.xml", manifests[0]()).add(b"../x").done(),
            "broken manifest": make_course(manifest=b"<manifest>"),
            "missing launch": make_zip({"imsmanifest.xml": manifests[0]()}),
            "damaged late": forge().add(b"imsmanifest.xml", manifests[0]()).add(b"index.html", b"x").add(b"z.js", b"y", crc=1).done(),
        }[kind]
        imported = bring(data)
        assert not imported.accepted
        assert imported.item_uuid is None
        assert imported.report["accepted"] is False
        assert imported.report["findings"]
        assert everything(app) == before


NOTHING = {"item": 0, "package": 0, "package_version": 0, "package_file": 0, "files": []}


class TestFailure:
    def test_of_the_database_leaves_no_file(self, app, bring, make_course):
        with pytest.raises(IntegrityError):
            bring(make_course(), owner_id=987_654)
        assert everything(app) == NOTHING

    def test_of_the_storage_leaves_nothing(self, app, bring, make_course):
        with app.app_context():
            in_the_way = storage().root / "packages"
        in_the_way.parent.mkdir(parents=True, exist_ok=True)
        in_the_way.write_text("a file where the folder should be")
        with pytest.raises(OSError):
            bring(make_course())
        in_the_way.unlink()
        assert everything(app) == NOTHING

    def test_for_want_of_room_says_so(self, app, bring, make_course):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
        try:
            with pytest.raises(Unavailable):
                bring(make_course({"film.mp4": bytes(range(256)) * 1000}))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert everything(app) == NOTHING


class TestSweep:
    def test_takes_what_a_crash_left_and_nothing_else(self, app, bring, make_course):
        bring(make_course())
        kept = everything(app)["files"]
        with app.app_context():
            storage().put("packages/orphan.zip", io.BytesIO(b"x"))
            storage().put("images/other.png", io.BytesIO(b"x"))
            assert sweep() == []
            assert sweep(timedelta(0)) == ["packages/orphan.zip"]
            assert storage().exists("images/other.png")
        assert everything(app)["files"] == kept

    def test_takes_the_files_of_an_item_that_was_deleted(self, app, bring, make_course):
        imported = bring(make_course())
        with app.app_context():
            with write() as session:
                session.delete(session.scalar(select(Item).where(Item.uuid == imported.item_uuid)))
            assert len(sweep(timedelta(0))) == 2
        assert everything(app) == NOTHING


class TestSwitches:
    def test_have_defaults_and_keep_what_differs(self, app, bring, make_course):
        imported = bring(make_course())
        with app.app_context():
            with write():
                service.switch(package=queries.by_uuid(imported.package_uuid), values={"sandbox": False, "mastery_override": True})
            package = queries.by_uuid(imported.package_uuid)
            assert package.switches == {"sandbox": False}
            assert package.settings["sandbox"] is False
            assert package.settings["launch_mode"] == "embedded"

    @pytest.mark.parametrize("values", [{"sandbox": "yes"}, {"launch_mode": "popup"}, {"nonsense": True}])
    def test_refuse_what_is_none(self, app, bring, make_course, values):
        imported = bring(make_course())
        with app.app_context(), pytest.raises(Invalid), write():
            service.switch(package=queries.by_uuid(imported.package_uuid), values=values)

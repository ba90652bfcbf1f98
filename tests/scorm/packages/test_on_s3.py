"""Packages whose files lie in S3: imported, served byte for byte, downloaded, and taken away."""

import io
import random
import shutil

import pytest
from flask import request

from core.storage import storage
from scorm.packages import files, queries, sweep
from scorm.packages.importing import import_package

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
FILM = random.Random(3).randbytes(1_600_000)
PAGES = {"media/film.mp4": FILM, "large.csv": b"".join(b"%d,%d\n" % (n, n * n % 9973) for n in range(150_000)), "a.txt": b"words"}


@pytest.fixture
def course(make_course):
    return make_course(PAGES)


@pytest.fixture
def imported(on_s3, course, people):
    with on_s3.app_context():
        return import_package(io.BytesIO(course), name="course.zip", owner_id=people["erin"].id, publish=True)


@pytest.mark.parametrize("cached", [False, True])
def test_files_are_served_from_the_service_and_from_the_cache(on_s3, imported, cached):
    with on_s3.app_context():
        version = queries.current_version(queries.by_uuid(imported.package_uuid).item_id)
        uuid, cache = version.uuid, storage().cache
        if cached:
            storage().path(version.serving_key)

    def get(path: str, **headers):
        if not cached:
            shutil.rmtree(cache.folder, ignore_errors=True)
        with on_s3.test_request_context("/c/token/x", headers={name.replace("_", "-"): value for name, value in headers.items()}):
            answer = files.serve(uuid, path, request)
            return answer.status_code, answer.get_data()

    for path, content in PAGES.items():
        assert get(path) == (200, content)
    assert get("media/film.mp4", Range="bytes=1000-1500000") == (206, FILM[1000:1500001])
    assert get("none.html")[0] == 404


def test_the_original_is_downloaded_whole_or_in_part_and_once(on_s3, imported, course, people, sign_in):
    browser = sign_in(on_s3.test_client(), people["erin"])
    address = f"/packages/{imported.package_uuid}/original"
    answer = browser.get(address)
    assert (answer.status_code, answer.data, answer.content_length) == (200, course, len(course))
    assert answer.headers["Content-Disposition"] == "attachment; filename=course.zip"
    part = browser.get(address, headers={"Range": "bytes=100-199", "If-Range": answer.headers["ETag"]})
    assert (part.status_code, part.data) == (206, course[100:200])
    assert browser.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert browser.head(address).content_length == len(course)


def test_what_no_version_names_is_swept_up_and_what_one_names_stays(on_s3, imported):
    with on_s3.app_context():
        before = [key for key, _written in storage().keys("packages/")]
        storage().put("packages/orphan.zip", io.BytesIO(b"x"))
        assert sweep.sweep() == []
        assert sweep.sweep(-sweep.AGE) == ["packages/orphan.zip"]
        assert [key for key, _written in storage().keys("packages/")] == before


def test_what_cannot_be_read_or_stored_leaves_neither_row_nor_file(on_s3, course, monkeypatch):
    with on_s3.app_context():
        assert not import_package(io.BytesIO(b"PK no zip"), name="x.zip", owner_id=None).accepted
        monkeypatch.setattr("scorm.packages.service._index", lambda *_rest: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            import_package(io.BytesIO(course), name="x.zip", owner_id=None)
        assert storage().keys("") == []

"""Files out of the serving zip: the right type, ranges, validators, gzip as it lies."""

import gzip
import io
import os
import random
import zipfile

import pytest
from flask import request

from core.storage import storage
from scorm.packages import files, queries
from scorm.packages.importing import import_package
from scorm.packages.mime import TYPES, UNKNOWN, is_packed, type_of

PAGE = b"<!doctype html><title>Lesson</title>" + b"<p>words and more words</p>" * 100
FILM = bytes(range(256)) * 40
LARGE = b"".join(b"%d,%d,c\n" % (n, n * n % 9973) for n in range(150_000))
LARGE_FILM = random.Random(7).randbytes(1_536_000)


CONTENTS = {
    "index.html": PAGE,
    "media/film.mp4": FILM,
    "media/long.mp4": LARGE_FILM,
    "large.csv": LARGE,
    "empty.txt": b"",
    "B.js": b"upper",
    "b.js": b"lower",
    "Only.TXT": b"only",
    "shell.php": b"<?php phpinfo();",
    ".htaccess": b"Options +ExecCGI",
    "noise.dat": b"data",
    "drawing.svgz": gzip.compress(b"<svg/>"),
    "n\u00e9.txt": b"accent",
}


def serving(app, data: bytes):
    """``serving(app, zip)(path, **headers)`` → the answer for a file of that course, imported."""
    with app.app_context():
        imported = import_package(io.BytesIO(data), name="x.zip", owner_id=None)
        uuid = queries.current_version(queries.by_uuid(imported.package_uuid).item_id).uuid

    def get(path: str, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        with app.test_request_context("/c/token/x", headers=names):
            answer = files.serve(uuid, path, request)
            answer.get_data()
            return answer

    get.version = uuid
    return get


@pytest.fixture
def served(sqlite_app, make_course):
    """Most of this does not depend on the database."""
    return serving(sqlite_app, make_course(CONTENTS))


class TestIndex:
    def test_finds_a_file_with_one_query_and_then_with_none(self, app, make_course, count_queries):
        get = serving(app, make_course(CONTENTS))
        with count_queries() as statements:
            for _again in range(3):
                assert get("ONLY.txt").get_data() == b"only"
        assert len([s for s in statements if s.startswith("SELECT")]) == 1

    def test_is_told_apart_by_version(self, app, make_course):
        first, second = serving(app, make_course({"x.txt": b"first"})), serving(app, make_course({"x.txt": b"second"}))
        assert (first("x.txt").get_data(), second("x.txt").get_data()) == (b"first", b"second")


class TestWholeFiles:
    def test_are_exactly_what_was_uploaded(self, served):
        for path, data in (
            ("index.html", PAGE),
            ("media/film.mp4", FILM),
            ("media/long.mp4", LARGE_FILM),
            ("large.csv", LARGE),
            ("empty.txt", b""),
        ):
            answer = served(path)
            assert (answer.status_code, answer.get_data()) == (200, data), path
            assert answer.headers["Content-Length"] == str(len(data))
            assert "Content-Encoding" not in answer.headers

    def test_carry_what_a_browser_needs(self, served):
        headers = served("index.html").headers
        assert headers["Content-Type"] == "text/html"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"].startswith("private")
        assert "Set-Cookie" not in headers
        assert "Access-Control-Allow-Origin" not in headers

    def test_that_are_not_there_are_404(self, served):
        for path in ("gone.html", "media", "media/", "", "..", "../index.html", "index.html/", "/etc/passwd"):
            assert served(path).status_code == 404, path

    def test_of_another_version_are_404(self, sqlite_app, served):
        with sqlite_app.test_request_context("/"):
            assert files.serve("00000000-0000-0000-0000-000000000000", "index.html", request).status_code == 404

    def test_whose_zip_is_gone_are_404(self, sqlite_app, served):
        assert served("index.html").status_code == 200
        with sqlite_app.app_context():
            for key, _written in storage().keys("packages/"):
                storage().delete(key)
        assert served("index.html").status_code == 404

    def test_are_no_service_workers(self, served):
        assert served("b.js", Service_Worker="script").status_code == 403


class TestOpenFiles:
    def test_are_closed_whether_the_body_was_read_or_not(self, sqlite_app, served):
        before = set(os.listdir("/proc/self/fd"))
        for path in ("media/long.mp4", "large.csv", "index.html"):
            for encoding in ("gzip", ""):
                with sqlite_app.test_request_context("/", method="HEAD", headers={"Accept-Encoding": encoding}):
                    unread = files.serve(served.version, path, request)
                    unread.close()
                    half_read = files.serve(served.version, path, request)
                    next(half_read.iter_encoded())
                    half_read.close()
                    del unread, half_read
        assert set(os.listdir("/proc/self/fd")) == before


class TestNames:
    def test_differ_by_case_only_where_both_exist(self, served):
        assert served("B.js").get_data() == b"upper"
        assert served("b.js").get_data() == b"lower"
        assert served("only.txt").get_data() == b"only"
        assert served("INDEX.HTML").get_data() == PAGE

    def test_in_either_composition_of_accents(self, served):
        assert served("n\u00e9.txt").get_data() == b"accent"
        assert served("ne\u0301.txt").get_data() == b"accent"


class TestTypes:
    @pytest.mark.parametrize(
        ("path", "kind"),
        [
            ("a.htm", "text/html"), ("a.HTML", "text/html"), ("a.js", "text/javascript"), ("a.mjs", "text/javascript"),
            ("a.css", "text/css"), ("a.wasm", "application/wasm"), ("a.webm", "video/webm"), ("a.m4v", "video/mp4"), ("a.vtt", "text/vtt"),
            ("a.woff2", "font/woff2"), ("a.svg", "image/svg+xml"), ("a.json", "application/json"),
            ("a.swf", "application/x-shockwave-flash"),
            ("a.php", UNKNOWN), ("web.config", UNKNOWN), (".htaccess", UNKNOWN), ("a", UNKNOWN), ("a.min.js", "text/javascript"),
        ],
    )  # fmt: skip
    def test_come_from_our_own_table(self, path, kind):
        assert type_of(path) == kind

    def test_of_the_table_are_well_formed(self):
        assert all(kind.count("/") == 1 and kind == kind.lower() for kind in TYPES.values())

    @pytest.mark.parametrize("path", ["shell.php", ".htaccess", "noise.dat"])
    def test_that_are_unknown_are_downloads(self, served, path):
        answer = served(path)
        assert (answer.headers["Content-Type"], answer.headers["Content-Disposition"]) == (UNKNOWN, "attachment")

    def test_of_zipped_drawings_say_so(self, served):
        answer = served("drawing.svgz")
        assert (answer.headers["Content-Type"], answer.headers["Content-Encoding"]) == ("image/svg+xml", "gzip")


class TestGzip:
    @pytest.mark.parametrize("accept", ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.5", "*"])
    def test_is_what_lies_in_the_zip(self, served, accept):
        answer = served("index.html", Accept_Encoding=accept)
        if accept == "*":
            assert answer.get_data() == PAGE
        else:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(answer.get_data()) == PAGE
            assert len(answer.get_data()) == int(answer.headers["Content-Length"]) < len(PAGE)
        assert answer.headers["Vary"] == "Accept-Encoding"

    @pytest.mark.parametrize("accept", ["", "br", "gzip;q=0", "identity"])
    def test_is_not_forced_on_anybody(self, served, accept):
        assert served("index.html", Accept_Encoding=accept).get_data() == PAGE

    def test_of_large_files_streams(self, served):
        assert gzip.decompress(served("large.csv", Accept_Encoding="gzip").get_data()) == LARGE

    def test_is_not_for_media(self, served):
        answer = served("media/film.mp4", Accept_Encoding="gzip")
        assert "Content-Encoding" not in answer.headers
        assert answer.get_data() == FILM


class TestValidators:
    def test_differ_between_gzip_and_identity(self, served):
        plain, zipped = served("index.html").headers["ETag"], served("index.html", Accept_Encoding="gzip").headers["ETag"]
        assert plain != zipped
        assert served("index.html", If_None_Match=plain).status_code == 304
        assert served("index.html", If_None_Match=zipped).status_code == 200
        assert served("index.html", If_None_Match=zipped, Accept_Encoding="gzip").status_code == 304
        assert served("index.html", If_None_Match=plain, Accept_Encoding="gzip").status_code == 200

    def test_spare_the_bytes(self, served):
        tag = served("media/film.mp4").headers["ETag"]
        answer = served("media/film.mp4", If_None_Match=f'"other", {tag}')
        assert (answer.status_code, answer.get_data(), answer.headers["ETag"]) == (304, b"", tag)
        assert served("media/film.mp4", If_None_Match=f"W/{tag}").status_code == 304
        assert served("media/film.mp4", If_None_Match="*").status_code == 304


class TestRanges:
    @pytest.mark.parametrize(
        ("asked", "start", "stop"),
        [
            ("bytes=0-0", 0, 1),
            ("bytes=10-19", 10, 20),
            ("bytes=100-", 100, len(FILM)),
            ("bytes=-7", len(FILM) - 7, len(FILM)),
            ("bytes=5-999999", 5, len(FILM)),
        ],
    )
    def test_of_media_are_cut_out(self, served, asked, start, stop):
        answer = served("media/film.mp4", Range=asked)
        assert (answer.status_code, answer.get_data()) == (206, FILM[start:stop])
        assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(FILM)}"
        assert answer.headers["Content-Length"] == str(stop - start)
        assert answer.headers["Accept-Ranges"] == "bytes"

    def test_of_long_media_stream(self, served):
        assert served("media/long.mp4", Range="bytes=3-1400002").get_data() == LARGE_FILM[3:1_400_003]

    @pytest.mark.parametrize("asked", [f"bytes={len(FILM)}-", "bytes=99999999-999999999"])
    def test_outside_the_file_are_416(self, served, asked):
        answer = served("media/film.mp4", Range=asked)
        assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(FILM)}")

    @pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "lines=1-2", "bytes=x-y", "bytes"])
    def test_that_are_not_one_plain_range_get_the_whole(self, served, asked):
        answer = served("media/film.mp4", Range=asked)
        assert (answer.status_code, answer.get_data()) == (200, FILM)

    def test_hold_only_for_the_same_bytes(self, served):
        tag = served("media/film.mp4").headers["ETag"]
        assert served("media/film.mp4", Range="bytes=0-1", If_Range=tag).status_code == 206
        assert served("media/film.mp4", Range="bytes=0-1", If_Range='"other"').status_code == 200

    def test_of_deflated_text_get_the_whole(self, served):
        answer = served("index.html", Range="bytes=0-1")
        assert (answer.status_code, answer.get_data()) == (200, PAGE)
        assert "Accept-Ranges" not in answer.headers


class TestServingZip:
    def test_stores_media_and_deflates_text(self, sqlite_app, served):
        with sqlite_app.app_context():
            key = [k for k, _written in storage().keys("packages/")]
            archives = [zipfile.ZipFile(storage().path(k)) for k in key]
        made = next(a for a in archives if a.getinfo("media/film.mp4").compress_type == 0)
        assert made.testzip() is None
        assert all((entry.compress_type == 0) == is_packed(entry.filename) for entry in made.infolist())

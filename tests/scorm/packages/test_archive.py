"""Hostile and sloppy zips: refused whole with the right reason, or read exactly."""

import io
import struct
import time
import tracemalloc
import zipfile
from collections import namedtuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorm.packages.archive import Archive, Limits
from scorm.packages.findings import Findings, Refused

MIB = 1 << 20
Opened = namedtuple("Opened", "files codes")


def open_all(data: bytes, limits: Limits | None = None) -> Opened:
    """Every file of an archive, unpacked, and the codes of the findings."""
    findings = Findings()
    archive = Archive(io.BytesIO(data), limits or Limits(), findings)
    return Opened({path: b"".join(archive.chunks(path)) for path in archive.entries}, [f.code for f in findings])


def refusal(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(Refused) as refused:
        open_all(data, limits)
    return refused.value.finding.code


class TestWhatIsNotAZip:
    @pytest.mark.parametrize(
        ("head", "code"),
        [
            (b"", "archive.empty"),
            (b"Rar!\x1a\x07\x01\x00 and more", "archive.rar"),
            (b"7z\xbc\xaf\x27\x1c and more", "archive.seven_zip"),
            (b"\x1f\x8b\x08 and more", "archive.gzip"),
            (b"x" * 257 + b"ustar  \x00", "archive.gzip"),
            (b"\xef\xbb\xbf\r\n <!DOCTYPE html><title>Sign in</title>", "archive.html"),
            (b"<HTML><body>404</body>", "archive.html"),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n", "archive.lfs_pointer"),
            (b"%PDF-1.7 something else", "archive.pdf"),
            (b"just words", "archive.not_zip"),
        ],
    )
    def test_is_named(self, head, code):
        assert refusal(head) == code

    def test_half_a_zip_is_truncated(self, make_course):
        whole = make_course()
        assert refusal(whole[: len(whole) // 2]) == "archive.truncated"


class TestNames:
    @pytest.mark.parametrize(
        ("name", "code"),
        [
            (b"../evil.txt", "archive.traversal"),
            (b"a/../../evil.txt", "archive.traversal"),
            (b"a\\..\\..\\evil.txt", "archive.traversal"),
            (b"..", "archive.traversal"),
            (b"../", "archive.traversal"),
            (b"/etc/passwd", "archive.absolute"),
            (b"\\\\server\\share\\x", "archive.absolute"),
            (b"C:\\evil.txt", "archive.drive"),
            (b"c:evil.txt", "archive.drive"),
            (b"a\x00.txt", "archive.bad_name"),
            (b"a\nb.txt", "archive.bad_name"),
            (b"n" * 256, "archive.long_name"),
            (b"d/" * 21 + b"x", "archive.long_name"),
        ],
    )
    def test_that_mean_harm_refuse_the_whole_archive(self, forge, name, code):
        assert refusal(forge().add(b"index.html").add(name).done()) == code

    @pytest.mark.parametrize("mode", [0o120777, 0o020644, 0o060644, 0o010644, 0o140755])
    def test_of_links_and_devices_refuse_it_too(self, forge, mode):
        assert refusal(forge().add(b"passwd.html", b"/etc/passwd", mode=mode).done()) == "archive.link"

    @pytest.mark.parametrize(
        ("raw", "flags", "path"),
        [
            (b"content\\page one.html", 0x0800, "content/page one.html"),
            (b"./a//b.txt", 0x0800, "a/b.txt"),
            ("naïve.html".encode(), 0, "naïve.html"),
            ("Übung.html".encode("cp437"), 0, "Übung.html"),
            (b"~tilde'(1)%20#?.html", 0x0800, "~tilde'(1)%20#?.html"),
        ],
    )
    def test_that_are_only_odd_are_read(self, forge, raw, flags, path):
        assert list(open_all(forge().add(raw, flags=flags).done()).files) == [path]

    def test_of_folders_and_system_files_are_left_out(self, forge):
        data = forge().add(b"a/", b"").add(b"a/x.txt").add(b"__MACOSX/a/._x.txt").add(b"a/.DS_Store").add(b"Thumbs.db").done()
        opened = open_all(data)
        assert list(opened.files) == ["a/x.txt"]
        assert opened.codes == ["archive.system_files"]

    def test_that_repeat_keep_the_last_with_a_warning(self, forge):
        opened = open_all(forge().add(b"x.txt", b"first").add(b"./x.txt", b"second").done())
        assert opened.files == {"x.txt": b"second"}
        assert opened.codes == ["archive.duplicate"]

    def test_are_found_without_regard_to_case_when_only_one_fits(self, forge):
        archive = Archive(io.BytesIO(forge().add(b"Page.HTML").add(b"b.js").add(b"B.JS").done()), Limits(), Findings())
        assert archive.find("page.html") == "Page.HTML"
        assert archive.find("b.js") == "b.js"
        assert archive.find("b.Js") is None


class TestDamage:
    def test_a_wrong_checksum_is_found(self, forge):
        assert refusal(forge().add(b"x.txt", b"hello", crc=1).done()) == "archive.damaged"

    def test_rubbish_instead_of_deflate_is_found(self, forge):
        rubbish = forge().add(b"x.txt", b"hello" * 50, method=8).done().replace(b"\xcbH\xcd", b"\xff\xff\xff")
        assert refusal(rubbish) == "archive.damaged"

    def test_more_than_declared_is_stopped_at_once(self, forge):
        assert refusal(forge().add(b"x.txt", b"y" * (4 * MIB), method=8, size=10).done()) == "archive.damaged"

    def test_less_than_declared_is_found(self, forge):
        assert refusal(forge().add(b"x.txt", b"hello", method=8, size=600).done()) == "archive.damaged"

    def test_an_entry_that_points_nowhere_is_found(self, forge):
        data = forge().add(b"a.txt", b"hello").add(b"b.txt", b"hello").done()
        assert refusal(data.replace(b"PK\x03\x04", b"PK\x03\x05")) == "archive.damaged"

    def test_a_broken_directory_is_found(self, forge):
        assert refusal(forge().add(b"a.txt").done().replace(b"PK\x01\x02", b"PK\x01\x03")) == "archive.directory_damaged"

    @pytest.mark.parametrize("flags", [0x0001, 0x0040, 0x2000])
    def test_a_password_is_named(self, forge, flags):
        assert refusal(forge().add(b"a.txt", flags=flags).done()) == "archive.encrypted"

    def test_an_unknown_compression_is_named(self, make_zip):
        assert refusal(make_zip({"a.txt": b"hello" * 100}, zipfile.ZIP_LZMA)) == "archive.method"

    def test_one_part_of_several_is_named(self, forge):
        data = bytearray(forge().add(b"a.txt").done())
        struct.pack_into("<H", data, len(data) - 18, 3)
        assert refusal(bytes(data)) == "archive.multi_disk"


class TestLayouts:
    def test_bytes_before_the_archive_do_not_matter(self, make_zip):
        assert refusal(b"#!/bin/sh\n" + make_zip({"a.txt": b"hello"})[:-30]) == "archive.not_zip"
        assert open_all(b"#!/bin/sh\nexit\n" + make_zip({"a.txt": b"hello"})).files == {"a.txt": b"hello"}

    def test_a_comment_after_it_does_not_matter(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a.txt", "hello")
            archive.comment = b"made by hand " * 50
        assert open_all(out.getvalue()).files == {"a.txt": b"hello"}

    def test_sizes_told_after_the_data_are_read(self):
        class Pipe(io.BytesIO):
            def seekable(self):
                return False

        out = Pipe()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.txt", b"hello" * 1000)
            archive.writestr("b.txt", b"")
        assert open_all(out.getvalue()).files == {"a.txt": b"hello" * 1000, "b.txt": b""}

    def test_zip64_is_read(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.txt", "w", force_zip64=True) as entry:
            entry.write(b"hello")
        assert open_all(out.getvalue()).files == {"a.txt": b"hello"}


class TestBombs:
    """Six ways to make little much; each is refused before it costs memory or time."""

    def bombs(self, forge):
        flat = b"\x00" * (50 * MIB)
        overlap = forge().add(b"a", b"z" * 1000)
        for number in range(50):
            overlap.add(b"b%d" % number, b"z" * 1000, offset=0)
        many = forge()
        for number in range(1001):
            many.add(b"d/%d" % number, b"")
        lying = forge()
        for number in range(1001):
            lying.add(b"d/%d" % number, b"")
        return {
            "archive.ratio": forge().add(b"zeros.bin", flat, method=8).done(),
            "archive.file_too_large": forge().add(b"big.bin", b"abc", size=200 * MIB, method=8).done(),
            "archive.damaged": forge().add(b"liar.bin", flat, method=8, size=1000).done(),
            "archive.overlap": overlap.done(),
            "archive.too_many_files": many.done(),
            "archive.too_large": forge().add(b"a", bytes(range(256)) * 4096 * 6).add(b"b", bytes(range(256)) * 4096 * 6).done(),
        }

    def test_are_refused_quickly_in_little_memory(self, forge):
        limits = Limits(files=1000, total=10 * MIB, file=100 * MIB, ratio=200)
        for code, data in self.bombs(forge).items():
            tracemalloc.start()
            started = time.perf_counter()
            assert refusal(data, limits) == code
            assert time.perf_counter() - started < 2
            peak = tracemalloc.get_traced_memory()[1] - len(data)
            tracemalloc.stop()
            assert peak < 20 * MIB, code

    def test_a_count_that_lies_does_not_help(self, forge):
        many = forge()
        for number in range(60):
            many.add(b"d/%d" % number, b"")
        assert refusal(many.done(count=3), Limits(files=50)) == "archive.too_many_files"

    def test_a_bomb_in_a_small_file_stays_under_the_ratios_floor(self, forge):
        assert open_all(forge().add(b"zeros.txt", b"\x00" * MIB, method=8).done()).files["zeros.txt"] == b"\x00" * MIB


_NAMES = st.one_of(
    st.sampled_from(
        [
            b"a.html",
            b"../x",
            b"/x",
            b"C:\\x",
            b"a/../../b",
            b"a\\b",
            b"x\x00y",
            b"",
            b".",
            b"..",
            b"./",
            b"a//b",
            b"\xff\xfe",
            b"aux",
            b"A.HTML",
        ]
    ),
    st.binary(max_size=40),
)
_ENTRIES = st.lists(
    st.fixed_dictionaries(
        {"name": _NAMES, "data": st.binary(max_size=60), "method": st.sampled_from([0, 8])},
        optional={
            "size": st.sampled_from([0, 1, 70, 0xFFFFFFFF]),
            "stored_size": st.sampled_from([0, 1, 70, 0xFFFFFFFF]),
            "crc": st.just(7),
            "flags": st.sampled_from([0, 1, 0x0800]),
            "mode": st.sampled_from([0o120777, 0o100644, 0o040755, 0o060000, 0]),
            "offset": st.sampled_from([0, 5, 0xFFFFFFFF]),
            "extra": st.binary(max_size=30),
        },
    ),
    max_size=5,
)


class TestAnyArchive:
    """Whatever is in it, an archive is refused by name or yields safe relative paths and true bytes."""

    @settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(entries=_ENTRIES, cut=st.integers(0, 60), junk=st.binary(max_size=12))
    def test_is_refused_or_safe(self, forge, entries, cut, junk):
        made = forge()
        for entry in entries:
            made.add(entry.pop("name"), entry.pop("data"), **entry)
        data = made.done()
        check(data)
        check(data[: len(data) - cut] + junk)

    @settings(max_examples=200, deadline=None)
    @given(data=st.binary(max_size=400))
    def test_so_is_noise(self, data):
        check(b"PK\x03\x04" + data + b"PK\x05\x06" + data[:18].ljust(18, b"\x00"))


def check(data: bytes) -> None:
    try:
        files = open_all(data, Limits(files=100, total=MIB, file=MIB)).files
    except Refused:
        return
    for path in files:
        segments = path.split("/")
        assert not path.startswith("/")
        assert path
        assert not {"", ".", ".."} & set(segments)
        assert "\\" not in path
        assert "\x00" not in path
        assert path[1:2] != ":"

"""The reader of multipart documents: whole or in crumbs, what was written is what is read, and nonsense is a 400."""

import io
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import BadRequest
from lrs.xapi.multipart import Multipart, boundary_of

NAMES = st.text("abcXYZ-", min_size=1, max_size=12)
VALUES = st.text("abc ;=/:\"'é0", max_size=20).map(str.strip)
HEADERS = st.dictionaries(NAMES.map(str.lower), VALUES, max_size=4)
BOUNDARIES = st.text("abcABC0123'()+_,-./:=?", min_size=1, max_size=70)


class Crumbs:
    """A stream that answers a read with at most so many bytes, by turns."""

    def __init__(self, whole: bytes, sizes: list[int]):
        self._whole, self._sizes, self._turn = io.BytesIO(whole), sizes, 0

    def read(self, size: int) -> bytes:
        self._turn += 1
        return self._whole.read(min(size, self._sizes[self._turn % len(self._sizes)]))


def written(boundary: str, parts, preamble: bytes = b"", epilogue: bytes = b"") -> bytes:
    mark = b"--" + boundary.encode()
    heads = ["".join(f"{k}:{v}\r\n" for k, v in headers.items()).encode("latin-1") for headers, _ in parts]
    body = b"".join(mark + b"\r\n" + head + b"\r\n" + data + b"\r\n" for head, (_, data) in zip(heads, parts, strict=True))
    return (preamble + b"\r\n" if preamble else b"") + body + mark + b"--" + epilogue


def read(whole: bytes, boundary: str, sizes=(1 << 20,)) -> list[tuple[dict, bytes]]:
    return [(p.headers, b"".join(p.content)) for p in Multipart(Crumbs(whole, list(sizes)).read, boundary.encode())]


@st.composite
def documents(draw):
    """A boundary and parts whose data is full of almost-delimiters."""
    boundary = draw(BOUNDARIES)
    mark = boundary.encode()
    piece = st.one_of(
        st.binary(max_size=30),
        st.sampled_from([b"\r", b"\n", b"\r\n", b"--", b"\r\n--", b"\r\n-", b"\r\n--" + mark[:-1] + b"\x00", b"--" + mark, mark]),
    )
    data = st.lists(piece, max_size=8).map(b"".join)
    parts = draw(st.lists(st.tuples(HEADERS, data.filter(lambda d: b"\r\n--" + mark not in b"\r\n" + d + b"\r\n")), max_size=4))
    return boundary, parts


class TestReading:
    @given(documents(), st.lists(st.integers(1, 40), min_size=1, max_size=5), st.binary(max_size=20), st.booleans())
    def test_what_was_written_is_read_however_it_is_cut(self, document, sizes, epilogue, preamble):
        boundary, parts = document
        before = b"a preamble\r\nof two lines" if preamble else b""
        whole = written(boundary, parts, before, b"\r\n" + epilogue)
        assert read(whole, boundary, sizes) == parts

    def test_a_line_that_only_begins_like_a_delimiter_is_data(self):
        data = b"x\r\n--b1\r\n--bc\r\n--b \tx" + b" " * 2000
        assert read(written("b", [({}, data)]), "b", [7]) == [({}, data)]

    def test_blanks_after_a_delimiter(self):
        assert read(b"--b \t \r\n\r\nx\r\n--b--", "b", [1]) == [({}, b"x")]

    def test_headers_are_found_by_small_letters_with_or_without_a_space(self):
        assert read(b"\r\n--b\r\nContent-TYPE:a/b\r\nX-Long: one\r\n  two\r\n\r\n\r\n--b--", "b") == [
            ({"content-type": "a/b", "x-long": "one two"}, b"")
        ]

    def test_what_is_not_read_is_passed_over(self):
        document = Multipart(io.BytesIO(written("b", [({"a": "1"}, b"x" * 200_000), ({"a": "2"}, b"y")])).read, b"b")
        assert [p.headers["a"] for p in document] == ["1", "2"]

    def test_the_epilogue_is_read_to_its_end(self):
        stream = io.BytesIO(b"--b\r\n\r\nx\r\n--b--" + b"e" * 300_000)
        list(Multipart(stream.read, b"b"))
        assert stream.read() == b""

    def test_no_part_at_all(self):
        assert read(b"--b--", "b") == []

    def test_whole_answers_nothing_for_too_much(self):
        whole = written("b", [({}, b"x" * 100)])
        assert [p.whole(99) for p in Multipart(io.BytesIO(whole).read, b"b")] == [None]
        assert [p.whole(100) for p in Multipart(io.BytesIO(whole).read, b"b")] == [b"x" * 100]


class TestNonsense:
    @given(st.binary(max_size=300), st.lists(st.integers(1, 40), min_size=1, max_size=3))
    @example(b"--b\r\n" + b"a" * 300, [40])
    def test_bytes_are_read_or_refused(self, whole, sizes):
        with suppress(BadRequest):
            read(whole, "b", sizes)

    @given(documents(), st.data())
    def test_a_document_cut_off_is_refused(self, document, data):
        boundary, parts = document
        whole = written(boundary, parts)
        cut = data.draw(st.integers(0, len(whole) - 1))
        with pytest.raises(BadRequest):
            read(whole[:cut], boundary)

    @pytest.mark.parametrize(
        "whole",
        [
            b"",
            b"--b",
            b"--b\r\n",
            b"--b\r\nno colon\r\n\r\nx\r\n--b--",
            b"--b\r\n: no name\r\n\r\nx\r\n--b--",
            b"--b\r\na b: blank in name\r\n\r\nx\r\n--b--",
            b"--b\r\n folded: first\r\n\r\nx\r\n--b--",
            b"--b\r\na: 1\r\nA: 2\r\n\r\nx\r\n--b--",
            b"--b\r\na: 1\r\n--b--",
            b"--b\na: 1\n\nx\n--b--",
            b"--b\r\na: " + b"x" * 20_000 + b"\r\n\r\nx\r\n--b--",
            b"--b\r\n" + b"a" * 200_000,
        ],
    )
    def test_is_refused(self, whole):
        for sizes in ([1 << 20], [3]):
            with pytest.raises(BadRequest):
                read(whole, "b", sizes)


class TestBoundary:
    @pytest.mark.parametrize(
        ("kind", "boundary"),
        [
            ("multipart/mixed; boundary=abc", b"abc"),
            ('multipart/mixed;charset=x; Boundary="a b;c"', b"a b;c"),
            ("multipart/mixed; boundary=abc'()+_,-./:=? ; x=y", b"abc'()+_,-./:=?"),
        ],
    )
    def test_is_found(self, kind, boundary):
        assert boundary_of(kind) == boundary

    @pytest.mark.parametrize(
        "kind", ["multipart/mixed", "multipart/mixed; boundary=", 'multipart/mixed; boundary=""', "multipart/mixed; boundary=é", "x"]
    )
    def test_is_needed(self, kind):
        with pytest.raises(BadRequest):
            boundary_of(kind)

"""A key names a whole file or nothing: in a folder, and in a bucket of a real S3 server."""

import io
import os
import time

import pytest

from core.errors import Conflict
from core.settings import from_env
from core.storage import make
from core.storage.local import LocalStorage
from core.storage.s3 import S3Storage
from core.storage.s3.uploads import PART


@pytest.fixture(params=["local", "s3"])
def store(request, tmp_path):
    if request.param == "local":
        return LocalStorage(tmp_path / "files")
    server, address = request.getfixturevalue("s3_server"), request.getfixturevalue("s3_address")
    return make(from_env({}, data_dir=tmp_path, storage=address, s3_endpoint=server.url))


class Broken(io.RawIOBase):
    """A source that fails half-way, as a lost connection does."""

    def __init__(self):
        self.left = 3

    def readable(self):
        return True

    def read(self, size=-1):
        self.left -= 1
        if not self.left:
            raise OSError("connection lost")
        return b"x" * 1000


def everything(store) -> list[str]:
    """Whatever the storage holds, begun uploads too."""
    if isinstance(store, S3Storage):
        return [key for key, *_rest in (*store.bucket.list(), *store.bucket.list("."), *store.bucket.unfinished())]
    return [p.name for p in store.root.rglob("*") if p.is_file()]


def test_what_was_put_can_be_opened(store, tmp_path):
    (tmp_path / "source").write_bytes(b"from a path")
    assert store.put("packages/a1", tmp_path / "source") == 11
    assert store.put("packages/b2", io.BytesIO(b"from a stream")) == 13
    assert store.put("packages/c3", io.BytesIO()) == 0
    assert store.open("packages/a1").read() == b"from a path"
    assert (store.size("packages/b2"), store.exists("packages/b2")) == (13, True)
    assert [key for key, _time in store.keys("packages/")] == ["packages/a1", "packages/b2", "packages/c3"]
    assert store.open("packages/c3").read() == b""
    assert (tmp_path / "source").exists(), "the source is the caller's"


def test_what_is_not_there_is_not_found(store):
    assert not store.exists("packages/a1")
    for look in (store.open, store.size, lambda key: store.path(key).open(), lambda key: store.reader(key).read(0, 1)):
        with pytest.raises(FileNotFoundError):
            look("packages/a1")
    with pytest.raises(FileNotFoundError):
        store.reader("packages/a1").pieces(0, 1)


def test_a_file_can_be_read_from_any_point(store):
    data = os.urandom(PART + 1_000_000)
    store.put("packages/a1", io.BytesIO(data))
    with store.open("packages/a1") as stream:
        assert stream.seek(0, os.SEEK_END) == len(data)
        for place in (8_000_000, 0, 100_000, 100_010, 9_000_000):
            assert stream.seek(place) == place
            assert stream.read(10) == data[place : place + 10]
        stream.seek(5)
        assert stream.read() == data[5:]
        assert stream.read() == b""
    for _ in range(2):
        assert store.reader("packages/a1").read(77, 1000) == data[77:1077]
        assert b"".join(store.reader("packages/a1").pieces(99, 2_000_000)) == data[99:2_000_099]
    assert store.path("packages/a1").read_bytes() == data


def test_a_source_that_fails_leaves_nothing(store):
    with pytest.raises(OSError, match="connection lost"):
        store.put("packages/c3", Broken())
    assert everything(store) == []


def test_deleting_twice_is_not_an_error(store):
    store.put("packages/d4", io.BytesIO(b"x"))
    store.delete("packages/d4")
    store.delete("packages/d4")
    assert not store.exists("packages/d4")


@pytest.mark.parametrize(
    "key", ["../secret.key", "packages/../../secret.key", "/etc/passwd", "packages", "packages/", "Packages/a", "a/b\x00", ".held", ""]
)
def test_a_key_that_is_not_ours_is_refused(store, key):
    for use in (store.open, store.delete, store.incoming, store.reader, store.exists, lambda key: store.put(key, io.BytesIO())):
        with pytest.raises(ValueError, match="storage key"):
            use(key)
    assert everything(store) == []


def test_keys_are_those_of_a_prefix(store):
    for key in ("packages/a1", "packages/deep/b2", "packages-else/c3", "attachments/d4"):
        store.put(key, io.BytesIO(b"x"))
    assert [key for key, _time in store.keys("packages/")] == ["packages/a1", "packages/deep/b2"]
    assert [key for key, _time in store.keys("packages/de")] == ["packages/deep/b2"]
    assert len(store.keys()) == 4
    assert store.keys("nothing/") == []


def test_what_was_written_before(store):
    begun = time.time()
    for key in ("attachments/a", "attachments/deep/b", "packages/c"):
        store.put(key, io.BytesIO(b"x"))
    assert list(store.written_before("attachments", begun - 5)) == []
    assert list(store.written_before("attachments", time.time() + 5)) == ["attachments/a"]
    assert list(store.written_before("nothing", time.time())) == []
    assert all(begun - 5 < written < time.time() + 5 for _key, written in store.keys(""))


class TestIncoming:
    @pytest.mark.parametrize(
        "pieces", [[b"piece", b" by piece"], [], [b"x" * PART, b"y" * (PART + 1), b"z"]], ids=["small", "empty", "large"]
    )
    def test_can_be_found_when_it_is_whole(self, store, pieces):
        incoming = store.incoming("attachments/a1")
        for piece in pieces:
            incoming.write(piece)
        incoming.finish()
        assert not store.keys()
        incoming.keep()
        incoming.drop()
        assert store.open("attachments/a1").read() == b"".join(pieces)
        assert len(everything(store)) == 1

    def test_is_dropped_without_a_trace(self, store):
        incoming = store.incoming("attachments/a1")
        incoming.write(b"x" * (PART + 1))
        incoming.drop()
        incoming.drop()
        assert everything(store) == []

    def test_replaces_what_had_the_key(self, store):
        for text in (b"one", b"two"):
            incoming = store.incoming("attachments/a1")
            incoming.write(text)
            incoming.finish()
            incoming.keep()
        assert store.open("attachments/a1").read() == b"two"

    def test_comes_with_others(self, store):
        files = {key: store.incoming(key) for key in ("attachments/a", "attachments/b", "attachments/c")}
        for key, incoming in files.items():
            incoming.write(key.encode())
            incoming.finish()
        store.keep_together(files.values())
        assert [store.open(key).read() for key in files] == [key.encode() for key in files]

    def test_is_forgotten_when_it_never_came_whole(self, store):
        incoming = store.incoming("attachments/a1")
        incoming.write(b"x" * (PART + 1))
        store.forget_unfinished(time.time() - 5)
        assert len(everything(store)) == 1
        store.forget_unfinished(time.time() + 5)
        assert everything(store) == []


class TestHeld:
    def test_what_is_deleted_meanwhile_can_still_be_read(self, store):
        for key in ("images/a", "images/b"):
            store.put(key, io.BytesIO(key.encode()))
        with store.held() as held:
            store.delete("images/a")
            store.put("images/c", io.BytesIO(b"c"))
            assert [key for key, _time in store.keys("")] == ["images/b", "images/c"]
            assert held.keys() == ["images/a", "images/b", "images/c"]
            assert held.open("images/a").read() == b"images/a"
        assert sorted(everything(store)) in (["b", "c"], ["images/b", "images/c"])

    def test_is_for_one_at_a_time(self, store, monkeypatch):
        monkeypatch.setattr("core.storage.local._PATIENCE", 0.05)
        with store.held(), pytest.raises(Conflict, match="Another backup"), store.held():
            pass
        with store.held():
            pass

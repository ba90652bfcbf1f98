"""A key names a whole file or nothing."""

import io
import os
import time

import pytest

from core.storage.local import LocalStorage


@pytest.fixture
def store(tmp_path):
    return LocalStorage(tmp_path / "files")


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


def everything(store):
    return [p for p in store.root.rglob("*") if p.is_file()]


def test_what_was_put_can_be_opened(store, tmp_path):
    (tmp_path / "source").write_bytes(b"from a path")
    assert store.put("packages/a1", tmp_path / "source") == 11
    assert store.put("packages/b2", io.BytesIO(b"from a stream")) == 13
    assert store.open("packages/a1").read() == b"from a path"
    assert (store.size("packages/b2"), store.exists("packages/b2")) == (13, True)
    assert [key for key, _time in store.keys("packages/")] == ["packages/a1", "packages/b2"]
    assert (tmp_path / "source").exists(), "the source is the caller's"


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
    "key", ["../secret.key", "packages/../../secret.key", "/etc/passwd", "packages", "packages/", "Packages/a", "a/b\x00", ""]
)
def test_a_key_that_is_not_ours_is_refused(store, key):
    with pytest.raises(ValueError, match="storage key"):
        store.open(key)


def test_keys_are_those_of_a_prefix(store):
    for key in ("packages/a1", "packages/deep/b2", "packages-else/c3", "attachments/d4"):
        store.put(key, io.BytesIO(b"x"))
    assert [key for key, _time in store.keys("packages/")] == ["packages/a1", "packages/deep/b2"]
    assert [key for key, _time in store.keys("packages/de")] == ["packages/deep/b2"]
    assert len(store.keys()) == 4
    assert store.keys("nothing/") == []


def test_what_was_written_before(store):
    for key, age in (("attachments/old", 100), ("attachments/young", 1), ("packages/old", 100)):
        store.put(key, io.BytesIO(b"x"))
        os.utime(store.path(key), (time.time() - age,) * 2)
    assert list(store.written_before("attachments", time.time() - 50)) == ["attachments/old"]
    assert list(store.written_before("nothing", time.time())) == []


class TestIncoming:
    def test_gets_its_key_when_it_is_whole(self, store):
        incoming = store.incoming("attachments/a1")
        incoming.write(b"piece")
        incoming.write(b" by piece")
        incoming.finish()
        assert not store.keys()
        incoming.keep()
        incoming.drop()
        assert store.open("attachments/a1").read() == b"piece by piece"
        assert len(everything(store)) == 1

    def test_is_dropped_without_a_trace(self, store):
        incoming = store.incoming("attachments/a1")
        incoming.write(b"half")
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

    def test_is_refused_a_key_that_is_not_ours(self, store):
        with pytest.raises(ValueError, match="storage key"):
            store.incoming("../a1")
        assert everything(store) == []

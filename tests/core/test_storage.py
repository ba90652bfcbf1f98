"""A key names a whole file or nothing."""

import io

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

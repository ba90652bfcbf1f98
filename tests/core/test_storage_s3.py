"""Files in S3 when the line is bad, or the service silent: nothing torn is ever given out, and nobody waits for long."""

import io
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.s3_server import Line

from core.errors import Conflict, Unavailable
from core.patience import REQUEST, limited
from core.settings import from_env
from core.storage import make
from core.storage.cache import Cache
from core.storage.s3 import bucket as bucket_module
from core.storage.s3 import holding
from core.storage.s3.bucket import Refused

DATA = os.urandom(3_000_000)
KEY = "packages/a.zip"


@pytest.fixture
def line(s3_server):
    found = Line(s3_server.port)
    yield found
    found.close()


@pytest.fixture
def store(line, s3_address, tmp_path):
    """A storage at the other end of the line, with one file."""
    found = make(from_env({}, data_dir=tmp_path, storage=s3_address, s3_endpoint=line.url))
    found.put(KEY, io.BytesIO(DATA))
    return found


@pytest.fixture
def hurried(monkeypatch):
    """Requests wait for a short time only."""
    monkeypatch.setitem(bucket_module.HASTY, "read_timeout", 0.4)
    with limited(REQUEST):
        yield


def wait_until(happens, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


class TestABadLine:
    def test_reading_goes_on_where_it_broke(self, store, line):
        line.cut_after = 1_000_000
        with store.open(KEY) as stream:
            assert stream.read() == DATA
        assert line.cuts >= 2
        assert store.path(KEY).read_bytes() == DATA

    def test_that_gives_nothing_at_all_is_told(self, store, line):
        line.cut_after = 0
        with limited(REQUEST):
            for use in (lambda: store.open(KEY), lambda: store.reader(KEY).read(0, 9), lambda: store.put(KEY, io.BytesIO(b"x"))):
                with pytest.raises(Unavailable):
                    use()

    def test_a_part_of_a_file_is_never_given_for_the_whole(self, store, line):
        line.cut_after = 50_000
        with limited(REQUEST), pytest.raises(Unavailable):
            store.reader(KEY).read(0, 1_000_000)


class TestAFileThatIsDamaged:
    def test_is_not_put_into_the_cache(self, store):
        key = store.bucket.full(KEY)
        store.bucket.call("put_object", Key=key, Body=io.BytesIO(b"something else"), Metadata={"sha256": "0" * 64})
        with pytest.raises(Unavailable) as refused:
            store.path(KEY)
        assert refused.value.code == "damaged_file"
        assert [p for p in store.cache.folder.rglob("*") if p.is_file()] == []

    def test_is_refused_by_the_service_when_it_was_damaged_on_its_way(self, store):
        key, wrong = store.bucket.full("packages/b.zip"), bucket_module.md5(b"y")
        with pytest.raises(Unavailable):
            store.bucket.call("put_object", Key=key, Body=io.BytesIO(b"x"), ContentMD5=wrong)
        assert not store.exists("packages/b.zip")


class TestTheCache:
    def test_is_filled_once_for_all_who_ask(self, store, line):
        before = line.answered
        with ThreadPoolExecutor(12) as pool:
            paths = list(pool.map(lambda _n: store.path(KEY).read_bytes(), range(12)))
        assert set(paths) == {DATA}
        assert line.answered - before < 1.2 * len(DATA)

    def test_answers_before_it_is_full_and_without_the_service_afterwards(self, store, line, tmp_path):
        reader = store.reader(KEY)
        assert reader.read(10, 20) == DATA[10:30]
        wait_until(lambda: store.cache.has(KEY))
        line.cut_after = 0
        assert reader.read(10, 20) == DATA[10:30]
        assert b"".join(reader.pieces(10, 2_000_000)) == DATA[10:2_000_010]
        again = make(
            from_env({}, data_dir=tmp_path, storage=f"s3://{store.bucket.name}/{store.bucket.full('')[:-1]}", s3_endpoint=line.url)
        )
        assert again.reader(KEY).read(10, 20) == DATA[10:30], "a restart loses nothing"

    def test_takes_away_what_was_not_used_for_longest_but_never_what_is_being_read(self, store, tmp_path):
        cache = Cache(tmp_path / "small", limit=2 * len(DATA) + 100)
        keys = [f"packages/{name}.zip" for name in "bcdef"]
        for key in keys:
            store.put(key, io.BytesIO(DATA))

        def bring(key: str) -> int:
            cache.fill(key, store.bucket.fetch)
            wait_until(lambda: cache.has(key))
            return cache.opened(key)

        read = bring(keys[0])
        os.close(bring(keys[1]))
        os.close(bring(keys[2]))
        assert [cache.has(key) for key in keys[:3]] == [True, False, True], "the oldest is being read"
        os.close(bring(keys[3]))
        assert os.pread(read, 10, 0) == DATA[:10]
        os.close(read)
        os.close(bring(keys[4]))
        assert [cache.has(key) for key in keys] == [False, False, False, True, True]

    def test_does_not_grow_beyond_its_limit(self, store, tmp_path):
        cache = Cache(tmp_path / "tiny", limit=len(DATA) - 1)
        cache.fill(KEY, store.bucket.fetch)
        wait_until(lambda: not cache._filling)
        assert not cache.has(KEY)

    def test_knows_nothing_of_what_was_deleted(self, store):
        store.path(KEY)
        store.delete(KEY)
        assert not store.cache.has(KEY)
        with pytest.raises(FileNotFoundError):
            store.reader(KEY).read(0, 1)


class TestSilence:
    @pytest.fixture
    def hanging(self, s3_server):
        s3_server.hang()
        yield s3_server
        s3_server.go_on()

    def test_one_request_waits_and_the_others_are_told_at_once(self, store, hurried, hanging):
        with pytest.raises(Unavailable):
            store.exists(KEY)
        begun = time.monotonic()
        for _ in range(100):
            with pytest.raises(Unavailable):
                store.open(KEY)
        assert time.monotonic() - begun < 0.5
        hanging.go_on()
        wait_until(lambda: _tried(store))
        assert store.open(KEY).read(5) == DATA[:5]

    def test_a_file_that_is_on_its_way_is_not_found_and_can_be_sent_again(self, store, hurried, s3_server):
        incoming = store.incoming("attachments/a")
        incoming.write(b"x")
        incoming.finish()
        s3_server.hang()
        try:
            with pytest.raises(Unavailable):
                incoming.keep()
            incoming.drop()
        finally:
            s3_server.go_on()
        wait_until(lambda: _tried(store))
        again = store.incoming("attachments/a")
        again.write(b"x")
        again.finish()
        again.keep()
        assert store.open("attachments/a").read() == b"x"


def _tried(store) -> bool:
    try:
        return store.exists(KEY)
    except Unavailable:
        return False


class TestHolding:
    def test_the_mark_is_put_only_where_there_is_none(self, store):
        store.bucket.put(".held", b"one", only_new=True)
        with pytest.raises(Refused):
            store.bucket.put(".held", b"two", only_new=True)
        with pytest.raises(Conflict), store.held():
            pass

    def test_a_backup_that_was_killed_holds_nothing_for_long(self, store, monkeypatch):
        store.bucket.put(".held", b"killed")
        store.bucket.put(".deleted/images/a", b"aside")
        monkeypatch.setattr(holding, "LEASE", -1.0)
        with store.held() as held:
            assert held.keys() == [KEY]
            monkeypatch.undo()

    def test_deleting_at_the_same_time_from_many_threads_loses_nothing_that_is_held(self, store):
        for number in range(8):
            store.put(f"images/{number}", io.BytesIO(b"%d" % number))
        with store.held() as held:
            threads = [threading.Thread(target=store.delete, args=(f"images/{number}",)) for number in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert [held.open(f"images/{number}").read() for number in range(8)] == [b"%d" % number for number in range(8)]

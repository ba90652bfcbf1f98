"""Documents without HTTP: order of changes, files that nobody needs, and a model that every history must agree with."""

import io
import json
import os
import time
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from core.clock import frozen
from core.db import db, write
from core.errors import BadRequest, Conflict, TooLarge
from core.storage import storage
from lrs.documents import queries, rules, service, sweep
from lrs.documents.models import Document
from lrs.documents.receiving import content_of, received
from lrs.documents.rules import Condition, Place, PreconditionFailed

PLACE = Place("state", activity="https://example.org/a", agent="mbox mailto:ann@example.org")
NEW, ANY = Condition(none_match=frozenset("*")), Condition(match=frozenset("*"))
LARGE = b"x" * (rules.INLINE + 1)


@pytest.fixture
def open_app(app):
    with app.app_context():
        yield app


def put(name: str, content: bytes, condition: Condition = NEW, *, place: Place = PLACE) -> None:
    with received(io.BytesIO(content), storage=storage(), most=1 << 20) as taken, write():
        gone = service.put(place=place, name=name, content=taken, content_type="a/b", condition=condition, version="2.0.0")
    sweep.release(gone)


def unfinished(app) -> list[str]:
    folder = app.config["SETTINGS"].data_dir / "files" / ".incoming"
    return os.listdir(folder) if folder.is_dir() else []


def test_changes_at_the_same_moment_have_an_order(open_app):
    with frozen(datetime(2030, 1, 1, tzinfo=UTC)):
        for name in "ba":
            put(name, b"1")
    with frozen(datetime(2029, 1, 1, tzinfo=UTC)):
        put("c", b"1")
    names, times = zip(*queries.names(PLACE), strict=True)
    assert names == ("b", "a", "c"), "and a clock that is put back changes nothing"
    assert len(set(times)) == 3


class TestFiles:
    @pytest.mark.parametrize("content", [LARGE, b"small"])
    def test_nothing_is_left_of_what_was_refused(self, open_app, content):
        put("d", b"1")
        with pytest.raises(PreconditionFailed):
            put("d", content)
        with pytest.raises(TooLarge), received(io.BytesIO(LARGE), storage=storage(), most=len(LARGE) - 1):
            pass
        with pytest.raises(OSError, match="gone"), received(Endless(1 << 20, OSError("gone")), storage=storage(), most=1 << 30):
            pass
        assert (storage().keys("documents/"), unfinished(open_app)) == ([], [])

    def test_nothing_is_left_when_the_commit_fails(self, open_app, monkeypatch):
        def fail():
            raise RuntimeError("no commit")

        with monkeypatch.context() as patch:
            patch.setattr(db.session(), "commit", fail)
            with pytest.raises(RuntimeError, match="no commit"):
                put("d", LARGE)
        assert (queries.one(PLACE, "d"), storage().keys("documents/"), unfinished(open_app)) == (None, [], [])

    def test_a_reader_that_has_begun_reads_to_the_end(self, open_app):
        put("d", LARGE)
        with storage().open(queries.one(PLACE, "d").file) as stream:
            put("d", b"other", ANY)
            assert stream.read() == LARGE

    def test_orphans_are_swept_up_but_not_what_is_young_or_needed(self, open_app):
        put("d", LARGE)
        needed = queries.one(PLACE, "d").file
        for key, age in (("documents/old", timedelta(hours=25)), ("documents/young", timedelta(hours=23)), (needed, timedelta(days=9))):
            if key != needed:
                storage().put(key, io.BytesIO(b"x"))
            moment = time.time() - age.total_seconds()
            os.utime(storage().path(key), (moment, moment))
        assert sweep.sweep() == ["documents/old"]
        assert {key for key, _ in storage().keys("documents/")} == {needed, "documents/young"}

    def test_a_large_document_costs_little_memory(self, sqlite_app):
        with sqlite_app.app_context():
            size = 64 << 20
            tracemalloc.start()
            try:
                with received(Endless(size), storage=storage(), most=size) as taken:
                    _now, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
            assert taken.size == size
            assert peak < 4 << 20


class Endless(io.RawIOBase):
    """A connection that brings so many bytes and then ends, as it should or by an error."""

    def __init__(self, size: int, error: Exception | None = None):
        self.left, self.error = size, error

    def read(self, size=-1):
        if self.left <= 0:
            if self.error:
                raise self.error
            return b""
        some = min(size, self.left)
        self.left -= some
        return b"x" * some


def test_places_that_differ_have_different_digests():
    places = [
        Place("state", activity="a", agent="b"),
        Place("state", activity="ab", agent=""),
        Place("activity", activity="a"),
        Place("agent", agent="a"),
        Place("state", activity="a1:b", agent=None),
    ]
    assert len({p.digest for p in places} | {p.digest_of("n") for p in places}) == 2 * len(places)


objects = st.dictionaries(st.sampled_from("abc"), st.integers(0, 9) | st.none(), max_size=3)
conditions = st.sampled_from(["none", "new", "any", "current", "stale"])
steps = st.tuples(st.sampled_from(["put", "put text", "post", "delete", "delete all"]), st.sampled_from("xy"), objects, conditions)


class Model:
    """What the specification says, in a dict: name → (value, is it JSON)."""

    def __init__(self, version: str, resource: str):
        self.version, self.resource, self.kept = version, resource, {}

    def refusal(self, act: str, name: str, condition: str) -> type | None:
        there = name in self.kept
        if act == "delete all":
            return None
        if condition == "stale" or (condition in ("any", "current") and not there) or (condition == "new" and there):
            return PreconditionFailed
        if act.startswith("put") and condition == "none":
            if there and (self.version == "2.0.0" or self.resource != "state"):
                return Conflict
            if not there and self.resource != "state" and self.version == "1.0.3":
                return BadRequest
        return BadRequest if act == "post" and there and not self.kept[name][1] else None

    def change(self, act: str, name: str, value: dict) -> None:
        if act == "delete all":
            self.kept.clear()
        elif act == "delete":
            self.kept.pop(name, None)
        elif act == "post":
            self.kept[name] = (self.kept.get(name, ({},))[0] | value, True)
        else:
            self.kept[name] = (value, act == "put")


def change(act: str, place: Place, name: str, value: dict, condition: str, version: str) -> None:
    """The same by the service."""
    known = queries.one(place, name)
    meant = {"none": Condition(), "new": NEW, "any": ANY, "stale": Condition(match=frozenset({"0" * 40}))}.get(condition)
    where = {"place": place, "name": name, "condition": meant or Condition(match=frozenset({known.etag if known else ""}))}
    content = content_of(json.dumps(value).encode(), storage=storage())
    with write():
        if act == "delete all":
            service.remove_all(place=place)
        elif act == "delete":
            service.remove(**where)
        elif act == "post":
            service.post(**where, content=content, content_type="application/json", most=1 << 20)
        else:
            service.put(**where, content=content, content_type="application/json" if act == "put" else "text/plain", version=version)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=12), st.sampled_from(["1.0.3", "2.0.0"]), st.sampled_from(["state", "activity"]))
def test_every_history_agrees_with_the_model(open_app, history, version, resource):
    place = Place(resource, activity="https://example.org/a")
    with write() as session:
        session.execute(delete(Document))
    model = Model(version, resource)
    for act, name, value, condition in history:
        if refusal := model.refusal(act, name, condition):
            with pytest.raises(refusal):
                change(act, place, name, value, condition, version)
        else:
            change(act, place, name, value, condition, version)
            model.change(act, name, value)
        found = {n: json.loads(queries.one(place, n).content) for n, _ in queries.names(place)}
        assert found == {n: kept for n, (kept, _json) in model.kept.items()}
    db.session.rollback()

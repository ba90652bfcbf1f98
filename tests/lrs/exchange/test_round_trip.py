"""Out of one store and into an empty one: what comes back is the same."""

import io
import json
import re
import threading

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from samples import VOIDED, identified, rich, statements, voiding
from sqlalchemy import select

from core.db import db, write
from lrs.exchange import queries
from lrs.exchange.asked import read
from lrs.exchange.foreign import Vouching
from lrs.exchange.importing import Tally, take
from lrs.exchange.sources import opened
from lrs.statements.errors import StatementRefused
from lrs.statements.models import Statement
from lrs.statements.service import own_authority, record, store

KEY = {"objectType": "Agent", "name": "A tool", "account": {"homePage": "http://localhost", "name": "key:1"}}
STORED = re.compile(rb',"stored":"[^"]*"')


def export(**parameters) -> bytes:
    return b"".join(read(parameters).pieces(until=queries.bound()))


def bring(file: bytes, *, keep: bool = True, trust: str = "define") -> Tally:
    tally = Tally()
    with opened(io.BytesIO(file)) as source:
        for _ in take(source.lines, Vouching(importer=KEY, trust=trust, keep=keep), tally, data=source.data):
            pass
    return tally


def keep(*raws: bytes | dict, version: str = "1.0.3", authority: dict = KEY) -> list[str]:
    with write():
        return store([r if isinstance(r, bytes) else json.dumps(r).encode() for r in raws], authority=authority, version=version)


@pytest.fixture
def again(emptied):
    """``again(app, file)`` → the export of an empty store after it has read a file."""

    def fresh(app, file: bytes) -> bytes:
        emptied(app)
        tally = bring(file)
        assert tally.complete, tally.problems
        return export()

    return fresh


def columns() -> set[tuple]:
    s = Statement
    return {tuple(row) for row in db.session.execute(select(s.id, s.trust, s.voided, s.registration))}


class TestTheSameComesBack:
    def test_byte_for_byte_but_for_stored(self, app, again):
        with app.app_context():
            keep(
                rich(),
                b'{ "verb" : {"id":"https://example.org/v"},\n "actor":{"mbox":"mailto:a@example.org"}, "object":{"id":"https://example.org/a"},'
                b'"result":{"score":{"raw":0.10,"scaled":-0},"extensions":{"https://example.org/e":1e400,"https://example.org/f":",\\"stored\\":\\""}}}',
            )
            first = export()
            second = again(app, first)
            assert first.count(b"\n") == 2
            assert STORED.sub(b"", second) == STORED.sub(b"", first)
            assert b"0.10" in second
            assert b'"scaled":-0' in second
            assert b"1e400" in second

    def test_both_versions(self, app, again):
        two = identified(
            version="2.0.0",
            timestamp="2026-01-01T12:00:00.5+02:00",
            context={"contextAgents": [{"objectType": "contextAgent", "agent": {"mbox": "mailto:x@example.org"}}]},
        )
        with app.app_context():
            keep(two, version="2.0.0")
            keep(identified(context={"contextAgents": two["context"]["contextAgents"]}, version="1.0.0"), version="2.0.0")
            keep(identified(timestamp="20260101T120000"), version="1.0.3")
            first = export()
            assert STORED.sub(b"", again(app, first)) == STORED.sub(b"", first)

    @settings(
        max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(drawn=st.lists(st.tuples(statements, st.sampled_from(["1.0.3", "2.0.0"])), min_size=1, max_size=6), data=st.data())
    def test_whatever_is_in_the_log(self, sqlite_app, drawn, data, again, emptied):
        with sqlite_app.app_context():
            emptied(sqlite_app)
            ids = []
            for statement, version in drawn:
                try:
                    ids += keep(statement, version=version)
                except StatementRefused:
                    continue
            for uuid in data.draw(st.lists(st.sampled_from(ids), max_size=3)) if ids else ():
                keep(voiding(uuid))
            first, rows = export(), columns()
            second = again(sqlite_app, first)
            assert STORED.sub(b"", second) == STORED.sub(b"", first)
            assert {row[:1] + row[2:] for row in columns()} == {row[:1] + row[2:] for row in rows}
            assert again(sqlite_app, second.replace(b"\n", b"\r\n")).count(b"\n") == first.count(b"\n")


class TestVoided:
    def test_they_stay_voided_in_either_order(self, app, again):
        with app.app_context():
            uuid, other = keep(identified(), identified())
            keep(voiding(uuid))
            assert export().count(b"\n") == 3
            for file in (export(), export(ascending="false")):
                again(app, file)
                assert {str(i): v for i, _t, v, _r in columns()}[uuid] is True
                assert {str(i): v for i, _t, v, _r in columns()}[other] is False
                keep(voiding(uuid))

    def test_what_voids_comes_along_when_times_cut_between(self, app, again):
        with app.app_context():
            (uuid,) = keep(identified())
            until = json.loads(export())["stored"]
            (by,) = keep(voiding(uuid))
            keep(identified())
            cut = [json.loads(line)["id"] for line in export(until=until).splitlines()]
            assert cut == [uuid, by]
            assert again(app, export(until=until)).count(VOIDED.encode()) == 1

    def test_a_table_holds_what_counts(self, app):
        with app.app_context():
            uuid, other = keep(identified(), identified())
            keep(voiding(uuid))
            file = export(format="csv").decode()
            assert uuid not in file.replace(f",{uuid},", ",,")
            assert other in file


class TestTwice:
    def test_changes_nothing(self, app):
        with app.app_context():
            keep(rich(), identified())
            first = export()
            tally = bring(first)
            assert (tally.new, tally.there, tally.complete) == (0, 2, True)
            assert export() == first

    def test_without_ids_too(self, app):
        line = json.dumps({k: v for k, v in identified().items() if k != "id"}).encode()
        with app.app_context():
            assert bring(line).new == 1
            assert bring(line).there == 1

    def test_a_line_twice_in_one_file(self, app):
        line = json.dumps(identified()).encode()
        with app.app_context():
            tally = bring(line + b"\n" + line)
            assert (tally.new, tally.there) == (1, 1)


class TestWhoVouches:
    def test_the_authority_is_kept(self, app, again):
        with app.app_context():
            keep(identified(), authority={"mbox": "mailto:other@example.org"})
            assert json.loads(again(app, export()))["authority"] == {"mbox": "mailto:other@example.org"}

    def test_or_the_importer_takes_its_place(self, app, emptied):
        with app.app_context():
            with write():
                record(identified())
            file = export()
            emptied(app)
            bring(file, keep=False, trust="self")
            assert json.loads(export())["authority"] == KEY
            assert {t for _i, t, _v, _r in columns()} == {"self"}

    def test_what_we_saw_ourselves_still_counts(self, app, emptied):
        with app.app_context():
            with write():
                record(identified())
            with write():
                store([orjson.dumps(rich())], authority=own_authority(), version="1.0.3", trust="launch")
            keep(identified())
            file = export()
            emptied(app)
            bring(file)
            assert sorted(t for _i, t, _v, _r in columns()) == ["define", "launch", "system"]


class TestWhatIsWrong:
    def test_is_told_and_the_rest_is_kept(self, app):
        good, other = identified(), identified()
        lines = [json.dumps(good), "", "{", json.dumps(identified(verb={"id": "no"})), "[]", json.dumps(other), '"x"', "\xff"]
        with app.app_context():
            tally = bring("\n".join(lines).encode("latin-1"))
            assert (tally.lines, tally.new, tally.bad) == (7, 2, 5)
            found = {p.line: p for p in tally.problems}
            assert set(found) == {3, 4, 5, 7, 8}
            assert found[4].path == "$.verb.id"
            assert "xAPI 1.0.3 Data" in found[4].reason

    def test_a_conflict_changes_nothing(self, app):
        mine = identified()
        with app.app_context():
            keep(mine)
            before = export()
            tally = bring(json.dumps(mine | {"actor": {"mbox": "mailto:mallory@example.org"}}).encode())
            assert (tally.conflict, tally.new) == (1, 0)
            assert tally.problems[0][:3] == (1, "conflict", mine["id"])
            assert export() == before

    def test_a_line_without_end(self, app):
        with app.app_context():
            tally = bring(b'"' + b"x" * (17 << 20) + b'"\n' + json.dumps(identified()).encode())
            assert (tally.new, tally.bad) == (1, 1)
            assert tally.problems[0].line == 1

    def test_many_are_counted_but_the_first_hundred_told(self, app):
        with app.app_context():
            tally = bring(b"{\n" * 1200)
            assert (tally.bad, len(tally.problems)) == (1200, 100)


# On SQLite nobody else writes while a unit of work is open.
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
class TestConcurrentWriters:
    def test_a_statement_that_somebody_stores_meanwhile_is_no_error(self, app, monkeypatch):
        from lrs.exchange import service

        mine = identified()
        with app.app_context():
            look, seen = service.known, []

            def first():
                with app.app_context():
                    keep(mine | {"actor": {"mbox": "mailto:first@example.org"}})

            def late(ids):
                found = look(ids)
                if not seen:
                    seen.append(threading.Thread(target=first))
                    seen[0].start()
                    seen[0].join()
                return found

            monkeypatch.setattr(service, "known", late)
            tally = bring(json.dumps(mine).encode())
            assert tally.conflict == 1


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_what_is_compressed_is_opened(app, suffix):
    import gzip

    line = json.dumps(identified()).encode()
    with app.app_context():
        assert bring(gzip.compress(line) if suffix else b"\xef\xbb\xbf" + line).new == 1

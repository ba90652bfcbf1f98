"""Data goes when nobody needs it, and not before."""

import errno
import io
import os
import time
from datetime import timedelta
from uuid import UUID

import pytest
from parcels import BOUNDARY, attachment, parcel, part, sha
from samples import identified

from core.db import db, write
from core.storage import storage
from core.storage.local import Incoming
from lrs.attachments import links, queries, service, sweep
from lrs.attachments.rules import storage_key
from lrs.statements.models import Statement


def carrying(*data: bytes) -> dict:
    return identified(attachments=[attachment(d) for d in data])


def seqs(*statements: dict) -> list[int]:
    found = {str(row.id): row.seq for row in db.session.execute(db.select(Statement.id, Statement.seq))}
    return [found[str(UUID(s["id"]))] for s in statements]


def aged(app, name: str, hours: float) -> None:
    """Make a stored file look as old as that."""
    moment = time.time() - hours * 3600
    os.utime(app.config["SETTINGS"].data_dir / "files" / name, (moment, moment))


class TestOfStatements:
    def test_says_what_came_with_which(self, app, send):
        one, two, plain = carrying(b"a", b"b"), carrying(b"b"), identified()
        send([one, two, plain], part(b"a"), part(b"b"))
        with app.app_context():
            first, second, third = seqs(one, two, plain)
            found = queries.of_statements([third, second, first])
            assert [(k.seq, k.sha2, k.size) for k in found[:1]] == [(second, sha(b"b"), 1)]
            assert {(k.seq, k.key) for k in found[1:]} == {(first, storage_key(sha(b"a"))), (first, storage_key(sha(b"b")))}
            assert queries.of_statements([third]) == queries.of_statements([]) == []
            assert queries.one(first, sha(b"a").upper()).content_type == "application/octet-stream"
            assert queries.one(third, sha(b"a")) is None


class TestForget:
    def test_what_others_have_stays(self, app, send, files):
        one, two = carrying(b"own", b"shared"), carrying(b"shared")
        send([one, two], part(b"own"), part(b"shared"))
        with app.app_context():
            with write():
                gone = service.forget(seqs=seqs(one))
            assert gone == {sha(b"own"), sha(b"shared")}
            assert len(files()) == 2
            assert service.release(gone) == [sha(b"own")]
        assert files() == [storage_key(sha(b"shared"))]
        assert send.fetch(statementId=two["id"])[1][0][1] == b"shared"
        assert send.fetch(statementId=one["id"])[1] == []

    def test_a_release_inside_a_unit_of_work_is_refused(self, app):
        with app.app_context(), write(), pytest.raises(RuntimeError):
            service.release({"a"})


class TestSweep:
    def orphan(self, name: str = "0" * 64) -> str:
        incoming = storage().incoming(storage_key(name))
        incoming.write(b"orphan")
        incoming.finish()
        incoming.keep()
        return storage_key(name)

    def test_takes_old_orphans_only(self, app, send, files):
        send(carrying(b"kept"), part(b"kept"))
        with app.app_context():
            old, young = self.orphan(), self.orphan("1" * 64)
            aged(app, old, 25)
            aged(app, storage_key(sha(b"kept")), 1000)
            assert sweep.sweep() == ["0" * 64]
            assert files() == sorted([young, storage_key(sha(b"kept"))])
            assert sweep.sweep(timedelta(0)) == ["1" * 64]

    def test_takes_what_never_came_whole(self, app, files):
        with app.app_context():
            unfinished = storage().incoming(storage_key("2" * 64))
            unfinished.write(b"x")
            [name] = files()
            sweep.sweep()
            assert files() == [name]
            aged(app, name, 25)
            sweep.sweep()
            assert files() == []
            unfinished.drop()

    def test_is_a_ticker(self, app):
        assert "attachments" in app.extensions["colloquium.tickers"]

    def test_an_orphan_that_comes_again_is_kept(self, app, send, files):
        """Between what the sweep saw and what it deletes, a statement brought the same data."""
        with app.app_context():
            aged(app, self.orphan(sha(b"again")), 25)
            old = [sha(b"again")]
        one = carrying(b"again")
        assert send(one, part(b"again")).status_code == 200
        with app.app_context():
            assert service.release(old) == []
        assert send.fetch(statementId=one["id"])[1][0][1] == b"again"


class TestWhenStoringFails:
    def test_a_failure_after_keeping_takes_the_data_back(self, app, send, files, monkeypatch):
        """The commit fails after the file has its key: the row is rolled back, and the file goes with it."""
        keep = links.tie

        def breaking(connection, statements):
            keep(connection, statements)
            raise OSError("broken off")

        monkeypatch.setattr(links, "tie", breaking)
        assert send(carrying(b"x"), part(b"x")).status_code == 500
        assert (files(), send.xapi.ids()) == ([], [])

    def test_a_full_disk_is_503_and_leaves_nothing(self, send, files, monkeypatch):
        """As on a full disk: the write to the file fails."""

        def full(_self, _chunk):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(Incoming, "write", full)
        assert send(carrying(b"x"), part(b"x")).status_code == 503
        assert (files(), send.xapi.ids()) == ([], [])

    def test_no_connection_is_held_while_data_arrives(self, app, send):
        held = []

        class Slow(io.BytesIO):
            def readinto(self, buffer) -> int:
                with app.app_context():
                    held.append(db.engine.pool.checkedout())
                return super().readinto(memoryview(buffer)[:100])

        body = parcel(carrying(b"x" * 2000), part(b"x" * 2000))
        answer = send.xapi.client.post(
            "/xapi/statements",
            input_stream=Slow(body),
            content_length=len(body),
            content_type=f'multipart/mixed; boundary="{BOUNDARY}"',
            auth=send.xapi.auth,
            headers=send.xapi._headers,
        )
        assert (answer.status_code, set(held)) == (200, {0})

"""The data of attachments and large documents in S3: there for good or not at all."""

import io
import os
from dataclasses import replace
from uuid import UUID

import pytest
from parcels import attachment, part, sha
from samples import identified
from sqlalchemy import select
from support.s3_server import Line

from app import create_app
from core.db import db, write
from core.patience import REQUEST, limited
from core.storage import make, storage
from core.storage.s3.uploads import PART
from lrs.attachments import service, sweep
from lrs.attachments.rules import storage_key
from lrs.documents import queries
from lrs.documents import service as documents
from lrs.documents import sweep as document_sweep
from lrs.documents.receiving import received
from lrs.documents.rules import INLINE, Condition, Place
from lrs.statements.models import Statement

pytestmark = pytest.mark.parametrize("app", ["postgresql"], indirect=True)
PLACE = Place("state", activity="https://example.org/a", agent="mbox mailto:ann@example.org")
LARGE = os.urandom(PART + 99)


def kept() -> list[str]:
    """Every key, those of files that were begun too."""
    return sorted([key for key, _written in storage().keys("")] + [key for key, *_rest in storage().bucket.unfinished()])


def carrying(*data: bytes) -> dict:
    return identified(attachments=[attachment(d) for d in data])


class TestAttachments:
    def test_come_with_their_statements_and_go_with_them(self, on_s3, send):
        one, two = carrying(b"own", b"", LARGE), carrying(b"shared", LARGE)
        assert send([one, two], part(b"own"), part(b""), part(LARGE), part(b"shared")).status_code == 200
        assert {data for _head, data in send.fetch(statementId=one["id"])[1]} == {b"own", b"", LARGE}
        with on_s3.app_context():
            assert len(kept()) == 4
            with write():
                gone = service.forget(seqs=list(db.session.scalars(select(Statement.seq).where(Statement.id == UUID(one["id"])))))
            service.release(gone)
            assert kept() == sorted(storage_key(sha(data)) for data in (b"shared", LARGE))
        assert {data for _head, data in send.fetch(statementId=two["id"])[1]} == {b"shared", LARGE}

    def test_of_what_is_refused_leave_nothing(self, on_s3, send):
        assert send(carrying(LARGE), part(LARGE), part(b"not declared")).status_code == 400
        assert send(carrying(b"other"), part(LARGE, hash=sha(b"other"))).status_code == 400
        with on_s3.app_context():
            assert kept() == []

    def test_are_not_acknowledged_while_the_service_is_away(self, on_s3, s3_server, send):
        line = Line(s3_server.port)
        on_s3.extensions["colloquium.storage"] = make(replace(on_s3.config["SETTINGS"], s3_endpoint=line.url))
        assert send(carrying(b"before"), part(b"before")).status_code == 200
        line.cut_after = 0
        with limited(REQUEST):
            answer = send(carrying(b"during"), part(b"during"))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "try again" in answer.text
        plain = identified()
        assert send.xapi.post([plain]).status_code == 200, "statements alone do not need it"
        assert len(send.xapi.ids()) == 2


def test_two_machines_share_what_came_to_one(on_s3, send, tmp_path):
    settings = replace(on_s3.config["SETTINGS"], data_dir=tmp_path / "other")
    other = create_app(settings)
    statement = carrying(LARGE)
    assert send(statement, part(LARGE)).status_code == 200
    there = type(send)(type(send.xapi)(other.test_client(), send.xapi.auth))
    assert there.fetch(statementId=statement["id"])[1][0][1] == LARGE
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


class TestDocuments:
    def put(self, content: bytes) -> None:
        with received(io.BytesIO(content), storage=storage(), most=1 << 30) as taken, write():
            gone = documents.put(place=PLACE, name="d", content=taken, content_type="a/b", condition=Condition(), version="1.0.3")
        document_sweep.release(gone)

    def test_take_the_place_of_each_other(self, on_s3):
        with on_s3.app_context():
            for content in (LARGE, b"x" * (INLINE + 1), b"small"):
                self.put(content)
                found = queries.one(PLACE, "d")
                assert (found.content or storage().open(found.file).read()) == content
                assert kept() == ([found.file] if found.file else [])

    def test_that_fail_leave_nothing(self, on_s3):
        with on_s3.app_context():
            with pytest.raises(RuntimeError), received(io.BytesIO(LARGE), storage=storage(), most=1 << 30):
                raise RuntimeError
            assert kept() == []


def test_what_a_crash_left_is_swept_up(on_s3):
    with on_s3.app_context():
        storage().put(storage_key("0" * 64), io.BytesIO(b"orphan"))
        storage().incoming(storage_key("1" * 64)).write(LARGE)
        assert len(kept()) == 2
        assert sweep.sweep() == []
        assert len(kept()) == 2, "they may belong to a request that still runs"
        sweep.sweep(-sweep.AGE)
        assert kept() == []

"""Data is not swept away between its arrival and its statement's commit."""

import io
import threading

import orjson
import pytest
from parcels import attachment, part, sha
from samples import agent, identified

from core.db import write
from core.storage import storage
from lrs.attachments import service
from lrs.attachments.joining import joined
from lrs.attachments.receiving import received
from lrs.attachments.rules import storage_key
from lrs.statements.append import append
from lrs.statements.prepare import prepare
from lrs.xapi.multipart import Multipart

DATA = b"the same data"


class TestRelease:
    def test_waits_for_who_stores_the_same_data(self, app):
        """One statement is stored but not committed yet when its data is released as an orphan: it must be seen, not deleted."""
        stored, gone = threading.Event(), []

        def release():
            with app.app_context():
                assert stored.wait(20)
                gone.extend(service.release({sha(DATA)}))

        releasing = threading.Thread(target=release)
        releasing.start()
        with app.app_context():
            raw = orjson.dumps(identified(attachments=[attachment(DATA)]))
            prepared = prepare([raw], authority=agent(), version="1.0.3", trust="self", data_follows=True)
            parts = iter(Multipart(io.BytesIO(b"--b\r\n" + part(DATA) + b"\r\n--b--").read, b"b"))
            with received(prepared[0].declared, parts, storage=storage(), most=100, version="1.0.3") as data:
                complete = joined(prepared, data, version="1.0.3", batch=False)
                with write() as session:
                    append(session, complete)
                    stored.set()
                    releasing.join(1)
            releasing.join(20)
            assert (gone, storage().exists(storage_key(sha(DATA)))) == ([], True)

    @pytest.mark.parametrize("rounds", [12])
    def test_and_storing_at_once_lose_nothing(self, app, send, rounds):
        """Some bring the same data again and again, one lets it go after each: what a statement still has is there."""
        ids, wrong = [], []

        def bring():
            for _ in range(rounds):
                one = identified(attachments=[attachment(DATA)])
                answer = type(send)(type(send.xapi)(app.test_client(), send.xapi.auth))(one, part(DATA))
                (ids if answer.status_code == 200 else wrong).append(one["id"])

        def sweep():
            with app.app_context():
                for _ in range(rounds * 3):
                    service.release({sha(DATA)})

        threads = [threading.Thread(target=work) for work in (bring, bring, sweep)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert len(ids) == 2 * rounds
        assert send.fetch(statementId=ids[0])[1][0][1] == DATA

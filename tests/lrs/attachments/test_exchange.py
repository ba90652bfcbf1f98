"""Statements with attachments through /xapi: what goes in comes out, byte for byte."""

from parcels import attachment, part, sha
from samples import identified

DATA = b"\r\n--not a delimiter\r\n\x00\xff" * 3


class TestRoundTrip:
    def test_a_statement_and_its_data(self, send, files):
        one = identified(attachments=[attachment(DATA, contentType="text/plain; charset=utf-8")])
        answer = send(one, part(DATA, content_type="text/plain"))
        assert (answer.status_code, answer.json) == (200, [one["id"]])
        body, parts = send.fetch(statementId=one["id"])
        assert body["attachments"] == one["attachments"]
        [(headers, data)] = parts
        assert data == DATA
        assert headers == {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Transfer-Encoding": "binary",
            "X-Experience-API-Hash": sha(DATA),
        }
        assert files() == [f"attachments/{sha(DATA)}"]

    def test_put(self, send):
        one = identified(attachments=[attachment(DATA)])
        assert send(one, part(DATA), uuid=one["id"]).status_code == 204
        assert send.fetch(statementId=one["id"])[1][0][1] == DATA

"""gzip: bodies that come packed, answers that go packed."""

import gzip
import io
import json
import zlib
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import identified, statement

from core.errors import BadRequest
from lrs.xapi.packing import Unpacked


def send(xapi, body: bytes, encoding: str = "gzip", **headers):
    return xapi.client.post(
        "/xapi/statements",
        data=body,
        content_type="application/json",
        auth=xapi.auth,
        headers=xapi._headers | {"Content-Encoding": encoding} | headers,
    )


class TestBodies:
    @pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
    def test_packed(self, xapi, encoding):
        batch = [identified() for _ in range(50)]
        assert send(xapi, gzip.compress(json.dumps(batch).encode()), encoding).json == [s["id"] for s in batch]

    def test_plain_by_name(self, xapi):
        assert send(xapi, json.dumps(statement()).encode(), "identity").status_code == 200

    def test_in_several_members(self, xapi):
        text = json.dumps(identified()).encode()
        assert send(xapi, gzip.compress(text[:40]) + gzip.compress(b"") + gzip.compress(text[40:])).status_code == 200

    def test_of_put(self, xapi):
        uuid, body = str(uuid4()), gzip.compress(json.dumps(statement()).encode())
        how = {"auth": xapi.auth, "headers": xapi._headers | {"Content-Encoding": "gzip"}, "content_type": "application/json"}
        assert xapi.client.put(f"/xapi/statements?statementId={uuid}", data=body, **how).status_code == 204

    @pytest.mark.parametrize("encoding", ["deflate", "br", "zstd", "gzip, gzip", "x" * 5000, "\xff"])
    def test_other_encodings_are_415(self, xapi, encoding):
        answer = send(xapi, b"x", encoding)
        assert (answer.status_code, answer.json["error"]["code"]) == (415, "content_encoding")

    PACKED = gzip.compress(json.dumps(statement()).encode())
    DAMAGED = PACKED[:15] + b"\0\0" + PACKED[17:]

    GARBAGE = [b"", b"{}", b"\x1f\x8b", PACKED[:-1], PACKED[:20], PACKED + b"x", DAMAGED, zlib.compress(b"{}")]

    @pytest.mark.parametrize("body", GARBAGE, ids=["empty", "plain", "head", "cut", "cut early", "more", "damaged", "zlib"])
    def test_garbage_is_400(self, xapi, body):
        assert send(xapi, body).status_code == 400

    def test_a_bomb_is_413(self, xapi):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        bomb = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(200)) + packer.flush()
        assert len(bomb) < 1 << 20
        answer = send(xapi, bomb)
        assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (413, "1.0.3")

    def test_nothing_packed_over_and_over_is_400(self, xapi):
        answer = send(xapi, gzip.compress(b"") * 10_000)
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_gzip")

    def test_a_form_of_the_alternate_syntax(self, xapi):
        body = gzip.compress(b"limit=1")
        headers = xapi._headers | {"Content-Encoding": "gzip"}
        kind = "application/x-www-form-urlencoded"
        answer = xapi.client.post("/xapi/statements?method=GET", data=body, content_type=kind, auth=xapi.auth, headers=headers)
        assert answer.status_code == 200

    @given(st.binary(max_size=3000), st.integers(1, 3), st.sampled_from([1, 7, 64, 70_000]))
    def test_what_was_packed_comes_out(self, plain, members, size):
        cut = len(plain) // members + 1
        packed = b"".join(gzip.compress(plain[i * cut : (i + 1) * cut]) for i in range(members))
        stream, out = Unpacked(io.BytesIO(packed)), b""
        while piece := stream.read(size):
            assert len(piece) <= size
            out += piece
        assert out == plain

    @given(st.binary(max_size=200), st.integers(0, 300), st.binary(max_size=3))
    def test_a_damaged_stream_is_refused_or_right(self, plain, position, damage):
        packed = gzip.compress(plain)
        damaged = packed[:position] + damage + packed[position + len(damage) :]
        try:
            assert Unpacked(io.BytesIO(damaged)).read() == plain or damaged != packed
        except BadRequest:
            assert damaged != packed


class TestAnswers:
    def get(self, xapi, path="/xapi/statements", accept="gzip", **headers):
        return xapi.client.get(path, auth=xapi.auth, headers=xapi._headers | {"Accept-Encoding": accept} | headers)

    def test_packed_for_who_accepts_it(self, xapi):
        xapi.post([identified() for _ in range(30)])
        plain, packed = xapi.get(), self.get(xapi)
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 3
        assert gzip.decompress(packed.data) == plain.data
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert "Accept-Encoding" in plain.headers["Vary"]

    @pytest.mark.parametrize("accept", ["", "identity", "br", "gzip;q=0", "deflate"])
    def test_plain_for_who_does_not(self, xapi, accept):
        xapi.post([identified() for _ in range(30)])
        assert "Content-Encoding" not in self.get(xapi, accept=accept).headers

    def test_small_answers_and_refusals_stay_plain(self, xapi):
        for path in ("/xapi/about", "/xapi/statements", "/xapi/statements?" + "x" * 3000):
            assert "Content-Encoding" not in self.get(xapi, path).headers

    def test_head_says_the_same_as_get(self, xapi):
        xapi.post([identified() for _ in range(30)])
        head = xapi.client.head("/xapi/statements", auth=xapi.auth, headers=xapi._headers | {"Accept-Encoding": "gzip"})
        assert (head.data, head.headers["Content-Length"]) == (b"", self.get(xapi).headers["Content-Length"])

    def test_multipart_streams_packed(self, xapi):
        xapi.post([identified() for _ in range(30)])
        plain = xapi.get(attachments="true")
        packed = self.get(xapi, "/xapi/statements?attachments=true")
        assert packed.mimetype == plain.mimetype == "multipart/mixed"
        assert packed.headers["Content-Encoding"] == "gzip"
        assert xapi.get().json["statements"][0]["id"].encode() in gzip.decompress(packed.data)


STATE = "/xapi/activities/state?activityId=https://example.org/a&stateId=big&agent=%7B%22mbox%22:%22mailto:a@example.org%22%7D"


class TestEtags:
    """Each form of a document has its ETag; both are good in If-Match and If-None-Match."""

    @pytest.fixture
    def document(self, xapi):
        body = json.dumps({"text": "x" * 5000}).encode()
        xapi.client.put(STATE, data=body, content_type="application/json", auth=xapi.auth, headers=xapi._headers)
        return body

    def get(self, xapi, accept="gzip", **headers):
        return xapi.client.get(STATE, auth=xapi.auth, headers=xapi._headers | {"Accept-Encoding": accept} | headers)

    def test_differ_by_form(self, xapi, document):
        plain, packed = self.get(xapi, ""), self.get(xapi)
        assert (plain.data, gzip.decompress(packed.data)) == (document, document)
        assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'

    def test_of_the_packed_form_is_good_for_a_change(self, xapi, document):
        how = {"auth": xapi.auth, "content_type": "application/json", "data": b"{}"}
        etag = self.get(xapi).headers["ETag"]
        assert xapi.client.put(STATE, headers=xapi._headers | {"If-Match": '"0123456789-gzip"'}, **how).status_code == 412
        assert xapi.client.put(STATE, headers=xapi._headers | {"If-Match": etag}, **how).status_code == 204
        assert xapi.client.put(STATE, headers=xapi._headers | {"If-Match": etag}, **how).status_code == 412

    def test_of_the_packed_form_is_told_that_nothing_changed(self, xapi, document):
        etag = self.get(xapi).headers["ETag"]
        again = self.get(xapi, **{"If-None-Match": etag})
        if again.status_code == 304:
            assert (again.data, again.headers["ETag"]) == (b"", etag)

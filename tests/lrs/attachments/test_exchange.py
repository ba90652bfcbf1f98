"""Statements with attachments through /xapi: what goes in comes out, byte for byte."""

import gzip
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parcels import BOUNDARY, attachment, opened, parcel, part, sha
from samples import identified, statement, voiding

from lrs.attachments.receiving import MOST_PARTS

DATA = b"\r\n--not a delimiter\r\n\x00\xff" * 3
USELESS = [HealthCheck.function_scoped_fixture]


def carrying(*data: bytes, **members) -> dict:
    """A statement with these attachments."""
    return identified(attachments=[attachment(d) for d in data], **members)


class TestRoundTrip:
    def test_a_statement_and_its_data(self, send, files):
        one = identified(attachments=[attachment(DATA, contentType="text/plain; charset=utf-8")])
        answer = send(one, part(DATA, content_type="text/plain"))
        assert (answer.status_code, answer.json) == (200, [one["id"]])
        body, [(headers, data)] = send.fetch(statementId=one["id"])
        assert (body["attachments"], data) == (one["attachments"], DATA)
        assert headers == {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Transfer-Encoding": "binary",
            "X-Experience-API-Hash": sha(DATA),
        }
        assert files() == [f"attachments/{sha(DATA)}"]

    def test_put(self, send):
        one = carrying(DATA)
        assert send(one, part(DATA), uuid=one["id"]).status_code == 204
        assert send.fetch(statementId=one["id"])[1][0][1] == DATA

    @pytest.mark.parametrize("kind", ["sha224", "sha256", "sha384", "sha512"])
    def test_every_sha2(self, send, kind):
        one = identified(attachments=[attachment(DATA, kind=kind)])
        assert send(one, part(DATA, kind=kind)).status_code == 200
        assert send.fetch(statementId=one["id"])[1][0][0]["X-Experience-API-Hash"] == sha(DATA, kind)

    def test_capital_digits_in_a_hash(self, send, files):
        one = identified(attachments=[attachment(DATA, sha2=sha(DATA).upper())])
        assert send(one, part(DATA)).status_code == 200
        assert send(carrying(DATA), part(DATA, hash=sha(DATA).upper())).status_code == 200
        assert files() == [f"attachments/{sha(DATA)}"]

    def test_a_batch_shares_data(self, send, xapi, files):
        batch = [carrying(DATA), carrying(b"other", DATA), identified()]
        assert send(batch, part(DATA), part(b"other")).status_code == 200
        body, parts = send.fetch()
        assert [s["id"] for s in body["statements"]] == [s["id"] for s in reversed(batch)]
        assert sorted(data for _, data in parts) == sorted([DATA, b"other"])
        assert len(files()) == 2

    def test_data_inside_a_sub_statement(self, send):
        sub = {"objectType": "SubStatement", **statement(attachments=[attachment(DATA)])}
        one = identified(object=sub)
        assert send(one, part(DATA)).status_code == 200
        assert send.fetch(statementId=one["id"])[1][0][1] == DATA

    def test_empty_data(self, send):
        one = carrying(b"")
        assert send(one, part(b"")).status_code == 200
        assert send.fetch(statementId=one["id"])[1][0][1] == b""

    @pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
    def test_multipart_without_data(self, send_as, version):
        send = send_as("all", version=version)
        elsewhere = identified(attachments=[attachment(DATA, fileUrl="https://example.org/f")])
        assert send([elsewhere, identified()]).status_code == 200
        assert send([]).json == []
        body, parts = send.fetch(statementId=elsewhere["id"])
        assert (body["attachments"], parts) == (elsewhere["attachments"], [])

    def test_data_comes_along_with_an_address(self, send):
        one = identified(attachments=[attachment(DATA, fileUrl="https://example.org/f")])
        assert send(one, part(DATA)).status_code == 200
        assert send.fetch(statementId=one["id"])[1][0][1] == DATA

    def test_a_careless_client(self, send):
        one = carrying(DATA)
        body = b"preamble\r\n" + parcel(one, part(DATA)).replace(b": ", b":", 5) + b"epilogue"
        assert send.raw(body).status_code == 200

    def test_the_same_part_twice_is_harmless(self, send):
        one = carrying(DATA)
        assert send(one, part(DATA), part(DATA)).status_code == 200
        assert len(send.fetch(statementId=one["id"])[1]) == 1

    def test_a_packed_request(self, send, xapi):
        one = carrying(DATA * 1000)
        answer = xapi.client.post(
            "/xapi/statements",
            data=gzip.compress(parcel(one, part(DATA * 1000))),
            content_type=f'multipart/mixed; boundary="{BOUNDARY}"',
            auth=xapi.auth,
            headers=xapi._headers | {"Content-Encoding": "gzip"},
        )
        assert answer.status_code == 200, answer.text
        assert send.fetch(statementId=one["id"])[1][0][1] == DATA * 1000

    @settings(suppress_health_check=USELESS, max_examples=25)
    @given(st.lists(st.binary(max_size=200), min_size=1, max_size=4, unique=True))
    def test_any_bytes(self, send, data):
        one = carrying(*data)
        assert send(one, *(part(d) for d in data)).status_code == 200
        assert sorted(d for _, d in send.fetch(statementId=one["id"])[1]) == sorted(data)


class TestAgain:
    def test_the_same_statement_changes_nothing(self, send, files):
        one = carrying(DATA)
        assert [send(one, part(DATA)).status_code for _ in range(2)] == [200, 200]
        assert len(send.fetch(statementId=one["id"])[1]) == 1
        assert len(files()) == 1

    def test_nor_does_it_when_data_came_only_the_second_time(self, send, xapi, files):
        one = identified(attachments=[attachment(DATA, fileUrl="https://example.org/f")])
        assert xapi.post(one).status_code == 200
        assert send(one, part(DATA)).status_code == 200
        assert (send.fetch(statementId=one["id"])[1], files()) == ([], [])

    def test_a_conflict_leaves_no_file(self, send, files):
        one = carrying(DATA)
        assert send(one, part(DATA)).status_code == 200
        other = one | {"attachments": [attachment(b"new")]}
        assert send([carrying(b"fresh"), other], part(b"new"), part(b"fresh")).status_code == 409
        assert files() == [f"attachments/{sha(DATA)}"]


def refused(send, files, answer, *, path: str, status: int = 400) -> dict:
    assert answer.status_code == status, answer.text
    fields = answer.json["error"]["fields"]
    assert fields["path"] == path
    assert fields["clause"].startswith("xAPI 1.0.3 ")
    assert files() == []
    assert send.xapi.ids() == []
    return fields


class TestRefused:
    """Each leaves no row and no file."""

    def test_a_part_nobody_declared(self, send, files):
        refused(send, files, send(carrying(DATA), part(DATA), part(b"more")), path="parts[2].X-Experience-API-Hash")
        refused(send, files, send(identified(), part(b"more")), path="parts[1].X-Experience-API-Hash")

    def test_data_that_did_not_come(self, send, files):
        answer = send([identified(), carrying(DATA, b"more")], part(DATA))
        refused(send, files, answer, path="$[1].attachments[1]")
        refused(send, files, send(carrying(DATA)), path="$.attachments[0]")
        sub = {"objectType": "SubStatement", **statement(attachments=[attachment(DATA)])}
        refused(send, files, send(identified(object=sub)), path="$.object.attachments[0]")
        refused(send, files, send.xapi.post(identified(object=sub)), path="$.object.attachments[0]")

    def test_data_with_another_hash(self, send, files):
        refused(send, files, send(carrying(DATA), part(b"false", hash=sha(DATA))), path="parts[1]")

    @pytest.mark.parametrize("length", [57, 63, 65, 127])
    def test_a_hash_of_no_known_length(self, send, files, length):
        one = identified(attachments=[attachment(DATA, sha2="a" * length)])
        refused(send, files, send(one, part(DATA, hash="a" * length)), path="parts[1].X-Experience-API-Hash")

    def test_a_part_without_a_hash(self, send, files):
        refused(send, files, send(carrying(DATA), part(DATA, hash=None)), path="parts[1].X-Experience-API-Hash")

    @pytest.mark.parametrize("encoding", [None, "base64", ""])
    def test_a_part_that_is_not_binary(self, send, files, encoding):
        answer = send(carrying(DATA), part(DATA, encoding=encoding))
        refused(send, files, answer, path="parts[1].Content-Transfer-Encoding")

    def test_a_part_of_another_type(self, send, files):
        answer = send(carrying(DATA), part(DATA, content_type="image/png"))
        refused(send, files, answer, path="parts[1].Content-Type")
        assert send(carrying(DATA), part(DATA, content_type=None)).status_code == 200

    @pytest.mark.parametrize(("header", "said"), [("1", len(DATA)), (str(len(DATA)), 1), ("x", len(DATA))])
    def test_a_length_that_is_not_the_length(self, send, files, header, said):
        one = identified(attachments=[attachment(DATA, length=said)])
        answer = send(one, part(DATA, **{"Content-Length": header}))
        refused(send, files, answer, path="parts[1].Content-Length")

    @pytest.mark.parametrize("first", ["", "Content-Type: text/plain", "Content-Type: application/octet-stream"])
    def test_statements_that_are_not_said_to_be_json(self, send, files, first):
        refused(send, files, send(carrying(DATA), part(DATA), first=first), path="parts[0].Content-Type")

    def test_no_part(self, send, files):
        answer = send.raw(b"--x--", kind="multipart/mixed; boundary=x")
        refused(send, files, answer, path="parts")

    def test_a_bad_statement(self, send, files):
        answer = send([carrying(DATA), statement(actor={"mbox": "x"})], part(DATA))
        refused(send, files, answer, path="$[1].actor.mbox")

    def test_two_statements_by_put(self, send, files):
        assert send([carrying(DATA)], part(DATA), uuid=str(uuid4())).status_code == 400
        assert send(carrying(DATA), part(DATA), uuid=str(uuid4())).status_code == 400
        assert files() == []

    @pytest.mark.parametrize("cut", [0, 10, 200, -60, -20, -6, -4])
    def test_a_body_that_breaks_off(self, send, files, cut):
        whole = parcel(carrying(DATA), part(DATA))
        assert send.raw(whole[:cut]).status_code == 400
        assert (files(), send.xapi.ids()) == ([], [])

    @pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "multipart/mixed", "multipart/related; boundary=x"])
    def test_other_types(self, send, kind):
        assert send.raw(parcel(identified(), boundary="x"), kind=kind).status_code == 400

    @settings(suppress_health_check=USELESS, max_examples=50)
    @given(st.binary(max_size=60), st.integers(0, 400))
    def test_a_body_with_something_strange_in_it(self, send, noise, where):
        whole = parcel(carrying(DATA), part(DATA))
        assert send.raw(whole[:where] + noise + whole[where:]).status_code in (200, 400)

    def test_too_much_data(self, send, files, app, monkeypatch):
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], max_attachment_bytes=1000))
        fits = carrying(b"a" * 400, b"b" * 600)
        assert send(fits, part(b"a" * 400), part(b"b" * 600)).status_code == 200
        kept = files()
        answer = send(carrying(b"a" * 401, b"b" * 600), part(b"a" * 401), part(b"b" * 600))
        assert (answer.status_code, answer.json["error"]["code"], files()) == (413, "too_large", kept)

    def test_too_many_parts(self, send, files):
        answer = send(carrying(b"x"), *[part(b"x")] * (MOST_PARTS + 1))
        assert (answer.status_code, answer.json["error"]["code"], files()) == (413, "too_large", [])

    def test_too_large_statements(self, send, files):
        assert send(b"[" + b" " * (11 << 20) + b"]").status_code == 413

    def test_no_right_to_write(self, send_as):
        assert send_as("statements/read")(carrying(DATA), part(DATA)).status_code == 403


class TestFetching:
    def test_without_asking_there_is_no_data(self, send, xapi):
        one = carrying(DATA)
        send(one, part(DATA))
        for answer in (xapi.get(), xapi.get(attachments="false"), xapi.get(statementId=one["id"])):
            assert answer.mimetype == "application/json"

    def test_a_voided_statement_still_has_it(self, send):
        one = carrying(DATA)
        send(one, part(DATA))
        send(voiding(one["id"]))
        assert send.fetch(voidedStatementId=one["id"])[1][0][1] == DATA
        assert send.fetch()[1] == []

    def test_each_page_has_its_own(self, send, xapi):
        batch = [carrying(b"%d" % n) for n in range(3)]
        send(batch, *(part(b"%d" % n) for n in range(3)))
        body, parts = send.fetch(limit="2", ascending="true")
        assert [data for _, data in parts] == [b"0", b"1"]
        body, parts = opened(xapi.follow(body["more"]))
        assert ([data for _, data in parts], body["more"]) == ([b"2"], "")

    def test_head_answers_the_headers_of_get(self, send, xapi):
        one = carrying(DATA)
        send(one, part(DATA))
        query = {"attachments": "true", "statementId": one["id"]}
        head = xapi.client.head("/xapi/statements", query_string=query, auth=xapi.auth, headers=xapi._headers)
        get = xapi.get(**query)
        assert (head.status_code, head.data, head.mimetype) == (200, b"", "multipart/mixed")
        assert int(head.headers["Content-Length"]) == int(get.headers["Content-Length"]) == len(get.data)
        assert head.headers["Last-Modified"] == get.headers["Last-Modified"]

    def test_large_data_is_not_packed_but_many_words_are(self, send, xapi):
        large, wordy = carrying(b"\0" * 100_000), carrying(b"x", result={"response": "words " * 10_000})
        send([large, wordy], part(b"\0" * 100_000), part(b"x"))
        for one, packed in ((large, None), (wordy, "gzip")):
            answer = xapi.client.get(
                "/xapi/statements",
                query_string={"attachments": "true", "statementId": one["id"]},
                auth=xapi.auth,
                headers=xapi._headers | {"Accept-Encoding": "gzip"},
            )
            assert (answer.status_code, answer.headers.get("Content-Encoding")) == (200, packed)
            assert ("Content-Length" in answer.headers) is (packed is None)

    def test_forms_go_with_it(self, send):
        one = carrying(DATA, verb={"id": "a:v", "display": {"en": "x"}})
        send(one, part(DATA))
        body, parts = send.fetch(statementId=one["id"], format="ids")
        assert (body["verb"], parts[0][1]) == ({"id": "a:v"}, DATA)

    def test_only_of_statements_that_one_may_see(self, send, send_as):
        send(carrying(DATA), part(DATA))
        assert send_as("statements/read/mine").fetch() == ({"statements": [], "more": ""}, [])

    def test_costs_one_query_more_for_a_page(self, send, xapi, count_queries):
        data = [b"%d" % n for n in range(20)]
        send([carrying(d) for d in data], *map(part, data))
        with count_queries() as plain:
            xapi.get()
        with count_queries() as full:
            assert len(send.fetch()[1]) == 20
        assert len(full) == len(plain) + 1

    def test_lost_data_is_said_before_the_answer_begins(self, send, xapi, app):
        one = carrying(DATA)
        send(one, part(DATA))
        (app.config["SETTINGS"].data_dir / "files" / "attachments" / sha(DATA)).unlink()
        assert xapi.get(attachments="true").status_code == 503
        assert xapi.get().status_code == 200


def test_the_content_origin_takes_and_gives_data_too(send, content_client):
    one = carrying(DATA)
    sender = type(send)(type(send.xapi)(content_client, send.xapi.auth))
    assert sender(one, part(DATA)).status_code == 200
    assert sender.fetch(statementId=one["id"])[1][0][1] == DATA

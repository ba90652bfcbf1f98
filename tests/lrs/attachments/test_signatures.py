"""Signed statements: well-formed signatures of this very statement are taken, all others refused (1.0.3 Data 2.6)."""

import pytest
from parcels import attachment, part
from samples import agent, identified, rich, statement
from signing import certificate, jws, signed

from lrs.attachments.signatures import check
from lrs.statements.errors import Broken

OCTETS = "application/octet-stream"


def refusal(whole: dict, signature: bytes, version: str = "1.0.3", content_type: str = OCTETS) -> str:
    with pytest.raises(Broken) as caught:
        check(whole, signature, content_type=content_type, version=version)
    assert caught.value.topic == "signature"
    return caught.value.rule


def accept(whole: dict, signature: bytes, version: str = "1.0.3") -> None:
    check(whole, signature, content_type=OCTETS, version=version)


class TestWellFormed:
    @pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
    @pytest.mark.parametrize("with_certificate", [False, True])
    def test_each_algorithm(self, algorithm, with_certificate):
        header = {"alg": algorithm} | ({"x5c": [certificate(), certificate("authority")]} if with_certificate else {})
        signature = jws(rich(), header=header)
        accept(signed(rich(), signature), signature)

    def test_the_statement_may_have_further_attachments(self):
        whole = statement(attachments=[attachment(b"essay")])
        signature = jws(whole)
        accept(signed(whole, signature), signature)

    def test_what_the_server_sets_may_be_missing(self):
        signature = jws(statement())
        accept(signed(identified(), signature), signature)

    @pytest.mark.parametrize(("said", "was_signed"), [("PT1.1237S", "PT1.12S"), ("PT1.12S", "PT1.1299S"), ("PT2S", "PT2.00S")])
    def test_two_compares_durations_to_a_hundredth(self, said, was_signed):
        signature = jws(statement(result={"duration": was_signed}))
        accept(signed(statement(result={"duration": said}), signature), signature, "2.0.0")


class TestRefused:
    @pytest.mark.parametrize("algorithm", ["HS256", "none", "ES256", "PS256", "rs256", "", None, 5, ["RS256"]])
    def test_other_algorithms(self, algorithm):
        assert "only RS256, RS384, RS512" in refusal(statement(), jws(statement(), header={"alg": algorithm}))

    @pytest.mark.parametrize("raw", [b"", b"a.b", b"a.b.c.d", b"..", b"a.b.", b"{}", b"=.=.=", b"\xff.\xff.\xff", b"A.A.A"])
    def test_what_is_no_compact_jws(self, raw):
        refusal(statement(), raw)

    @pytest.mark.parametrize("payload", [b"{", b"null", b"[]", b'"x"', b"{}", b'{"a":1,"a":2}', b"\xff", {"id": "x"}])
    def test_a_payload_that_is_no_statement(self, payload):
        refusal(statement(), jws(payload))

    @pytest.mark.parametrize(
        "other", [statement(actor=agent("ben")), statement(result={"success": True}), statement(attachments=[attachment(b"more")])]
    )
    def test_a_payload_that_says_something_else(self, other):
        assert "another statement" in refusal(statement(), jws(other))

    def test_a_payload_with_another_id(self):
        assert "another statement" in refusal(identified(), jws(identified()))

    def test_another_content_type(self):
        assert OCTETS in refusal(statement(), jws(statement()), content_type="text/plain")

    def test_a_certificate_of_somebody_else(self):
        assert "not made with the key" in refusal(statement(), jws(statement(), header={"x5c": [certificate("somebody")]}))

    def test_a_signature_that_was_tampered_with(self):
        first, payload, signature = jws(statement(), header={"x5c": [certificate()]}).split(b".")
        refusal(statement(), b".".join([first, payload, signature[:-8] + b"AAAAAAAA"]))

    def test_a_certificate_without_rsa(self):
        assert "not RSA" in refusal(statement(), jws(statement(), header={"x5c": [certificate("elliptic")]}))

    @pytest.mark.parametrize("chain", [[], "x", ["x"], ["AAAA"], [5], None, {}, [certificate()[:-10]], [certificate(), "AAAA"]])
    def test_a_chain_that_is_none(self, chain):
        assert "x5c" in refusal(statement(), jws(statement(), header={"x5c": chain}))

    def test_an_extension_that_must_be_understood(self):
        assert "crit" in refusal(statement(), jws(statement(), header={"crit": ["b64"], "b64": False}))


class TestOverHttp:
    def test_a_signed_statement_is_kept_with_its_signature(self, send):
        one = identified()
        signature = jws(one, header={"x5c": [certificate()]})
        assert send(signed(one, signature), part(signature)).status_code == 200
        body, [(_headers, data)] = send.fetch(statementId=one["id"])
        assert (body["actor"], data) == (one["actor"], signature)

    def test_a_false_one_is_refused_with_path_rule_and_clause(self, send, files):
        one = identified(attachments=[attachment(b"essay")])
        signature = jws(identified())
        answer = send([statement(), signed(one, signature)], part(signature), part(b"essay"))
        assert answer.status_code == 400
        fields = answer.json["error"]["fields"]
        assert (fields["path"], fields["clause"]) == ("$[1].attachments[1]", "xAPI 1.0.3 Data 2.6")
        assert files() == []

    @pytest.mark.parametrize("address", ["https://example.org/signature", None])
    def test_a_signature_must_come_with_the_statement(self, send, xapi, address):
        one = signed(identified(), b"x", fileUrl=address)
        for answer in (send(one), xapi.post(one)):
            assert (answer.status_code, answer.json["error"]["fields"]["path"]) == (400, "$.attachments[0]")

    def test_a_single_context_activity_was_signed_as_it_was_written(self, send):
        one = identified(context={"contextActivities": {"parent": {"id": "https://example.org/parent"}}}, stored="2020-01-01T00:00:00Z")
        signature = jws(one)
        assert send(signed(one, signature), part(signature)).status_code == 200

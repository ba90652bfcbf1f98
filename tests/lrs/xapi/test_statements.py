"""PUT, POST and GET of /xapi/statements as a client sees them."""

import json
from email.utils import parsedate_to_datetime
from uuid import uuid4

import pytest
from samples import agent, identified, rich, statement, voiding

from lrs.statements.formats import instant

CONSISTENT = "X-Experience-API-Consistent-Through"


class TestPost:
    def test_answers_ids_in_order(self, xapi):
        batch = [identified(), statement(), identified()]
        answer = xapi.post(batch)
        assert answer.status_code == 200
        assert [answer.json[0], answer.json[2]] == [batch[0]["id"], batch[2]["id"]]

    def test_of_a_single_statement_answers_a_list_too(self, xapi):
        one = identified()
        assert xapi.post(one).json == [one["id"]]

    def test_of_an_empty_batch_is_nothing(self, xapi):
        assert xapi.post([]).json == []

    def test_keeps_the_bytes(self, xapi):
        raw = b'[{"id":"%s","actor":{"mbox":"mailto:a@example.org"} , "verb":{"id":"a:v"},"object":{"id":"a:o"},'
        raw += b'"result":{"score":{"raw":0.10}}}]'
        uuid = str(uuid4())
        assert xapi.post(raw % uuid.encode()).status_code == 200
        assert b'"mailto:a@example.org"} , "verb"' in xapi.get(statementId=uuid).data
        assert b'{"raw":0.10}' in xapi.get().data

    def test_again_with_another_meaning_is_409(self, xapi):
        one = identified()
        assert xapi.post(one).status_code == 200
        assert xapi.post(one).status_code == 200
        answer = xapi.post([identified(), one | {"result": {"success": True}}])
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "statement_conflict")
        assert len(xapi.ids()) == 1

    def test_names_what_is_wrong(self, xapi):
        answer = xapi.post([statement(), statement(actor={"mbox": "x"})])
        assert answer.status_code == 400
        assert answer.json["error"]["fields"]["path"] == "$[1].actor.mbox"
        assert xapi.ids() == []

    @pytest.mark.parametrize(
        "body", [b"", b"null", b"3", b'"x"', b"{}", b"[[]]", b"[1]", b"{", b"[{}", b"\xff", b"[" * 5000, b'{"a":' * 5000]
    )
    def test_nonsense_is_400(self, xapi, body):
        assert xapi.post(body).status_code == 400

    @pytest.mark.parametrize("kind", ["text/plain", "", "application/x-www-form-urlencoded", "multipart/mixed; boundary=x"])
    def test_other_content_types_are_400(self, xapi, kind):
        answer = xapi.client.post("/xapi/statements", data=b"{}", content_type=kind, auth=xapi.auth, headers=xapi._headers)
        assert answer.status_code == 400

    def test_an_attachment_must_be_somewhere(self, xapi):
        attachment = {"usageType": "a:u", "display": {}, "contentType": "text/plain", "length": 1, "sha2": "0" * 64}
        answer = xapi.post([statement(), statement(attachments=[attachment | {"fileUrl": "https://example.org/f"}, attachment])])
        assert (answer.status_code, answer.json["error"]["fields"]["path"]) == (400, "$[1].attachments[1]")
        assert xapi.post(statement(attachments=[attachment | {"fileUrl": "https://example.org/f"}])).status_code == 200

    def test_takes_no_parameters(self, xapi):
        assert xapi.post(statement(), query_string={"statementId": str(uuid4())}).status_code == 400

    def test_too_large_is_413(self, xapi):
        assert xapi.post(b'"' + b"x" * (11 << 20) + b'"').status_code == 413


class TestPut:
    def test_stores_under_the_id(self, xapi):
        uuid = str(uuid4())
        assert xapi.put(uuid, statement()).status_code == 204
        assert xapi.get(statementId=uuid).json["id"] == uuid

    def test_again_is_204_and_another_meaning_409(self, xapi):
        uuid = str(uuid4())
        assert [xapi.put(uuid, s).status_code for s in (statement(), statement(), statement(actor=agent("x")))] == [204, 204, 409]

    def test_the_ids_must_agree(self, xapi):
        one = identified()
        assert xapi.put(one["id"].upper(), one).status_code == 204
        assert xapi.put(str(uuid4()), one).status_code == 400

    @pytest.mark.parametrize("query", [{}, {"statementId": "x"}, {"statementid": str(uuid4())}, {"statementId": str(uuid4()), "more": "1"}])
    def test_needs_exactly_the_id(self, xapi, query):
        answer = xapi.client.put("/xapi/statements", json=statement(), query_string=query, auth=xapi.auth, headers=xapi._headers)
        assert answer.status_code == 400

    def test_takes_one_statement_only(self, xapi):
        assert xapi.put(str(uuid4()), [statement()]).status_code == 400


class TestGetOne:
    def test_by_id_with_last_modified(self, xapi):
        xapi.post(rich())
        answer = xapi.get(statementId=rich()["id"])
        assert answer.json["actor"] == rich()["actor"]
        assert parsedate_to_datetime(answer.headers["Last-Modified"]).timestamp() == instant(answer.json["stored"]) // 1_000_000

    def test_unknown_is_404(self, xapi):
        assert xapi.get(statementId=str(uuid4())).status_code == 404

    def test_a_voided_one_only_as_such(self, xapi):
        one = identified()
        void = voiding(one["id"])
        xapi.post([one, void])
        assert xapi.get(statementId=one["id"]).status_code == 404
        assert xapi.get(voidedStatementId=one["id"]).json["id"] == one["id"]
        assert xapi.get(voidedStatementId=void["id"]).status_code == 404
        assert xapi.ids() == [void["id"]]

    def test_head_answers_the_headers_of_get(self, xapi):
        xapi.post(rich())
        head = xapi.client.head("/xapi/statements", query_string={"statementId": rich()["id"]}, auth=xapi.auth, headers=xapi._headers)
        get = xapi.get(statementId=rich()["id"])
        assert (head.status_code, head.data, head.headers["Last-Modified"]) == (200, b"", get.headers["Last-Modified"])


class TestForms:
    def test_ids_leaves_identifiers_only(self, xapi):
        xapi.post(rich())
        one = xapi.get(statementId=rich()["id"], format="ids").json
        assert one["verb"] == {"id": rich()["verb"]["id"]}
        assert one["object"] == {"id": rich()["object"]["id"]}
        assert one["actor"] == {"objectType": "Group", "account": rich()["actor"]["account"]}
        assert one["context"]["team"] == {"objectType": "Group", "member": [{"mbox": "mailto:eve@example.org"}]}
        assert one["result"] == rich()["result"]

    def test_canonical_answers_one_language(self, xapi):
        xapi.post(rich())
        url = f"/xapi/statements?statementId={rich()['id']}&format=canonical"
        for accepted, expected in (("fr-CA, fr;q=0.8, en;q=0.1", "fr"), ("en-GB", "en-GB"), ("de", "en-GB")):
            one = xapi.client.get(url, auth=xapi.auth, headers=xapi._headers | {"Accept-Language": accepted}).json
            assert list(one["verb"]["display"]) == [expected]
            assert all(len(one["object"]["definition"][name]) == 1 for name in ("name", "description"))
            assert one["actor"] == rich()["actor"]

    def test_canonical_answers_what_is_known_here_in_one_query_for_each_kind(self, app, xapi, count_queries):
        from lrs.projections import catch_up

        course = {"id": "https://example.org/a", "definition": {"name": {"en": "Course", "fr": "Cours"}, "type": "https://example.org/t"}}
        verb = {"id": "https://example.org/v", "display": {"en": "did", "fr": "a fait"}}
        xapi.post(statement(object=course, verb=verb))
        parent = {"parent": [{"id": course["id"]}]}
        bare = statement(
            object={"objectType": "SubStatement", **statement(object={"id": course["id"]})}, context={"contextActivities": parent}
        )
        xapi.post([bare | {"verb": {"id": verb["id"]}}, *(identified() for _ in range(5))])
        with app.app_context():
            catch_up()
        headers = xapi._headers | {"Accept-Language": "fr"}
        with count_queries() as plain:
            xapi.get()
        with count_queries() as counted:
            found = xapi.client.get("/xapi/statements?format=canonical", auth=xapi.auth, headers=headers).json["statements"]
        assert len(counted) <= len(plain) + 2
        one = next(s for s in found if s["object"].get("objectType") == "SubStatement")
        expected = {"name": {"fr": "Cours"}, "type": "https://example.org/t"}
        assert one["object"]["object"]["definition"] == expected
        assert one["context"]["contextActivities"]["parent"] == [{"id": course["id"], "definition": expected}]
        assert one["verb"]["display"] == {"fr": "a fait"}

    @pytest.mark.parametrize("form", ["ids", "canonical"])
    def test_what_a_form_does_not_touch_stays_as_it_was_written(self, xapi, form):
        raw = b'{"id":"%s","actor":{"mbox":"mailto:a@example.org"},"verb":{"id":"a:v"},"object":{"id":"a:o"},'
        kept = b'"result":{"extensions":{"a:e":[0.10,-0,1e400,123456789012345678901234567890,"\\u0000"]}}'
        uuid = str(uuid4())
        assert xapi.post(raw % uuid.encode() + kept + b"}").status_code == 200
        assert kept in xapi.get(statementId=uuid, format=form).data

    @pytest.mark.parametrize("form", ["ids", "canonical"])
    def test_of_a_definition_with_numbers_beyond_all_bounds(self, xapi, form):
        huge = b'{"id":"a:o","definition":{"name":{"en":"x"},"extensions":{"a:e":123456789012345678901234567890}}}'
        raw = b'{"actor":{"mbox":"mailto:a@example.org"},"verb":{"id":"a:v"},"object":%s}' % huge
        assert xapi.post(raw).status_code == 200
        answer = xapi.get(format=form)
        assert answer.status_code == 200
        assert (b"123456789012345678901234567890" in answer.data) is (form == "canonical")

    def test_a_list_in_a_form(self, xapi):
        xapi.post([rich(), identified()])
        assert [list(s["verb"]) for s in xapi.get(format="ids").json["statements"]] == [["id"], ["id"]]


BAD = [
    {"foo": "1"}, {"Agent": json.dumps(agent())}, {"statementid": str(uuid4())}, {"statementId": "x"}, {"voidedStatementId": ""},
    {"statementId": str(uuid4()), "voidedStatementId": str(uuid4())}, {"statementId": str(uuid4()), "limit": "1"},
    {"agent": "ann"}, {"agent": "{}"}, {"agent": '{"mbox":"mailto:a@example.org","mbox":"mailto:b@example.org"}'}, {"agent": "[]"},
    {"agent": json.dumps({"objectType": "Group", "member": [agent()]})}, {"agent": '{"account":{"homePage":"a:b","name":"\\u0000"}}'},
    {"verb": "did"}, {"verb": "a:b\0"}, {"activity": ""}, {"registration": "x"}, {"related_agents": "True"}, {"related_activities": "1"},
    {"since": "yesterday"}, {"until": "2026-11-22"}, {"since": "2026-11-22T10:00:00-00:00"}, {"since": "9" * 100},
    {"limit": "-1"}, {"limit": "x"}, {"limit": "1.5"}, {"limit": "²"}, {"format": "EXACT"}, {"attachments": "yes"}, {"ascending": ""},
]  # fmt: skip


@pytest.mark.parametrize("query", BAD, ids=lambda q: "&".join(q))
def test_bad_parameters_are_400_and_say_which(xapi, query):
    answer = xapi.get(**query)
    assert answer.status_code == 400, answer.text
    assert next(iter(answer.json["error"]["fields"])) in query
    assert CONSISTENT in answer.headers


def test_a_parameter_twice_is_400(xapi):
    assert xapi.follow("/xapi/statements?limit=1&limit=2").status_code == 400


class TestHeaders:
    @pytest.mark.parametrize(
        ("sent", "answered"), [("1.0", "1.0.3"), ("1.0.0", "1.0.3"), ("1.0.9", "1.0.3"), ("2.0", "2.0.0"), ("2.0.7", "2.0.0")]
    )
    def test_the_version_is_agreed_on(self, xapi, sent, answered):
        answer = xapi.client.get("/xapi/statements", auth=xapi.auth, headers={"X-Experience-API-Version": sent})
        assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (200, answered)

    @pytest.mark.parametrize("sent", [None, "", "0.9", "1.1.0", "2.1", "3.0.0", "1.0.x", "1"])
    def test_any_other_is_400_and_the_answer_carries_ours(self, xapi, sent):
        headers = {} if sent is None else {"X-Experience-API-Version": sent}
        answer = xapi.client.get("/xapi/statements", auth=xapi.auth, headers=headers)
        assert answer.status_code == 400
        assert answer.headers["X-Experience-API-Version"] in ("1.0.3", "2.0.0")

    def test_two_is_stored_as_two(self, xapi_of):
        two = xapi_of("all", version="2.0.0")
        [uuid] = two.post(statement(timestamp="2026-11-22T10:00:00+01:00")).json
        kept = two.get(statementId=uuid).json
        assert (kept["version"], kept["timestamp"]) == ("2.0.0", "2026-11-22T09:00:00Z")

    def test_two_reads_older_statements_in_utc(self, xapi, xapi_of):
        times = {
            "2026-11-22T10:00:00.5+01:00": "2026-11-22T09:00:00.5Z",
            "2026-11-22T10:00:00,25-0130": "2026-11-22T11:30:00.25Z",
            "20261122T100000Z": "2026-11-22T10:00:00Z",
            "2026-11-22T10:00": "2026-11-22T10:00:00Z",
            "2026-11-22T10:00:00.123456789Z": "2026-11-22T10:00:00.123456789Z",
        }
        two = xapi_of("all", version="2.0.0")
        for old, new in times.items():
            sub = {"objectType": "SubStatement", **statement(timestamp=old)}
            [uuid] = xapi.post(statement(timestamp=old, object=sub)).json
            for form in ("exact", "ids", "canonical"):
                kept, read = xapi.get(statementId=uuid, format=form).json, two.get(statementId=uuid, format=form).json
                assert (kept["timestamp"], kept["object"]["timestamp"], kept["version"]) == (old, old, "1.0.0")
                assert (read["timestamp"], read["object"]["timestamp"], read["version"]) == (new, new, "1.0.0")

    def test_two_finds_a_timestamp_however_its_key_is_written(self, xapi, xapi_of):
        raw = b'{"actor":{"mbox":"mailto:a@example.org"},"verb":{"id":"a:v"},"object":{"id":"a:o"},'
        raw += b'"time\\u0073tamp" : "2026-11-22T10:00:00+01:00"}'
        [uuid] = xapi.post(raw).json
        assert xapi_of("all", version="2.0.0").get(statementId=uuid).json["timestamp"] == "2026-11-22T09:00:00Z"

    def test_an_extension_may_be_called_timestamp(self, xapi, xapi_of):
        [uuid] = xapi.post(statement(context={"extensions": {"https://example.org/e": {"timestamp": "yesterday"}}})).json
        kept = xapi_of("all", version="2.0.0").get(statementId=uuid).json
        assert kept["context"]["extensions"]["https://example.org/e"] == {"timestamp": "yesterday"}

    def test_two_is_not_converted_for_an_older_client(self, xapi, xapi_of):
        [uuid] = xapi_of("all", version="2.0.0").post(statement(timestamp="2026-11-22T10:00:00Z")).json
        assert xapi.get(statementId=uuid).json["version"] == "2.0.0"

    def test_every_answer_says_up_to_when_it_is_complete(self, xapi):
        uuid = str(uuid4())
        answers = [
            xapi.get(),
            xapi.put(uuid, statement()),
            xapi.put(uuid, statement(actor=agent("x"))),
            xapi.post(b"{"),
            xapi.get(statementId=str(uuid4())),
        ]
        answers.append(xapi.client.get("/xapi/statements", headers=xapi._headers))
        assert [a.status_code for a in answers] == [200, 204, 409, 400, 404, 401]
        assert all(instant(a.headers[CONSISTENT]) for a in answers)

    def test_after_a_post_it_includes_the_statement(self, xapi):
        answer = xapi.post(statement())
        assert instant(answer.headers[CONSISTENT]) >= instant(xapi.get().json["statements"][0]["stored"])

    def test_a_browser_may_ask_from_anywhere(self, xapi):
        answer = xapi.client.options(
            "/xapi/statements", headers={"Origin": "https://elsewhere.example.org", "Access-Control-Request-Method": "PUT"}
        )
        assert answer.status_code == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "X-Experience-API-Consistent-Through" in xapi.get().headers["Access-Control-Expose-Headers"]


def test_the_content_origin_answers_the_same(app, xapi, content_client):
    xapi.post(rich())
    answer = content_client.get("/xapi/statements", auth=xapi.auth, headers=xapi._headers)
    assert (answer.status_code, [s["id"] for s in answer.json["statements"]]) == (200, [rich()["id"]])
    answer = content_client.post(
        "/xapi/statements", json=statement(), auth=xapi.auth, headers=xapi._headers | {"Origin": "http://127.0.0.1"}
    )
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "http://127.0.0.1")
    assert content_client.get("/xapi/statements", headers=xapi._headers).status_code == 401


def test_about_needs_nothing(client):
    answer = client.get("/xapi/about")
    assert (answer.status_code, answer.json["version"]) == (200, ["1.0.3", "2.0.0"])
    assert client.get("/xapi/about", headers={"X-Experience-API-Version": "9"}).status_code == 200
    assert answer.headers["X-Experience-API-Version"]

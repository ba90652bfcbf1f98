"""POST …?method=…: the alternate request syntax of 1.0.3 (Communication 1.3), and its end in 2.0."""

import json
from base64 import b64encode
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from samples import activity, agent, identified, statement

from core.clock import now
from core.db import write
from lrs.credentials import service

FORM = "application/x-www-form-urlencoded"


def basic(auth) -> str:
    return "Basic " + b64encode(":".join(auth).encode()).decode()


def send(caller, method: str, fields: dict | str, *, path="/xapi/statements", headers=None, kind: str | None = FORM, query=""):
    """A form as old clients send it: everything in its fields."""
    body = fields if isinstance(fields, str) else urlencode(fields)
    return caller.client.post(f"{path}?method={method}{query}", data=body, content_type=kind, headers=headers or {})


@pytest.fixture
def inside(xapi):
    """The fields that stand for headers."""
    return {"Authorization": basic(xapi.auth), "X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}


class TestMeans:
    def test_put(self, xapi, inside):
        uuid = str(uuid4())
        body = json.dumps(statement(), ensure_ascii=False)
        answer = send(xapi, "PUT", inside | {"statementId": uuid, "content": body, "Content-Length": "7"})
        assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (204, "1.0.3")
        assert xapi.get(statementId=uuid).status_code == 200

    def test_post(self, xapi, inside):
        one = identified()
        assert send(xapi, "POST", inside | {"content": json.dumps([one])}).json == [one["id"]]

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_get_and_head(self, xapi, inside, method):
        one = identified()
        xapi.post([one, identified(actor=agent("ben"))])
        answer = send(xapi, method, inside | {"agent": json.dumps(agent()), "limit": "1"})
        assert answer.status_code == 200
        if method == "GET":
            assert [s["id"] for s in answer.json["statements"]] == [one["id"]]

    def test_keeps_every_character_of_the_content(self, xapi, inside):
        text = "é ü 漢 & = + % \" 😀"
        one = identified(result={"response": text})
        send(xapi, "POST", inside | {"content": json.dumps(one, ensure_ascii=False)})
        assert xapi.get(statementId=one["id"]).json["result"]["response"] == text

    def test_headers_may_stay_headers(self, xapi):
        answer = send(xapi, "GET", {"limit": "1"}, headers=xapi._headers | {"Authorization": basic(xapi.auth)})
        assert answer.status_code == 200

    def test_content_is_json_unless_it_says_otherwise(self, xapi, inside):
        del inside["Content-Type"]
        assert send(xapi, "POST", inside | {"content": json.dumps(statement())}).status_code == 200
        assert send(xapi, "POST", inside | {"Content-Type": "text/plain", "content": json.dumps(statement())}).status_code == 400

    def test_names_of_headers_have_no_case(self, xapi, inside):
        assert send(xapi, "GET", {name.lower(): value for name, value in inside.items()}).status_code == 200

    def test_about_without_anything(self, xapi):
        assert send(xapi, "GET", {}, path="/xapi/about").json["version"] == ["1.0.3", "2.0.0"]

    def test_a_method_that_is_not_offered_stays_so(self, xapi, inside):
        answer = send(xapi, "DELETE", inside | {"statementId": str(uuid4())})
        assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (405, "1.0.3")


class TestRefuses:
    @pytest.mark.parametrize("method", ["", "get", "PATCH", "OPTIONS", "TRACE", "PUT%0a", "%ff"])
    def test_other_methods(self, xapi, inside, method):
        assert send(xapi, method, inside).status_code == 400

    @pytest.mark.parametrize("query", ["&statementId=x", "&method=GET", "&x", "&limit=1"])
    def test_parameters_beside_it(self, xapi, inside, query):
        answer = send(xapi, "GET", inside, query=query)
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_parameter")

    @pytest.mark.parametrize(
        "more", [{"X-Experience-API-Version": version} for version in ("0.8", "1.1.0", "")] + [{"nope": "1"}]
    )
    def test_what_the_real_method_refuses(self, xapi, inside, more):
        assert send(xapi, "GET", inside | more).status_code == 400

    def test_a_wrong_secret_in_the_form(self, xapi, inside):
        inside["Authorization"] = basic((xapi.auth[0], "wrong"))
        assert send(xapi, "GET", inside).status_code == 401
        assert send(xapi, "GET", inside, headers={"Authorization": basic(xapi.auth)}).status_code == 401

    def test_what_the_scope_refuses(self, xapi_of, inside):
        reader = xapi_of("statements/read")
        inside["Authorization"] = basic(reader.auth)
        assert send(reader, "GET", inside).status_code == 200
        assert send(reader, "POST", inside | {"content": json.dumps(statement())}).status_code == 403

    @pytest.mark.parametrize("name", ["content", "Content-Type", "authorization"])
    def test_a_field_twice(self, xapi, inside, name):
        body = urlencode(inside | {"content": "{}"}) + f"&{name}=x"
        assert send(xapi, "POST", body).status_code == 400

    @pytest.mark.parametrize("body", ["%ff=1", "a=%ff", "content=%c3%28", "\udcff"])
    def test_what_is_not_utf8(self, xapi, body):
        raw = body.encode("utf-8", "surrogateescape")
        assert xapi.client.post("/xapi/statements?method=POST", data=raw, content_type=FORM).status_code == 400

    @pytest.mark.parametrize("value", ["1.0.3\r\nX: y", "\0", "a\tb"])
    def test_control_characters_in_a_header(self, xapi, inside, value):
        for name in ("Authorization", "X-Experience-API-Version", "If-Match"):
            assert send(xapi, "GET", inside | {name: value}).status_code == 400

    @pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
    def test_another_kind_of_body(self, xapi, kind):
        assert send(xapi, "GET", "{}", kind=kind).status_code == 415

    def test_a_form_that_is_too_large(self, xapi, inside):
        answer = send(xapi, "POST", inside | {"content": "x" * (11 << 20)})
        assert (answer.status_code, answer.json["error"]["code"]) == (413, "form_too_large")

    def test_a_put_that_is_no_post(self, xapi):
        answer = xapi.client.put("/xapi/statements?method=POST", json=statement(), auth=xapi.auth, headers=xapi._headers)
        assert answer.status_code == 400


class TestTwo:
    """2.0 has no alternate syntax; what the form says goes before what the header says."""

    @pytest.mark.parametrize(
        ("header", "field", "status"),
        [("2.0.0", None, 400), ("1.0.3", "2.0", 400), ("2.0.0", "1.0", 200), ("1.0.3", None, 200), (None, "2.0", 400), (None, "1.0", 200)],
    )
    def test_gate(self, xapi, header, field, status):
        headers = {"Authorization": basic(xapi.auth)} | ({"X-Experience-API-Version": header} if header else {})
        answer = send(xapi, "GET", {"X-Experience-API-Version": field} if field else {}, headers=headers)
        spoken = "1.0.3" if (field or header).startswith("1") else "2.0.0"
        assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (status, spoken)


class TestPlainText:
    """Internet Explorer's cross-domain requests call a form text/plain; courses of that time still come so, and only they may."""

    def test_only_for_launches(self, app, xapi, inside):
        assert send(xapi, "GET", inside, kind="text/plain;charset=UTF-8").status_code == 400
        with app.app_context(), write():
            launch = service.issue_launch(
                actor=agent(), registration=uuid4(), activity=activity()["id"], scopes=["statements/write", "statements/read"],
                expires_at=now() + timedelta(hours=1),
            )  # fmt: skip
        inside["Authorization"] = basic(launch)
        assert send(xapi, "GET", inside, kind="text/plain;charset=UTF-8").status_code == 200
        mine = json.dumps(statement(object=activity()))
        assert send(xapi, "POST", inside | {"content": mine}, kind="text/plain").status_code == 200

    def test_without_a_content_type(self, xapi, inside):
        assert send(xapi, "GET", inside, kind=None).status_code == 200

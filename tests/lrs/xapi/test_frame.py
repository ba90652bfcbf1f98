"""What every answer of /xapi has around it, whatever became of the request."""

import pytest
from samples import identified, statement

from lrs.statements.formats import instant
from lrs.xapi.gate import LONGEST_QUERY

VERSION = "X-Experience-API-Version"
CONSISTENT = "X-Experience-API-Consistent-Through"
NOWHERE = [
    ("GET", "/xapi", 404),
    ("GET", "/xapi/", 404),
    ("GET", "/xapi/nothing", 404),
    ("POST", "/xapi/statements/more", 404),
    ("DELETE", "/xapi/statements", 405),
    ("PATCH", "/xapi/statements", 405),
    ("PUT", "/xapi/about", 405),
    ("POST", "/xapi/about", 405),
    ("GET", "/xapi/statements?verb=https://example.org/%ff", 400),
    ("GET", "/xapi/statements?limit=%00", 400),
    ("GET", "/xapi/statements?x=" + "y" * LONGEST_QUERY, 413),
]


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize(("method", "path", "status"), NOWHERE)
def test_refusals_before_a_view_are_framed_too(xapi_of, method, path, status, version):
    caller = xapi_of("all", version=version)
    answer = caller.client.open(path, method=method, auth=caller.auth, headers=caller._headers)
    assert (answer.status_code, answer.headers[VERSION]) == (status, version)
    assert answer.json["error"]["message"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (CONSISTENT in answer.headers) == path.startswith("/xapi/statements")
    if status == 405:
        assert "GET" in answer.headers["Allow"]


def test_a_body_that_is_too_large_is_framed(xapi):
    answer = xapi.post(b'"' + b"x" * (11 << 20) + b'"')
    assert (answer.status_code, answer.headers[VERSION]) == (413, "1.0.3")
    assert instant(answer.headers[CONSISTENT])


def test_the_content_origin_frames_them_too(content_client):
    answer = content_client.get("/xapi/nothing", headers={VERSION: "2.0"})
    assert (answer.status_code, answer.json["error"]["code"], answer.headers[VERSION]) == (404, "http_404", "2.0.0")


def test_pages_outside_are_left_alone(client):
    answer = client.get("/nothing", headers={VERSION: "2.0"})
    assert answer.status_code == 404
    assert VERSION not in answer.headers
    assert client.get("/xapis").headers.get(VERSION) is None


@pytest.mark.parametrize("path", ["/xapi/about", "/xapi/statements", "/xapi/nothing"])
@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_a_request_without_version_is_answered_in_the_one_that_is_set(sqlite_app, path, version):
    from dataclasses import replace

    before = sqlite_app.config["SETTINGS"]
    sqlite_app.config["SETTINGS"] = replace(before, xapi_default_version=version)
    try:
        assert sqlite_app.test_client().get(path).headers[VERSION] == version
    finally:
        sqlite_app.config["SETTINGS"] = before


@pytest.mark.parametrize("sent", ["", " ", "1.0.3 ", "1.0.³", "1.0.1234567890", "1,0", "1.0.3, 2.0.0", "\xff", "9" * 5000])
def test_strange_versions_are_400(xapi, sent):
    answer = xapi.client.get("/xapi/statements", auth=xapi.auth, headers={VERSION: sent})
    assert answer.status_code in (200, 400)
    assert answer.headers[VERSION] in ("1.0.3", "2.0.0")
    if sent.strip() != "1.0.3":
        assert answer.status_code == 400


def test_head_is_get_without_the_body(xapi):
    xapi.post(identified())
    for path in ("/xapi/statements", "/xapi/statements?limit=1", "/xapi/about", "/xapi/statements?limit=x"):
        get = xapi.client.get(path, auth=xapi.auth, headers=xapi._headers)
        head = xapi.client.head(path, auth=xapi.auth, headers=xapi._headers)
        assert (head.status_code, head.data) == (get.status_code, b"")
        assert {k for k, _ in head.headers} == {k for k, _ in get.headers}
        assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_errors_are_text_for_those_who_want_text(xapi):
    headers = xapi._headers | {"Accept": "text/plain"}
    answer = xapi.client.get("/xapi/statements?limit=x", auth=xapi.auth, headers=headers)
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert "limit" in answer.text
    assert xapi.client.get("/xapi/statements?limit=x", auth=xapi.auth, headers=xapi._headers | {"Accept": "*/*"}).json["error"]


def test_no_answer_sets_a_cookie(app, people, sign_in, xapi):
    browser = sign_in(app.test_client(), people["ada"])
    for path in ("/xapi/statements", "/xapi/about", "/xapi/nothing"):
        assert "Set-Cookie" not in browser.get(path, headers=xapi._headers, auth=xapi.auth).headers


def test_a_batch_in_both_versions_is_answered_in_each(xapi_of):
    for version in ("1.0.3", "2.0.0"):
        assert xapi_of("all", version=version).post([statement()]).headers[VERSION] == version

"""Whatever a client sends to /xapi, byte for byte, the answer is a framed refusal or a result: never 500, never without end."""

import gzip
import io
import json
from base64 import b64encode
from urllib.parse import quote_from_bytes, urlencode
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import statement
from werkzeug.test import run_wsgi_app

from core.db import write
from lrs.credentials import service

RELAXED = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
PATHS = [
    "/xapi/statements",
    "/xapi/activities/state",
    "/xapi/activities/profile",
    "/xapi/agents/profile",
    "/xapi/activities",
    "/xapi/agents",
    "/xapi/about",
    "/xapi",
    "/xapi/nothing",
]
METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "TRACE"]
KINDS = [
    "application/json",
    "application/json; charset=utf-16",
    "multipart/mixed; boundary=x",
    "multipart/mixed",
    "text/plain",
    "",
    "\xff/\0",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "multipart/mixed; boundary=" + "y" * 300,
]
NAMES = [
    "statementId",
    "voidedStatementId",
    "agent",
    "verb",
    "activity",
    "registration",
    "since",
    "until",
    "limit",
    "format",
    "attachments",
    "ascending",
    "cursor",
    "activityId",
    "stateId",
    "profileId",
    "method",
    "related_agents",
    "StatementId",
    "x",
]
VALUES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"",
            b"true",
            b"exact",
            b"GET",
            b"PUT",
            b"1",
            b"-1",
            b"9" * 400,
            b"2026-01-01T00:00:00Z",
            b"0000-00-00",
            b"%",
            b"https://a/b",
            b'{"mbox":"mailto:a@example.org"}',
            b'{"mbox":"mailto:a@example.org","mbox":"x"}',
            b"[" * 900,
            str(uuid4()).encode(),
            b"\xc3\x28",
        ]
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "HTTP_IF_MATCH",
            "HTTP_IF_NONE_MATCH",
            "HTTP_ACCEPT",
            "HTTP_ACCEPT_LANGUAGE",
            "HTTP_ACCEPT_ENCODING",
            "HTTP_CONTENT_ENCODING",
            "HTTP_ORIGIN",
            "HTTP_IF_MODIFIED_SINCE",
            "HTTP_IF_UNMODIFIED_SINCE",
            "HTTP_RANGE",
            "HTTP_COOKIE",
            "HTTP_TRANSFER_ENCODING",
            "CONTENT_LENGTH",
            "HTTP_X_EXPERIENCE_API_HASH",
            "HTTP_X_FORWARDED_FOR",
            "HTTP_X_HTTP_METHOD_OVERRIDE",
            "HTTP_DATE",
        ]
    ),
    st.one_of(
        st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60),
        st.sampled_from(
            ["gzip", "*", '"', 'W/"', "-1", "0", "9" * 30, "null", "http://localhost", "bytes=0-1", "chunked", "en;q=nan", ";q=x"]
        ),
    ),
    max_size=4,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*statement(), "id", "context", "result", "x"]), inner, max_size=4)
    ),
    max_leaves=10,
)
BODIES = st.one_of(
    st.binary(max_size=300),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.sampled_from(
        [
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b'{"id":1,"id":2}',
            b"[NaN]",
            b"[1e999]",
            b'"\\ud800"',
            b"\xff\xfe",
            b"--x\r\n\r\n--x--",
            b"--x",
            b"--x\r\nContent-Type:application/json\r\n\r\n[]\r\n--x--",
            gzip.compress(b"{}"),
            b"content=%7B%7D&Authorization=x",
            b"{}" * 1000,
        ]
    ),
)


@pytest.fixture(scope="module")
def served(_sqlite_app):
    """The real WSGI application of either origin, and a good authorization."""
    with _sqlite_app.app_context(), write():
        key = service.create(name="fuzz", scopes=["all"])
    authorization = "Basic " + b64encode(":".join(key).encode()).decode()
    return _sqlite_app, _sqlite_app.extensions["colloquium.content"], authorization


def ask(app, method: str, path: str, query: str, body: bytes, environ: dict):
    whole = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        "wsgi.input": io.BytesIO(body),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)),
        **environ,
    }
    pieces, status, headers = run_wsgi_app(app, whole)
    data = b"".join(pieces)
    return int(status[:3]), headers, data


def framed(answer) -> None:
    status, headers, data = answer
    assert status < 500, (status, data[:500])
    assert headers["X-Experience-API-Version"] in ("1.0.3", "2.0.0")
    assert "Set-Cookie" not in headers
    if status >= 400 and data and headers["Content-Type"] == "application/json":
        assert json.loads(data)["error"]["message"]


@RELAXED
@given(
    method=st.sampled_from(METHODS),
    path=st.sampled_from(PATHS),
    query=st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=4),
    kind=st.sampled_from(KINDS),
    body=BODIES,
    version=st.sampled_from(["1.0.3", "2.0.0", "1.0", "", "x", None]),
    headers=HEADERS,
    terminated=st.booleans(),
    content_origin=st.booleans(),
)
def test_anything(served, method, path, query, kind, body, version, headers, terminated, content_origin):
    app, content, authorization = served
    environ = {"CONTENT_TYPE": kind, "HTTP_AUTHORIZATION": authorization} | headers
    if version is not None:
        environ["HTTP_X_EXPERIENCE_API_VERSION"] = version
    if terminated:
        environ["wsgi.input_terminated"] = True
    encoded = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in query)
    framed(ask(content if content_origin else app, method, path, encoded, body, environ))


@RELAXED
@given(query=st.text(st.characters(max_codepoint=255, exclude_characters="#\r\n"), max_size=80), path=st.sampled_from(PATHS))
def test_any_query_string(served, query, path):
    app, _content, authorization = served
    framed(ask(app, "GET", path, query, b"", {"HTTP_AUTHORIZATION": authorization, "HTTP_X_EXPERIENCE_API_VERSION": "1.0.3"}))


@RELAXED
@given(tail=st.text(st.characters(max_codepoint=255), max_size=40))
def test_any_path(served, tail):
    app, _content, authorization = served
    framed(ask(app, "GET", "/xapi/" + tail, "", b"", {"HTTP_AUTHORIZATION": authorization}))


@RELAXED
@given(
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD"]),
    path=st.sampled_from(PATHS),
    fields=st.lists(
        st.tuples(
            st.sampled_from([*NAMES, "content", "Content-Type", "If-Match", "If-None-Match", "Content-Length", "X-Experience-API-Version"]),
            st.one_of(VALUES, BODIES.filter(lambda b: len(b) < 2000)),
        ),
        max_size=6,
    ),
)
def test_any_form_of_the_alternate_syntax(served, method, path, fields):
    app, _content, authorization = served
    body = urlencode([("Authorization", authorization), *fields]).encode()
    environ = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "HTTP_X_EXPERIENCE_API_VERSION": "1.0.3"}
    framed(ask(app, "POST", path, f"method={method}", body, environ))


@RELAXED
@given(
    authorization=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60)
    | st.binary(max_size=40).map(lambda raw: "Basic " + b64encode(raw).decode())
)
def test_any_authorization_is_401(served, authorization):
    app, *_ = served
    answer = ask(app, "GET", "/xapi/statements", "", b"", {"HTTP_AUTHORIZATION": authorization, "HTTP_X_EXPERIENCE_API_VERSION": "1.0.3"})
    framed(answer)
    assert answer[0] == 401

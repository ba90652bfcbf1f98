"""Pages of other sites: each credential says which may use it (ADR 0027)."""

import pytest
from samples import statement

from core.db import write
from core.errors import Invalid
from lrs.credentials import rules, service

TOOL = "https://tool.example.org"


@pytest.fixture
def keyed(app):
    """A key with these origins → its authorization."""

    def make(*origins: str):
        with app.app_context(), write():
            return tuple(service.create(name="tool", scopes=["all"], origins=origins))

    return make


def get(client, auth, origin: str | None, path="/xapi/statements", **headers):
    given = {"X-Experience-API-Version": "1.0.3"} | ({} if origin is None else {"Origin": origin}) | headers
    return client.get(path, auth=auth, headers=given)


@pytest.mark.parametrize(
    ("allowed", "origin", "status"),
    [
        ((), None, 200),
        ((), TOOL, 403),
        ((), "null", 403),
        ((), "http://localhost", 200),
        ((), "http://127.0.0.1", 200),
        ((), "http://localhost:81", 403),
        ((), "", 403),
        ((TOOL,), TOOL, 200),
        ((TOOL,), "http://tool.example.org", 403),
        ((TOOL,), "https://tool.example.org:8443", 403),
        ((TOOL,), "https://evil.example.org", 403),
        ((TOOL,), "https://tool.example.org.evil.example.org", 403),
        ((TOOL,), "null", 403),
        ((TOOL, "https://other.example.org"), "https://other.example.org", 200),
        (("*",), TOOL, 200),
        (("*",), "null", 200),
    ],
)
def test_who_may(client, keyed, allowed, origin, status):
    answer = get(client, keyed(*allowed), origin)
    assert answer.status_code == status
    if status == 403:
        assert answer.json["error"]["code"] == "origin_not_allowed"
        assert "Access-Control-Allow-Origin" not in answer.headers
    elif origin is not None:
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_refused_page_changes_nothing(client, keyed):
    auth = keyed()
    headers = {"X-Experience-API-Version": "1.0.3", "Origin": TOOL}
    assert client.post("/xapi/statements", json=statement(), auth=auth, headers=headers).status_code == 403
    assert get(client, auth, None).json["statements"] == []


def test_a_form_of_another_site_is_held_to_it_too(client, keyed):
    answer = client.post(
        "/xapi/statements?method=GET", data={"limit": "1"}, auth=keyed(), headers={"X-Experience-API-Version": "1.0.3", "Origin": TOOL}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/xapi/statements", "/xapi/activities/state", "/xapi/about"])
def test_a_preflight_is_answered_for_everybody(client, path):
    asked = {"Origin": TOOL, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization,content-type"}
    answer = client.options(path, headers=asked)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert {"PUT", "DELETE"} <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))
    allowed = {name.lower() for name in answer.headers["Access-Control-Allow-Headers"].split(", ")}
    assert {"authorization", "x-experience-api-version", "content-type", "if-match", "if-none-match", "content-encoding"} <= allowed
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_what_needs_no_credential_may_be_read_by_everybody(client):
    for path, status in (("/xapi/about", 200), ("/xapi/statements", 401), ("/xapi/nothing", 404)):
        answer = get(client, None, TOOL, path)
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (status, "*")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://tool.example.org", "https://tool.example.org"),
        ("https://Tool.Example.org/", "https://tool.example.org"),
        ("http://localhost:80", "http://localhost"),
        ("https://a.example.org:443", "https://a.example.org"),
        ("https://a.example.org:8443", "https://a.example.org:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("chrome-extension://abcdef", "chrome-extension://abcdef"),
        ("*", "*"),
    ],
)
def test_origins_are_kept_as_browsers_write_them(written, kept):
    assert rules.origin(written) == kept


@pytest.mark.parametrize(
    "text",
    ["", "tool.example.org", "https://", "//x", "https://x/path", "https://x?q", "https://x#f", "https://u@x", "https://*.x", "null",
     "https://x:port", "https://x y", "https://exämple.org", "https://x:99999", "javascript:alert(1)", "http://[::1", "**"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(sqlite_app, text):
    assert rules.origin(text) is None
    with sqlite_app.app_context(), pytest.raises(Invalid) as caught, write():
        service.create(name="x", scopes=["all"], origins=[text])
    assert list(caught.value.fields) == ["origins"]

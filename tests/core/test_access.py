"""Deny by default: a view without a declaration does not start, an unsafe call from elsewhere does not run."""

import pytest

from core.access import access, require_declarations


def test_a_view_without_a_declaration_stops_the_start(tmp_path):
    from flask import Flask

    app = Flask("undeclared")
    app.add_url_rule("/open", endpoint="open", view_func=access("public")(lambda: ""))
    app.view_functions["static"] = access("public")(app.view_functions["static"])
    require_declarations(app)
    app.add_url_rule("/secret", endpoint="secret", view_func=lambda: "")
    with pytest.raises(RuntimeError, match="/secret"):
        require_declarations(app)


def test_an_unknown_audience_is_refused_where_it_is_written():
    with pytest.raises(ValueError, match="friends"):
        access("friends")


def test_a_page_for_people_sends_a_visitor_to_the_sign_in_and_back(sqlite_app):
    answer = sqlite_app.test_client().get("/catalogue?kind=video")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?next=/catalogue")


def test_the_api_answers_a_visitor_in_json(client):
    answer = client.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "sign_in_needed"


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "http://localhost:8001"},
    {"Origin": "null"},
    {"Referer": "http://evil.example/form"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda h: next(iter(h.values())))
def test_an_unsafe_request_from_elsewhere_is_refused_even_with_the_token(client, people, sign_in, csrf, headers):
    sign_in(client, people["alice"])
    token = csrf(client)
    assert client.post("/logout", headers={**token, **headers}).status_code == 403
    assert client.get("/me").status_code == 200, "the session must still be there"


def test_an_unsafe_request_without_the_token_is_refused(client, people, sign_in):
    sign_in(client, people["alice"])
    assert client.post("/logout").status_code == 403
    assert client.post("/logout", headers={"X-CSRF-Token": "0" * 64}).status_code == 403
    assert client.get("/me").status_code == 200


def test_the_token_of_another_session_does_not_count(app, people, sign_in, csrf):
    alice, bob = sign_in(app.test_client(), people["alice"]), sign_in(app.test_client(), people["bob"])
    assert alice.post("/logout", headers=csrf(bob)).status_code == 403
    assert alice.post("/logout", headers=csrf(alice)).status_code == 303


def test_a_reading_key_may_not_change_anything(client, api_key):
    key = api_key("all/read")
    assert client.get("/api/v1/items", auth=key).status_code == 200
    assert client.post("/api/v1/packages", auth=key, data=b"x", content_type="application/zip").status_code == 403


def test_pages_carry_the_security_headers(client):
    headers = client.get("/login").headers
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]

"""A key's page, the API of keys, and the commands beyond create, list and revoke."""

import json

import pytest

from core.db import write
from lrs.credentials import service


def run(app, *arguments: str):
    with app.app_context():
        return app.test_cli_runner().invoke(args=["key", *arguments])


@pytest.fixture
def ada(app, people, sign_in):
    return sign_in(app.test_client(), people["ada"])


@pytest.fixture
def issued(app):
    with app.app_context(), write():
        return service.create(name="My <tool>", scopes=["statements/write", "statements/read/mine"], origins=["https://a.example.org"])


def works(app, pair) -> bool:
    with app.app_context():
        return service.check(*pair) is not None


class TestPage:
    def test_says_what_it_may_and_how_to_use_it_without_the_secret(self, ada, issued):
        page = ada.get(f"/admin/keys/{issued.key}").text
        for text in ("My &lt;tool&gt;", "Send statements", "https://a.example.org", f"curl -u {issued.key}:$SECRET", "/xapi/statements"):
            assert text in page
        assert issued.secret not in page

    def test_edits(self, app, ada, csrf, issued):
        data = {"name": "Other", "origins": "https://b.example.org\r\n*", "rate_limit": "60"}
        assert ada.post(f"/admin/keys/{issued.key}", data=data, headers=csrf(ada)).status_code == 303
        with app.app_context():
            row = service.get(key=issued.key)
            assert (row.name, row.origins, row.rate_limit) == ("Other", "https://b.example.org *", 60)

    @pytest.mark.parametrize("change", [{"name": ""}, {"origins": "here"}, {"rate_limit": "many"}, {"rate_limit": "0"}])
    def test_says_what_is_wrong_and_keeps_what_was_typed(self, ada, csrf, issued, change):
        data = {"name": "Other", "origins": "", "rate_limit": ""} | change
        page = ada.post(f"/admin/keys/{issued.key}", data=data, headers=csrf(ada))
        assert (page.status_code, "invalid-feedback" in page.text) == (422, True)
        assert all(value in page.text for value in change.values())

    def test_rotates_and_shows_the_new_secret_once(self, app, ada, csrf, issued):
        page = ada.post(f"/admin/keys/{issued.key}/rotate", data={"grace": "0"}, headers=csrf(ada))
        assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
        secret = page.text.split('id="secret">', 1)[1].split("<", 1)[0]
        assert (works(app, issued), works(app, (issued.key, secret))) == (False, True)
        assert secret not in ada.get(f"/admin/keys/{issued.key}").text

    def test_of_a_dead_key_offers_nothing(self, app, ada, csrf, issued):
        ada.post(f"/admin/keys/{issued.key}/revoke", headers=csrf(ada))
        page = ada.get(f"/admin/keys/{issued.key}").text
        assert "revoked" in page
        assert "/rotate" not in page
        assert ada.post(f"/admin/keys/{issued.key}/rotate", data={"grace": "0"}, headers=csrf(ada)).status_code == 409

    @pytest.mark.parametrize("grace", ["", "x", "99999999"])
    def test_a_strange_grace_is_no_500(self, ada, csrf, issued, grace):
        assert ada.post(f"/admin/keys/{issued.key}/rotate", data={"grace": grace}, headers=csrf(ada)).status_code in (200, 422)

    def test_of_an_unknown_key_is_404(self, ada, csrf):
        for path in ("/admin/keys/unknown", "/admin/keys/%00"):
            assert ada.get(path).status_code == 404
        assert ada.post("/admin/keys/unknown", data={"name": "x"}, headers=csrf(ada)).status_code == 404

    def test_the_list_is_paged_with_a_fixed_number_of_queries(self, app, ada, count_queries):
        def asked() -> int:
            with count_queries() as statements:
                ada.get("/admin/keys")
            return len(statements)

        with app.app_context(), write():
            service.create(name="first", scopes=["all"])
        few = asked()
        with app.app_context(), write():
            for number in range(60):
                service.create(name=f"key {number:02}", scopes=["all"])
        assert asked() == few
        assert ada.get("/admin/keys").text.count("/admin/keys/") < 60
        assert "first" in ada.get("/admin/keys?page=2").text
        assert ada.get("/admin/keys?page=99999").status_code == 200


class TestApi:
    @pytest.fixture
    def api(self, app, api_key):
        client, auth = app.test_client(), api_key("all")
        return lambda method, path, **options: client.open(f"/api/v1/credentials{path}", method=method, auth=auth, **options)

    def test_make_look_change_rotate_revoke(self, app, api):
        made = api("POST", "", json={"name": "Tool", "scopes": ["state"], "origins": ["*"], "rate_limit": 5})
        assert (made.status_code, made.headers["Cache-Control"], set(made.json)) == (201, "no-store", {"key", "secret", "name", "scopes"})
        key = made.json["key"]
        shown = api("GET", f"/{key}").json
        assert (shown["scopes"], shown["origins"], shown["rate_limit"], shown["revoked_at"]) == (["state"], ["*"], 5, None)
        assert made.json["secret"] not in json.dumps(api("GET", "").json)
        assert api("PATCH", f"/{key}", json={"rate_limit": None, "origins": []}).json["rate_limit"] is None
        rotated = api("POST", f"/{key}/rotate", json={"grace_hours": 0}).json
        assert (works(app, (key, made.json["secret"])), works(app, (key, rotated["secret"]))) == (False, True)
        assert api("DELETE", f"/{key}").status_code == 204
        assert not works(app, (key, rotated["secret"]))
        assert api("GET", f"/{key}").json["revoked_at"]

    @pytest.mark.parametrize(
        "body",
        [{}, {"name": "x"}, {"name": "x", "scopes": []}, {"name": "x", "scopes": ["root"]}, {"name": "x", "scopes": ["all"], "more": 1},
         {"name": "x", "scopes": ["all"], "origins": ["x"]}, {"name": "x", "scopes": ["all"], "rate_limit": "5"}],
    )  # fmt: skip
    def test_refuses(self, api, body):
        assert api("POST", "", json=body).status_code == 422

    def test_is_paged(self, api):
        page = api("GET", "?per_page=1").json
        assert (len(page["items"]), page["total"], page["pages"]) == (1, 1, 1)

    def test_a_reading_key_makes_none(self, app, api_key):
        client = app.test_client()
        body = {"name": "x", "scopes": ["all"]}
        for scope in ("all/read", "statements/write", "define"):
            assert client.post("/api/v1/credentials", json=body, auth=api_key(scope)).status_code == 403


class TestCommands:
    def test_show_update_rotate(self, app, issued):
        shown = json.loads(run(app, "show", issued.key, "--json").stdout)
        assert (shown["name"], shown["origins"], shown["rate_limit"], shown["grace_until"]) == (
            "My <tool>",
            ["https://a.example.org"],
            None,
            None,
        )
        assert issued.key in run(app, "show", issued.key).stdout
        changed = json.loads(run(app, "update", issued.key, "--no-origins", "--rate-limit", "9", "--name", "New", "--json").stdout)
        assert (changed["name"], changed["origins"], changed["rate_limit"]) == ("New", [], 9)
        assert json.loads(run(app, "update", issued.key, "--rate-limit", "0", "--json").stdout)["rate_limit"] is None
        new = json.loads(run(app, "rotate", issued.key, "--grace", "0").stdout)
        assert (works(app, issued), works(app, (new["key"], new["secret"]))) == (False, True)

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (["show", "x"], 1),
            (["update", "x"], 2),
            (["update", "x", "--name", "y"], 1),
            (["rotate", "x"], 1),
            (["rotate", "x", "--grace", "-1"], 2),
        ],
    )
    def test_honest_exit_codes(self, app, arguments, code):
        done = run(app, *arguments)
        assert (done.exit_code, done.stdout) == (code, "")

"""Machine keys: made, shown once, listed, revoked; by command and on the page; good for the HTTP API too."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from core.db import db, write
from core.errors import Invalid, NotFound
from lrs.credentials import service
from lrs.credentials.models import Credential


def run(app, *arguments: str):
    with app.app_context():
        return app.test_cli_runner().invoke(args=list(arguments))


class TestCreating:
    def test_keeps_only_a_hash(self, app):
        with app.app_context(), write():
            issued = service.create(name="Tool", scopes=["all"])
        with app.app_context():
            row = db.session.scalar(select(Credential))
            assert len(issued.secret) >= 43
            assert row.key == issued.key
            assert issued.secret.encode() not in row.secret_hash
            assert len(row.secret_hash) == 32

    def test_every_secret_differs(self, app):
        with app.app_context(), write():
            made = [service.create(name="x", scopes=["all"]) for _ in range(50)]
        assert len({m.key for m in made}) == len({m.secret for m in made}) == 50

    @pytest.mark.parametrize(
        ("change", "field"),
        [({"name": " "}, "name"), ({"name": "x" * 201}, "name"), ({"scopes": []}, "scopes"), ({"scopes": ["everything"]}, "scopes"),
         ({"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "expires_at")],
    )  # fmt: skip
    def test_refuses(self, app, change, field):
        with app.app_context():
            with pytest.raises(Invalid) as caught, write():
                service.create(**({"name": "x", "scopes": ["all"]} | change))
            assert list(caught.value.fields) == [field]
            assert db.session.scalar(select(Credential)) is None

    def test_revoking_an_unknown_key(self, app):
        with app.app_context(), pytest.raises(NotFound), write():
            service.revoke(key="nobody")


class TestCommands:
    def test_create_prints_json_once(self, app):
        done = run(app, "key", "create", "--name", "Tool", "--scope", "all/read", "--scope", "statements/write")
        assert done.exit_code == 0
        assert set(json.loads(done.stdout)) == {"key", "secret"}
        listed = json.loads(run(app, "key", "list", "--json").stdout)
        assert [(k["name"], k["scopes"], k["revoked_at"]) for k in listed] == [("Tool", ["all/read", "statements/write"], None)]
        assert "secret" not in json.dumps(listed)

    def test_revoke(self, app):
        key = json.loads(run(app, "key", "create", "--name", "Tool", "--scope", "all").stdout)["key"]
        assert json.loads(run(app, "key", "revoke", key, "--json").stdout)["revoked_at"]
        assert "revoked" in run(app, "key", "list").stdout

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (["create", "--name", "x"], 2),
            (["create", "--name", "x", "--scope", "root"], 1),
            (["create", "--name", "x", "--scope", "all", "--expires", "soon"], 2),
            (["create", "--name", "x", "--scope", "all", "--expires", "2001-01-01"], 1),
            (["revoke", "unknown"], 1),
        ],
    )
    def test_refusals_have_honest_exit_codes(self, app, arguments, code):
        done = run(app, "key", *arguments)
        assert done.exit_code == code
        assert done.stdout == ""
        assert done.stderr


@pytest.fixture
def ada(app, people, sign_in):
    return sign_in(app.test_client(), people["ada"])


class TestPage:
    def test_shows_the_secret_once(self, app, ada, csrf):
        page = ada.post("/admin/keys", data={"name": "My <tool>", "scope": ["all/read"]}, headers=csrf(ada))
        assert page.status_code == 201
        assert page.headers["Cache-Control"] == "no-store"
        assert "My &lt;tool&gt;" in page.text
        with app.app_context():
            key = db.session.scalar(select(Credential.key))
        secret = page.text.split('id="secret">', 1)[1].split("<", 1)[0]
        with app.app_context():
            assert service.check(key, secret).scopes == {"all/read"}
        listing = ada.get("/admin/keys").text
        assert key in listing
        assert secret not in listing

    @pytest.mark.parametrize(
        "data", [{"name": "", "scope": "all"}, {"name": "x"}, {"name": "x", "scope": "root"}, {"name": "x", "scope": "all", "expires": "x"}]
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(self, ada, csrf, data):
        page = ada.post("/admin/keys", data=data, headers=csrf(ada))
        assert page.status_code == 422
        assert ("invalid-feedback" in page.text) or ('role="alert"' in page.text)
        assert f'value="{data["name"]}"' in page.text

    def test_revokes(self, app, ada, csrf):
        with app.app_context(), write():
            issued = service.create(name="Old", scopes=["all"])
        answer = ada.post(f"/admin/keys/{issued.key}/revoke", headers=csrf(ada))
        assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/keys")
        with app.app_context():
            assert service.check(*issued) is None
        assert ada.post("/admin/keys/unknown/revoke", headers=csrf(ada)).status_code == 404

    def test_is_for_administrators(self, app, people, sign_in, client):
        assert client.get("/admin/keys").status_code in (302, 303)
        for name in ("alice", "dana", "erin"):
            assert sign_in(app.test_client(), people[name]).get("/admin/keys").status_code == 403

    def test_needs_the_token_of_the_session(self, ada):
        assert ada.post("/admin/keys", data={"name": "x", "scope": "all"}).status_code == 403

    def test_speaks_french(self, ada):
        page = ada.get("/admin/keys", headers={"Accept-Language": "fr"})
        assert page.status_code == 200

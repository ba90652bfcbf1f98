"""The store alone: ground, people and the LRS, without what stands on them. Its tests must not need more."""

import sys
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings as hypothesis_settings

sys.path.insert(0, str(Path(__file__).parent))

import core
from core import identity, migrate
from core.access import require_declarations
from core.db import db, write
from core.settings import from_env

hypothesis_settings.register_profile("busy machine", deadline=None)
hypothesis_settings.load_profile("busy machine")
ROOT = Path(__file__).parent.parent.parent


def build(folder: Path, **overrides) -> Flask:
    values = {
        "data_dir": folder,
        "origin": "http://localhost",
        "content_origin": "http://127.0.0.1",
        "background": False,
        "secret_key": "tk" * 20,
    }
    settings = from_env({}, **(values | overrides))
    app = Flask("app", root_path=str(ROOT), template_folder="core/templates", static_folder="core/static", static_url_path="/static/core")
    app.config.update(SETTINGS=settings, SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=settings.max_body_bytes)
    core.init_app(app, settings)
    for name in ("accounts", "lrs"):
        import_module(name).init_app(app)
    for endpoint in [e for e in app.view_functions if e.endswith("static")]:
        app.view_functions[endpoint] = core.access.access("public")(lambda _view=app.view_functions[endpoint], **kwargs: _view(**kwargs))
    require_declarations(app)
    with app.app_context():
        migrate.upgrade()
        with write():
            identity.establish(settings.origin)
    return app


@pytest.fixture(scope="session")
def _sqlite_app(tmp_path_factory):
    return build(tmp_path_factory.mktemp("lrs-sqlite"))


@pytest.fixture(scope="session")
def _postgres_app(tmp_path_factory, postgres_url):
    app = build(tmp_path_factory.mktemp("lrs-postgres"), database_url=postgres_url)
    yield app
    with app.app_context():
        db.engine.dispose()


class Xapi:
    """A client of ``/xapi`` with a key: ``xapi.post(statements)``, ``xapi.get(agent=…)``."""

    def __init__(self, client, credential, version: str = "1.0.3"):
        self.client, self.auth, self.version = client, tuple(credential), version

    @property
    def _headers(self) -> dict:
        return {"X-Experience-API-Version": self.version}

    def post(self, body, **options):
        how = {"data": body, "content_type": "application/json"} if isinstance(body, bytes) else {"json": body}
        return self.client.post("/xapi/statements", auth=self.auth, headers=self._headers, **how, **options)

    def put(self, uuid: str, body):
        how = {"data": body, "content_type": "application/json"} if isinstance(body, bytes) else {"json": body}
        return self.client.put("/xapi/statements", query_string={"statementId": uuid}, auth=self.auth, headers=self._headers, **how)

    def get(self, **parameters):
        return self.client.get("/xapi/statements", query_string=parameters, auth=self.auth, headers=self._headers)

    def follow(self, more: str):
        return self.client.get(more, auth=self.auth, headers=self._headers)

    def ids(self, **parameters) -> list[str]:
        """The ids of a whole list, page after page."""
        answer = self.get(**parameters)
        found = []
        while True:
            assert answer.status_code == 200, answer.text
            found += [s["id"] for s in answer.json["statements"]]
            if not answer.json["more"]:
                return found
            answer = self.follow(answer.json["more"])


@pytest.fixture
def xapi(app, api_key):
    """``xapi`` with every right; ``xapi_of(scope, …, version=)`` for others."""
    return Xapi(app.test_client(), api_key("all"))


@pytest.fixture
def xapi_of(app, api_key):
    return lambda *scopes, version="1.0.3": Xapi(app.test_client(), api_key(*scopes), version)

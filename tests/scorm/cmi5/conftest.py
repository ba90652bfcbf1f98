"""Courses in the database and units that speak to the record store over HTTP."""

import json

import pytest
from sqlalchemy import select
from support.cmi5 import ACTOR, Unit, package

from core.db import db
from lrs.statements.models import Statement


@pytest.fixture
def system(app, api_key):
    """Another system: a client with a key that may do everything."""
    client = app.test_client()
    auth = api_key("all")

    class System:
        def post(self, path: str, **options):
            return client.post(f"/api/v1{path}", auth=auth, **options)

        def delete(self, path: str):
            return client.delete(f"/api/v1{path}", auth=auth)

        def course(self, *parts: str, **options) -> str:
            """Import a course; answers its id."""
            return self.bring(package(*parts, **options).getvalue())["id"]

        def bring(self, data: bytes, kind: str = "application/zip") -> dict:
            answer = self.post("/courses", data=data, content_type=kind)
            return answer.get_json() | {"status": answer.status_code}

    return System()


@pytest.fixture
def launch(system, content_client):
    """``launch(course, 0, reg=…, launchMode=…)`` → a unit that nobody has opened yet."""

    def launched(course: str, index: int = 0, **options) -> Unit:
        answer = system.post(f"/courses/{course}/launch-url/{index}", json={"actor": ACTOR, **options})
        assert answer.status_code == 201, answer.text
        return Unit(content_client, answer.get_json()["url"])

    return launched


@pytest.fixture
def told(app):
    """``told(registration)`` → its statements, oldest first."""

    def read(registration: str) -> list[dict]:
        with app.app_context():
            payloads = db.session.scalars(select(Statement.payload).order_by(Statement.seq))
            statements = [json.loads(payload) for payload in payloads]
        return [s for s in statements if s.get("context", {}).get("registration") == registration]

    return read

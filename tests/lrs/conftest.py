"""What tests of the record store share: a client of ``/xapi``."""

import sys
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

sys.path.insert(0, str(Path(__file__).parent))

hypothesis_settings.register_profile("busy machine", deadline=None)
hypothesis_settings.load_profile("busy machine")


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

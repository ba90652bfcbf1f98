"""What each scope opens, as a matrix; and that a credential is dead the moment it is revoked or expires."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from samples import agent, identified, statement, voiding
from sqlalchemy import select

from core.clock import frozen, now
from core.db import LOCK, FairLock, db, write
from lrs.credentials import service
from lrs.credentials.models import Credential
from lrs.credentials.rules import SCOPES

MAY_WRITE = {"all", "statements/write"}
MAY_READ = {"all", "all/read", "statements/read", "statements/read/mine"}


@pytest.mark.parametrize("scope", SCOPES)
def test_matrix(xapi_of, scope):
    caller = xapi_of(scope)
    expected_write = 200 if scope in MAY_WRITE else 403
    expected_read = 200 if scope in MAY_READ else 403
    assert caller.post(identified()).status_code == expected_write
    assert caller.put(identified()["id"], statement()).status_code == (204 if scope in MAY_WRITE else 403)
    assert caller.get().status_code == expected_read
    if expected_read == 403:
        assert caller.get().json["error"]["code"] == "scope_missing"


def test_scopes_add_up(xapi_of):
    both = xapi_of("statements/write", "statements/read/mine")
    assert (both.post(identified()).status_code, len(both.ids())) == (200, 1)


class TestOnlyMine:
    def test_sees_what_it_sent_and_nothing_else(self, xapi, xapi_of):
        mine = xapi_of("statements/write", "statements/read/mine")
        theirs, own = identified(), identified()
        gone = identified()
        xapi.post([theirs, gone, voiding(gone["id"])])
        mine.post(own)
        assert mine.ids() == [own["id"]]
        assert mine.ids(agent=json.dumps(agent()), related_agents="true", ascending="true") == [own["id"]]
        assert mine.get(statementId=own["id"]).status_code == 200
        assert mine.get(statementId=theirs["id"]).status_code == 404
        assert mine.get(voidedStatementId=gone["id"]).status_code == 404
        assert len(xapi.ids()) == 3

    def test_another_s_cursor_shows_no_more(self, xapi, xapi_of):
        xapi.post([identified() for _ in range(3)])
        more = xapi.get(limit=1).json["more"]
        assert xapi_of("statements/read/mine").follow(more).json["statements"] == []


def basic(text: str) -> dict:
    return {"Authorization": "Basic " + b64encode(text.encode()).decode(), "X-Experience-API-Version": "1.0.3"}


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic !!",
        "Basic " + b64encode(b"nocolon").decode(),
        "Basic " + b64encode(b"a:b").decode(),
        "Bearer x",
        "Basic " + "A" * 5000,
        "Basic /w==",
    ],
)
def test_without_a_good_credential_it_is_401_and_no_browser_asks(client, authorization):
    headers = {"X-Experience-API-Version": "1.0.3"} | ({} if authorization is None else {"Authorization": authorization})
    answer = client.get("/xapi/statements", headers=headers)
    assert answer.status_code == 401
    assert "WWW-Authenticate" not in answer.headers


def test_a_wrong_secret_is_401(client, api_key):
    key, secret = api_key("all")
    assert client.get("/xapi/statements", headers=basic(f"{key}:{secret}x")).status_code == 401
    assert client.get("/xapi/statements", headers=basic(f"{key}:{secret}")).status_code == 200


def test_revoked_is_dead_at_once(app, xapi):
    assert xapi.get().status_code == 200
    with app.app_context(), write():
        service.revoke(key=xapi.auth[0])
    assert xapi.get().status_code == 401
    assert xapi.post(statement()).status_code == 401


def test_expires(app, client):
    with app.app_context(), write():
        issued = service.create(name="short", scopes=["all"], expires_at=datetime(2100, 1, 1, tzinfo=UTC))
    for moment, status in ((datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC), 200), (datetime(2100, 1, 1, tzinfo=UTC), 401)):
        with frozen(moment):
            assert client.get("/xapi/statements", headers=basic(":".join(issued))).status_code == status


def test_last_use_is_noted_but_not_on_every_request(app, xapi, count_queries):
    def noted():
        with app.app_context():
            return db.session.scalar(select(Credential.last_used_at).where(Credential.key == xapi.auth[0]))

    assert noted() is None
    xapi.get()
    first = noted()
    assert first is not None
    with count_queries() as statements:
        xapi.get()
    assert not any(s.startswith("UPDATE") for s in statements)
    with frozen(now() + timedelta(minutes=6)):
        xapi.get()
    assert noted() > first


def test_a_database_that_cannot_be_written_can_still_be_read(sqlite_app):
    with sqlite_app.app_context(), write():
        issued = service.create(name="reader", scopes=["all"])
    sqlite_app.extensions[LOCK].acquire()
    try:
        with sqlite_app.app_context(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(FairLock.acquire, "__defaults__", (0.05,))
            assert service.check(*issued).name == "reader"
    finally:
        sqlite_app.extensions[LOCK].release()


def test_no_cookie_is_ever_believed(app, people, sign_in, xapi):
    browser = sign_in(app.test_client(), people["ada"])
    assert browser.get("/xapi/statements", headers={"X-Experience-API-Version": "1.0.3"}).status_code == 401
    assert browser.post("/xapi/statements", json=statement(), headers={"X-Experience-API-Version": "1.0.3"}).status_code == 401


def test_the_authority_is_the_credential(xapi):
    xapi.post(statement(authority=agent("mallory")))
    [kept] = xapi.get().json["statements"]
    assert kept["authority"] == {
        "objectType": "Agent",
        "name": "test",
        "account": {"homePage": "http://localhost", "name": f"key:{xapi.auth[0]}"},
    }

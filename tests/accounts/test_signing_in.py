"""Signing in and out, through the pages."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.people import queries, service
from accounts.sessions.models import Session
from core import clock
from core.clock import now
from core.db import db, write

COOKIE = "session"


def cookie(client) -> str | None:
    found = client.get_cookie(COOKIE)
    return found.value if found else None


def is_signed_in(client) -> bool:
    return client.get("/api/v1/me").status_code == 200


class TestSigningIn:
    def test_opens_a_session_and_goes_where_one_was_going(self, client, people):
        answer = client.post("/login", data={"email": "ALICE@example.org ", "password": people["alice"].password, "next": "/me?tab=1"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/me?tab=1")
        assert is_signed_in(client)

    def test_the_cookie_is_closed_to_scripts_and_other_sites(self, client, people):
        answer = client.post("/login", data={"email": people["alice"].email, "password": people["alice"].password})
        sent = next(h for h in answer.headers.getlist("Set-Cookie") if h.startswith(COOKIE + "="))
        assert "HttpOnly" in sent
        assert "SameSite=Lax" in sent
        assert "Domain" not in sent

    def test_only_a_digest_of_the_cookie_is_stored(self, app, client, people, sign_in):
        sign_in(client, people["alice"])
        with app.app_context():
            row = db.session.scalar(select(Session))
            assert cookie(client) not in (row.token_hash, row.csrf_secret, row.uuid)
            assert len(row.token_hash) == 64

    @pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org", ""])
    def test_a_wrong_address_and_a_wrong_password_get_the_same_answer(self, client, people, email):
        answer = client.post("/login", data={"email": email, "password": "not the password"})
        reference = client.post("/login", data={"email": email, "password": "not this one either"})
        assert answer.status_code == 422
        assert answer.text == reference.text
        assert cookie(client) is None

    def test_a_disabled_person_is_refused_like_a_wrong_password(self, app, client, people):
        with app.app_context(), write():
            service.disable(queries.get(people["bob"].id))
        assert client.post("/login", data={"email": people["bob"].email, "password": people["bob"].password}).status_code == 422

    def test_an_invited_person_without_a_password_cannot_sign_in(self, app, client, people):
        with app.app_context(), write():
            service.create(email="new@example.org", name="New")
        for password in ("", "None", "no password hashes to this; it only costs the same time"):
            assert client.post("/login", data={"email": "new@example.org", "password": password}).status_code == 422

    def test_gives_a_new_cookie_and_kills_the_old_one(self, app, client, people, sign_in, csrf):
        sign_in(client, people["alice"])
        old = cookie(client)
        again = {"email": people["alice"].email, "password": people["alice"].password}
        assert client.post("/login", data=again, headers=csrf(client)).status_code == 303
        assert cookie(client) != old
        thief = app.test_client()
        thief.set_cookie(COOKIE, old)
        assert not is_signed_in(thief)

    def test_a_cookie_planted_before_is_not_taken_over(self, client, people, sign_in):
        client.set_cookie(COOKIE, "planted-by-someone-else")
        sign_in(client, people["alice"])
        assert cookie(client) != "planted-by-someone-else"

    def test_from_another_site_is_refused(self, client, people):
        data = {"email": people["alice"].email, "password": people["alice"].password}
        assert client.post("/login", data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


class TestSigningOut:
    def test_ends_the_session_on_the_server(self, app, client, people, sign_in, csrf):
        sign_in(client, people["alice"])
        stolen = cookie(client)
        assert client.post("/logout", headers=csrf(client)).status_code == 303
        thief = app.test_client()
        thief.set_cookie(COOKIE, stolen)
        assert not is_signed_in(client)
        assert not is_signed_in(thief)

    def test_needs_the_token_of_the_page(self, client, people, sign_in):
        sign_in(client, people["alice"])
        assert client.post("/logout").status_code == 403
        assert is_signed_in(client)


class TestASessionEnds:
    def test_after_eight_hours_without_a_visit(self, client, people, sign_in):
        sign_in(client, people["alice"])
        with clock.frozen(now() + timedelta(hours=7, minutes=59)):
            assert is_signed_in(client)
        with clock.frozen(now() + timedelta(hours=16, minutes=1)):
            assert not is_signed_in(client)

    def test_and_a_visit_prolongs_it(self, client, people, sign_in):
        sign_in(client, people["alice"])
        with clock.frozen(now() + timedelta(hours=7)):
            assert is_signed_in(client)
        with clock.frozen(now() + timedelta(hours=14)):
            assert is_signed_in(client)

    def test_after_fourteen_days_however_often_one_visits(self, client, people, sign_in):
        start = now()
        sign_in(client, people["alice"])
        for hours in range(7, 14 * 24, 7):
            with clock.frozen(start + timedelta(hours=hours)):
                assert is_signed_in(client)
        with clock.frozen(start + timedelta(days=14, minutes=1)):
            assert not is_signed_in(client)

    def test_even_when_its_row_was_left_behind(self, app, client, people, sign_in):
        sign_in(client, people["alice"])
        with app.app_context(), write():
            queries.get(people["alice"].id).active = False
        assert not is_signed_in(client)

    @pytest.mark.parametrize(
        "change",
        [
            lambda person: service.disable(person),
            lambda person: service.set_role(person, role="author"),
            lambda person: service.set_password(person, password_hash="another"),
        ],
        ids=["disabled", "another role", "another password"],
    )
    def test_at_once_when_the_person_is(self, app, client, people, sign_in, change):
        sign_in(client, people["alice"])
        assert is_signed_in(client)
        with app.app_context(), write():
            change(queries.get(people["alice"].id))
        assert not is_signed_in(client)
        with app.app_context():
            assert db.session.scalar(select(Session)) is None

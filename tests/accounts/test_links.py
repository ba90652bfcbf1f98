"""Links that work once: set-up, invitation, reset."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts import housekeeping, setup
from accounts.invitations import service as invitations
from accounts.links import service as links
from accounts.links.models import Link
from accounts.people import queries
from accounts.people import service as people_service
from accounts.resets import service as resets
from core import clock
from core.clock import now
from core.db import db, write
from core.errors import NotFound

NEW = "another fine passphrase"


def path_of(address: str) -> str:
    assert address.startswith("http://localhost/")
    return address.removeprefix("http://localhost")


class TestTheLinkOfANewInstallation:
    DATA = {"name": "Ada", "email": "ada@example.org", "password": NEW}

    def test_makes_the_first_administrator_and_is_dead_afterwards(self, app, client):
        with app.app_context():
            path = path_of(setup.one_time_link())
        assert client.get(path).status_code == 200
        assert client.post(path, data=self.DATA).status_code == 303
        assert client.get("/admin/people").status_code == 200
        assert app.test_client().get(path).status_code == 404
        assert app.test_client().post(path, data=self.DATA | {"email": "eve@example.org"}).status_code == 404
        with app.app_context():
            assert setup.one_time_link() is None
            assert [p.email for p in db.session.scalars(queries.search())] == ["ada@example.org"]

    def test_is_not_used_up_by_mistakes_in_the_form(self, app, client):
        with app.app_context():
            path = path_of(setup.one_time_link())
        answer = client.post(path, data=self.DATA | {"password": "short"})
        assert answer.status_code == 422
        assert 'value="ada@example.org"' in answer.text
        assert client.post(path, data=self.DATA | {"email": "no address"}).status_code == 422
        assert client.post(path, data=self.DATA).status_code == 303

    def test_a_second_start_makes_a_new_one_and_kills_the_old(self, app, client):
        with app.app_context():
            first, second = path_of(setup.one_time_link()), path_of(setup.one_time_link())
        assert client.get(first).status_code == 404
        assert client.get(second).status_code == 200

    def test_is_worth_nothing_once_somebody_administers(self, app, client):
        with app.app_context():
            path = path_of(setup.one_time_link())
            with write():
                people_service.create(email="ada@example.org", name="Ada", role="admin")
        assert client.get(path).status_code == 404
        assert client.post(path, data=self.DATA | {"email": "eve@example.org"}).status_code == 404

    def test_is_dead_after_a_day(self, app, client):
        with app.app_context():
            path = path_of(setup.one_time_link())
        with clock.frozen(now() + timedelta(days=1, seconds=1)):
            assert client.get(path).status_code == 404

    @pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "..%2f..", "é"])
    def test_a_guess_opens_nothing(self, client, app, token):
        with app.app_context():
            setup.one_time_link()
        assert client.get(f"/setup/{token}").status_code == 404

    def test_the_sign_in_page_says_what_to_do_until_then(self, client, app):
        assert "no administrator" in client.get("/login").text
        with app.app_context(), write():
            people_service.create(email="ada@example.org", name="Ada", role="admin")
        assert "no administrator" not in client.get("/login").text


class TestALink:
    def test_is_stored_as_a_digest(self, app, people):
        with app.app_context():
            with write():
                token = links.mint(purpose="reset", valid=timedelta(hours=1), person_id=people["bob"].id)
            assert token not in str([vars(row) for row in db.session.scalars(select(Link))])
            assert len(token) >= 43

    def test_is_good_for_its_purpose_only(self, app, people):
        with app.app_context(), write():
            token = links.mint(purpose="reset", valid=timedelta(hours=1), person_id=people["bob"].id)
            with pytest.raises(NotFound):
                links.use(token, purpose="invitation")
            assert links.use(token, purpose="reset").person_id == people["bob"].id

    def test_of_many_at_once_one_succeeds(self, app, people):
        with app.app_context(), write():
            token = links.mint(purpose="reset", valid=timedelta(hours=1), person_id=people["bob"].id)

        def use(_number):
            with app.app_context():
                try:
                    with write():
                        links.use(token, purpose="reset")
                    return True
                except NotFound:
                    return False

        with ThreadPoolExecutor(8) as crowd:
            assert sum(crowd.map(use, range(16))) == 1

    def test_is_swept_away_a_month_after_its_end(self, app, people):
        with app.app_context():
            with write():
                links.mint(purpose="reset", valid=timedelta(hours=1), person_id=people["bob"].id)
            with clock.frozen(now() + timedelta(days=29)):
                housekeeping.sweep()
            assert db.session.scalar(select(Link)) is not None
            with clock.frozen(now() + timedelta(days=31)):
                housekeeping.sweep()
            assert db.session.scalar(select(Link)) is None


class TestInviting:
    def invite(self, client, csrf, **data):
        return client.post(
            "/admin/people/invite", headers=csrf(client), data={"email": "new@example.org", "role": "author", "language": "fr"} | data
        )

    def test_makes_the_account_and_mails_the_link_in_the_persons_language(self, app, client, people, sign_in, csrf, outbox):
        sign_in(client, people["ada"])
        answer = self.invite(client, csrf, name="Nina")
        assert answer.status_code == 200
        (letter,) = outbox.mails
        path = path_of(re.search(r"http://\S+", letter.get_content())[0])
        assert letter["To"] == "new@example.org"
        assert "Bonjour Nina" in letter.get_content()
        assert path in answer.text

        guest = app.test_client()
        assert "Nina" in guest.get(path).text
        assert guest.get(path).status_code == 200
        assert guest.post(path, data={"name": "Nina Roy", "password": NEW}).status_code == 303
        assert guest.get("/me").status_code == 200
        assert app.test_client().get(path).status_code == 404
        with app.app_context():
            person = queries.by_email("new@example.org")
            assert (person.name, person.role, person.state) == ("Nina Roy", "author", "active")

    def test_takes_the_person_into_groups(self, app, client, people, sign_in, csrf, outbox):
        from accounts.groups import queries as groups

        sign_in(client, people["ada"])
        with app.app_context():
            group = groups.by_name("Night shift")
            uuid, group_id = group.uuid, group.id
        self.invite(client, csrf, group=uuid)
        with app.app_context():
            person = queries.by_email("new@example.org")
            assert groups.group_ids_of(person.id) == [group_id]
            assert person.name == "New"

    def test_says_so_when_the_mail_server_fails_and_shows_the_link_all_the_same(self, client, people, sign_in, csrf, outbox):
        outbox.refuses = True
        sign_in(client, people["ada"])
        answer = self.invite(client, csrf)
        assert answer.status_code == 200
        assert "could not be sent" in answer.text
        assert "http://localhost/invitation/" in answer.text

    @pytest.mark.parametrize(
        "data", [{"email": "alice@example.org"}, {"email": "x"}, {"role": "king"}, {"language": "xx"}, {"group": "no-such-group"}]
    )
    def test_what_cannot_be_is_refused_and_nothing_is_made(self, app, client, people, sign_in, csrf, outbox, data):
        sign_in(client, people["ada"])
        assert self.invite(client, csrf, **data).status_code in (404, 409, 422)
        with app.app_context():
            assert queries.by_email("new@example.org") is None
            assert outbox.mails == []

    def test_says_so_when_there_is_no_mail_server(self, client, people, sign_in, csrf):
        sign_in(client, people["ada"])
        page = self.invite(client, csrf).text
        assert "pass the link on yourself" in page
        assert "on its way" not in page

    def test_is_dead_after_seven_days(self, app, client):
        with app.app_context(), write():
            path = path_of(invitations.link(invitations.invite(email="n@example.org", name="", role="learner", language="en")))
        with clock.frozen(now() + timedelta(days=6, hours=23)):
            assert client.get(path).status_code == 200
        with clock.frozen(now() + timedelta(days=7, minutes=1)):
            assert client.get(path).status_code == 404

    def test_a_disabled_guest_is_not_let_in(self, app, client):
        with app.app_context(), write():
            person = invitations.invite(email="n@example.org", name="", role="learner", language="en")
            path = path_of(invitations.link(person))
            people_service.disable(person)
        assert client.post(path, data={"name": "N", "password": NEW}).status_code == 404


class TestForgettingAPassword:
    def ask(self, client, email, **options):
        return client.post("/forgot", data={"email": email}, **options)

    def link_for(self, app, who) -> str:
        with app.app_context(), write():
            return path_of(resets.link(queries.get(who.id)))

    def test_the_answer_is_the_same_whether_the_address_is_known(self, client, people, outbox):
        known = self.ask(client, "Alice@example.org")
        unknown = self.ask(client, "alicf@example.org")
        assert known.status_code == unknown.status_code == 200
        assert known.text.replace("alice@", "x@") == unknown.text.replace("alicf@", "x@")
        assert [m["To"] for m in outbox.mails] == ["alice@example.org"]

    def test_a_disabled_person_gets_no_mail(self, app, client, people, outbox):
        with app.app_context(), write():
            people_service.disable(queries.get(people["bob"].id))
        assert self.ask(client, people["bob"].email).status_code == 200
        assert outbox.mails == []

    def test_the_link_leads_to_our_address_whatever_host_was_asked(self, client, people, outbox):
        self.ask(client, people["alice"].email, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        (letter,) = outbox.mails
        assert "evil.example" not in letter.as_string()
        assert "http://localhost/reset/" in letter.get_content()

    def test_opening_the_page_uses_nothing_up_and_confirming_does(self, app, client, people, outbox):
        self.ask(client, people["alice"].email)
        path = path_of(re.search(r"http://\S+", outbox.mails[0].get_content())[0])
        for _ in range(3):
            assert client.get(path).status_code == 200
        assert client.post(path, data={"password": "short"}).status_code == 422
        assert client.post(path, data={"password": NEW}).status_code == 303
        assert client.get(path).status_code == 404
        assert client.post(path, data={"password": "yet another phrase"}).status_code == 404
        for password, status in ((people["alice"].password, 422), (NEW, 303)):
            assert app.test_client().post("/login", data={"email": people["alice"].email, "password": password}).status_code == status

    def test_ends_every_session_and_every_other_link(self, app, client, people, sign_in):
        sign_in(client, people["alice"])
        with app.app_context(), write():
            used, other = (resets.link(queries.get(people["alice"].id)) for _ in range(2))
        assert client.get(path_of(used)).status_code == 404
        assert app.test_client().post(path_of(other), data={"password": NEW}).status_code == 303
        assert client.get("/me").status_code == 302

    def test_is_dead_after_an_hour(self, app, client, people, outbox):
        self.ask(client, people["alice"].email)
        path = path_of(re.search(r"http://\S+", outbox.mails[0].get_content())[0])
        with clock.frozen(now() + timedelta(minutes=61)):
            assert client.get(path).status_code == 404

    @pytest.mark.parametrize("change", [{"email": "alice.new@example.org"}, None], ids=["another address", "disabled"])
    def test_is_dead_when_the_person_has_changed(self, app, client, people, change):
        path = self.link_for(app, people["alice"])
        with app.app_context(), write():
            person = queries.get(people["alice"].id)
            people_service.edit(person, **change) if change else people_service.disable(person)
        assert client.get(path).status_code == 404

    def test_stays_dead_when_the_person_is_enabled_again(self, app, client, people):
        path = self.link_for(app, people["alice"])
        with app.app_context(), write():
            person = queries.get(people["alice"].id)
            people_service.disable(person)
            people_service.enable(person)
        assert client.get(path).status_code == 404

    def test_an_inbox_is_not_flooded_and_the_answer_does_not_tell(self, app, people, outbox):
        answers = {self.ask(app.test_client(), people["alice"].email).text for _ in range(6)}
        assert len(answers) == 1
        assert len(outbox.mails) == 3

    def test_one_address_may_not_ask_for_everybody(self, app, client, outbox):
        from accounts.resets.views import PER_NETWORK
        from accounts.throttle import service as throttle

        with app.app_context(), write():
            for _ in range(PER_NETWORK.count):
                throttle.take(PER_NETWORK, "127.0.0.1")
        assert self.ask(client, "x@example.org").status_code == 429

    def test_the_page_keeps_its_address_to_itself(self, app, client, people):
        answer = client.get(self.link_for(app, people["alice"]))
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"

"""The pages of one's account, of profiles, and of the administration of people and groups."""

import io

import pytest

from accounts.groups import queries as groups
from accounts.people import queries, service
from core.db import write

NEW = "another fine passphrase"


@pytest.fixture
def act(client, csrf):
    """``act("/me", name=…)`` posts a form of the signed-in client; answers (status, text)."""

    def post(path, **data):
        answer = client.post(path, data=data, headers=csrf(client), follow_redirects=False)
        return answer.status_code, answer.text

    return post


def person(app, who):
    with app.app_context():
        found = queries.get(who.id)
        return found.name, found.email, found.role, found.language, found.active


class TestMyAccount:
    def test_changes_name_and_language(self, app, client, people, sign_in, act):
        sign_in(client, people["alice"])
        assert act("/me", name=" Alice  Martin ", language="fr")[0] == 303
        assert person(app, people["alice"])[:4] == ("Alice Martin", "alice@example.org", "learner", "fr")
        assert 'lang="fr"' in client.get("/me").text

    @pytest.mark.parametrize(
        "data", [{"name": "", "language": "en"}, {"name": "x" * 121, "language": "en"}, {"name": "A", "language": "xx"}, {}]
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(self, app, client, people, sign_in, act, data):
        sign_in(client, people["alice"])
        status, text = act("/me", **data)
        assert status == 422
        assert "aria-invalid" in text
        assert person(app, people["alice"])[0] == "Alice"

    def test_what_else_is_sent_changes_nothing(self, app, client, people, sign_in, act):
        sign_in(client, people["alice"])
        extra = {"role": "admin", "email": "x@y.org", "active": "0", "id": "1", "uuid": "x", "password_hash": "x", "person_id": "1"}
        assert act("/me", name="Alice", language="en", **extra)[0] == 303
        assert person(app, people["alice"]) == ("Alice", "alice@example.org", "learner", "en", True)

    def test_changing_the_password_asks_for_the_old_one_and_signs_out_elsewhere(self, app, client, people, sign_in, act):
        alice = people["alice"]
        elsewhere = sign_in(app.test_client(), alice)
        sign_in(client, alice)
        before = client.get_cookie("session").value
        assert act("/me/password", current="not this", password=NEW)[0] == 422
        assert act("/me/password", current=alice.password, password="short")[0] == 422
        assert elsewhere.get("/me").status_code == 200
        assert act("/me/password", current=alice.password, password=NEW)[0] == 303
        assert elsewhere.get("/me").status_code == 302
        assert client.get("/me").status_code == 200
        assert client.get_cookie("session").value != before

    def test_guessing_the_old_password_is_throttled(self, client, people, sign_in, act):
        sign_in(client, people["alice"])
        statuses = [act("/me/password", current=f"guess {n}", password=NEW)[0] for n in range(11)]
        assert statuses == [422] * 10 + [429]
        assert act("/me/password", current=people["alice"].password, password=NEW)[0] == 429

    def test_lists_the_sessions_and_ends_one(self, app, client, people, sign_in, act):
        phone = app.test_client()
        phone.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"
        sign_in(phone, people["alice"])
        sign_in(client, people["alice"])
        page = client.get("/me").text
        assert "Firefox, Android" in page
        assert "this one" in page
        uuid = page.split("/me/sessions/", 1)[1].split("/end", 1)[0]
        assert act(f"/me/sessions/{uuid}/end")[0] == 303
        assert phone.get("/me").status_code == 302
        assert client.get("/me").status_code == 200

    def test_cannot_end_the_session_of_somebody_else(self, app, client, people, sign_in, act):
        from accounts.sessions import service as sessions

        bob = sign_in(app.test_client(), people["bob"])
        sign_in(client, people["alice"])
        with app.app_context():
            (theirs,) = sessions.of_person(people["bob"].id)
        assert act(f"/me/sessions/{theirs.uuid}/end")[0] == 404
        assert bob.get("/me").status_code == 200

    def test_ends_every_other_session(self, app, client, people, sign_in, act):
        others = [sign_in(app.test_client(), people["alice"]) for _ in range(2)]
        sign_in(client, people["alice"])
        assert act("/me/sessions/end")[0] == 303
        assert [c.get("/me").status_code for c in (*others, client)] == [302, 302, 200]


class TestAProfile:
    def test_shows_the_name_and_the_groups_never_the_address(self, client, people, sign_in):
        sign_in(client, people["bob"])
        page = client.get(f"/people/{people['alice'].uuid}").text
        assert "Alice" in page
        assert "Night shift" in page
        assert "alice@example.org" not in page
        assert "Administer" not in page

    def test_of_nobody_is_not_found(self, client, people, sign_in):
        sign_in(client, people["bob"])
        assert client.get("/people/00000000-0000-4000-8000-000000000000").status_code == 404

    def test_is_for_people_who_signed_in(self, client, people):
        answer = client.get(f"/people/{people['alice'].uuid}")
        assert answer.status_code == 302
        assert "/login?next=" in answer.headers["Location"]

    def test_a_hostile_name_is_shown_as_text(self, app, client, people, sign_in):
        with app.app_context(), write():
            service.edit(queries.get(people["alice"].id), name="<img src=x onerror=alert(1)>")
        sign_in(client, people["ada"])
        for path in (f"/people/{people['alice'].uuid}", "/admin/people", f"/admin/people/{people['alice'].uuid}"):
            page = client.get(path).text
            assert "<img src=x" not in page
            assert "&lt;img src=x" in page


class TestPeople:
    def test_are_found_by_words_role_state_and_group(self, app, client, people, sign_in):
        sign_in(client, people["ada"])
        with app.app_context():
            group = groups.by_name("Night shift").uuid

        def found(query):
            text = client.get(f"/admin/people?{query}").text
            return {name for name in people if f"{name}@example.org" in text}

        assert found("") == set(people)
        assert found("text=ALI") == {"alice"}
        assert found("text=example+bob") == {"bob"}
        assert found("text=%25") == set()
        with app.app_context(), write():
            service.edit(queries.get(people["bob"].id), name="Éloïse ß")
        assert found("text=elo") == found("text=ÉLOÏSE") == found("text=SS") == {"bob"}
        assert found("role=author") == {"erin"}
        assert found(f"group={group}") == {"alice", "bob", "dana"}
        assert found("state=disabled") == set()
        assert found("role=nonsense") == set()

    def test_come_fifty_a_page_in_a_fixed_number_of_queries(self, app, client, people, sign_in, count_queries):
        with app.app_context(), write():
            for number in range(60):
                service.create(email=f"p{number}@example.org", name=f"Person {number:02}")
        sign_in(client, people["ada"])
        with count_queries() as few:
            client.get("/admin/people?text=Person+0")
        with count_queries() as many:
            assert "Page 1 of 2" in client.get("/admin/people").text
        assert len(many) == len(few)
        for page in ("2", "999", "-1", "x"):
            assert client.get(f"/admin/people?page={page}").status_code == 200

    def test_are_edited_and_another_role_signs_them_out(self, app, client, people, sign_in, act):
        alice = sign_in(app.test_client(), people["alice"])
        sign_in(client, people["ada"])
        path = f"/admin/people/{people['alice'].uuid}"
        assert act(path, name="Alice M", email="Alice.M@example.org", language="fr", role="learner")[0] == 303
        assert alice.get("/me").status_code == 200
        assert act(path, name="Alice M", email="alice.m@example.org", language="fr", role="author")[0] == 303
        assert alice.get("/me").status_code == 302
        assert person(app, people["alice"]) == ("Alice M", "alice.m@example.org", "author", "fr", True)

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"email": "bob@example.org"}, 409),
            ({"email": "x"}, 422),
            ({"role": "king"}, 422),
            ({"name": ""}, 422),
            ({"language": "xx"}, 422),
        ],
    )
    def test_an_edit_that_cannot_be_changes_nothing(self, app, client, people, sign_in, act, change, status):
        sign_in(client, people["ada"])
        data = {"name": "New name", "email": "new@example.org", "language": "fr", "role": "author"} | change
        assert act(f"/admin/people/{people['alice'].uuid}", **data)[0] == status
        assert person(app, people["alice"]) == ("Alice", "alice@example.org", "learner", "en", True)

    def test_the_last_administrator_stays_one(self, app, client, people, sign_in, act):
        sign_in(client, people["ada"])
        path = f"/admin/people/{people['ada'].uuid}"
        assert act(path, name="Ada", email="ada@example.org", language="en", role="learner")[0] == 409
        assert act(f"{path}/disable")[0] == 409
        with app.app_context(), write():
            service.set_role(queries.get(people["erin"].id), role="admin")
        assert act(f"{path}/disable")[0] == 303
        assert client.get("/me").status_code == 302

    def test_are_disabled_at_once_and_enabled_again(self, app, client, people, sign_in, act):
        alice = sign_in(app.test_client(), people["alice"])
        sign_in(client, people["ada"])
        path = f"/admin/people/{people['alice'].uuid}"
        assert act(f"{path}/disable")[0] == 303
        assert alice.get("/me").status_code == 302
        assert act(f"{path}/enable")[0] == 303
        sign_in(alice, people["alice"])
        assert act(f"{path}/sessions/end")[0] == 303
        assert alice.get("/me").status_code == 302

    def test_many_are_acted_on_together_or_not_at_all(self, app, client, people, sign_in, act):
        sign_in(client, people["ada"])
        some = [people[n].uuid for n in ("alice", "charlie")]
        assert act("/admin/people/act", person=some, action="disable")[0] == 303
        assert [person(app, people[n])[4] for n in ("alice", "charlie", "bob")] == [False, False, True]
        assert act("/admin/people/act", person=[people["bob"].uuid, people["ada"].uuid], action="disable")[0] == 409
        assert person(app, people["bob"])[4] is True
        with app.app_context():
            group = groups.by_name("Night shift").uuid
        assert act("/admin/people/act", person=some, action="group", group=group)[0] == 303
        with app.app_context():
            assert groups.group_ids_of(people["charlie"].id)
        assert act("/admin/people/act", person=some, action="group", group="none")[0] == 404
        assert act("/admin/people/act", person=some, action="promote")[0] == 400

    def test_get_a_password_link_to_be_handed_over(self, app, client, people, sign_in, act):
        sign_in(client, people["ada"])
        status, text = act(f"/admin/people/{people['alice'].uuid}/link")
        assert status == 200
        path = text.split("http://localhost", 1)[1].split("<", 1)[0]
        assert app.test_client().post(path, data={"password": NEW}).status_code == 303
        act(f"/admin/people/{people['alice'].uuid}/disable")
        assert act(f"/admin/people/{people['alice'].uuid}/link")[0] == 409


class TestImportingInThePage:
    def post(self, client, csrf, action, text, **extra):
        data = {"action": action, "file": (io.BytesIO(text.encode()), "people.csv"), **extra}
        return client.post("/admin/people/import", data=data, headers=csrf(client), content_type="multipart/form-data")

    def test_tries_then_imports_and_mails_the_new_ones(self, app, client, people, sign_in, csrf, outbox):
        sign_in(client, people["ada"])
        file = "email,name\nnina@example.org,Nina\nbad,<b>x</b>\nalice@example.org,\n"
        trial = self.post(client, csrf, "try", file, invite="1")
        assert trial.status_code == 200
        assert "Nothing was changed" in trial.text
        with app.app_context():
            assert queries.by_email("nina@example.org") is None
        done = self.post(client, csrf, "import", file, invite="1")
        assert "1 created" in done.text
        assert "1 error" in done.text
        assert "1 invitation" in done.text
        assert [m["To"] for m in outbox.mails] == ["nina@example.org"]

    @pytest.mark.parametrize("text", ["", "name\nX\n", 'email\n"unclosed'])
    def test_says_what_is_wrong_with_a_file(self, client, people, sign_in, csrf, text):
        sign_in(client, people["ada"])
        assert self.post(client, csrf, "import", text).status_code == 400

    def test_without_a_file_says_so(self, client, people, sign_in, act):
        sign_in(client, people["ada"])
        assert act("/admin/people/import", action="import")[0] == 400


class TestGroupPages:
    def uuid(self, app):
        with app.app_context():
            return groups.every()[0].uuid

    def test_make_rename_and_dissolve(self, app, client, people, sign_in, act):
        sign_in(client, people["ada"])
        assert act("/admin/groups", name="Apprentices")[0] == 303
        assert "Apprentices" in client.get("/admin/groups").text
        assert act("/admin/groups", name="APPRENTICES")[0] == 409
        assert act("/admin/groups", name="")[0] == 422
        uuid = self.uuid(app)
        assert act(f"/admin/groups/{uuid}", name="Night shift")[0] == 409
        assert act(f"/admin/groups/{uuid}", name="First years")[0] == 303
        assert "First years" in client.get(f"/admin/groups/{uuid}").text
        assert act(f"/admin/groups/{uuid}/delete")[0] == 303
        assert client.get(f"/admin/groups/{uuid}").status_code == 404

    def test_members_come_by_their_addresses_and_unknown_ones_are_named(self, app, client, people, sign_in, act):
        sign_in(client, people["ada"])
        path = f"/admin/groups/{self.uuid(app)}"
        assert act(f"{path}/members", emails="charlie@example.org, erin@example.org")[0] == 303
        status, text = act(f"{path}/members", emails="nobody@example.org\nada@example.org\n<b>")
        assert status == 422
        assert "nobody@example.org" in text
        assert "<b>" not in text.split("<main")[1]
        assert "ada@example.org" not in text.split("<textarea")[1].split("</textarea>")[0]
        with app.app_context():
            assert {m.person.name for m in groups.members_of(groups.every()[0].id)} == {"Alice", "Bob", "Dana", "Charlie", "Erin", "Ada"}

    def test_trainers_are_made_and_members_removed(self, app, client, people, sign_in, act):
        sign_in(client, people["ada"])
        path = f"/admin/groups/{self.uuid(app)}/members"
        assert act(f"{path}/{people['dana'].uuid}/learns")[0] == 303
        assert act(f"{path}/{people['dana'].uuid}/trains")[0] == 303
        assert act(f"{path}/{people['alice'].uuid}/trains")[0] == 409
        assert act(f"{path}/{people['alice'].uuid}/remove")[0] == 303
        assert act(f"{path}/{people['alice'].uuid}/remove")[0] == 404
        assert act(f"{path}/{people['bob'].uuid}/explode")[0] == 404


ADMIN_PAGES = [
    "/admin/people",
    "/admin/people/invite",
    "/admin/people/import",
    "/admin/people/{person}",
    "/admin/groups",
    "/admin/groups/{group}",
]
ADMIN_ACTS = [
    "/admin/people/act",
    "/admin/people/invite",
    "/admin/people/import",
    "/admin/people/{person}",
    "/admin/people/{person}/disable",
    "/admin/people/{person}/enable",
    "/admin/people/{person}/link",
    "/admin/people/{person}/sessions/end",
    "/admin/groups",
    "/admin/groups/{group}",
    "/admin/groups/{group}/delete",
    "/admin/groups/{group}/members",
    "/admin/groups/{group}/members/{person}/remove",
]


class TestAdministrationIsForAdministrators:
    @pytest.mark.parametrize("who", ["alice", "dana", "erin", "ada", None])
    def test_pages_and_acts(self, app, client, people, sign_in, csrf, who):
        with app.app_context():
            names = {"person": people["charlie"].uuid, "group": groups.every()[0].uuid}
        headers = {}
        if who:
            sign_in(client, people[who])
            headers = csrf(client)
        for path in ADMIN_PAGES:
            assert client.get(path.format(**names)).status_code == {"ada": 200, None: 302}.get(who, 403), path
        if who == "ada":
            return
        for path in ADMIN_ACTS:
            assert client.post(path.format(**names), headers=headers).status_code == (403 if who else 401), path

    def test_every_act_needs_the_token_of_the_page(self, app, client, people, sign_in):
        with app.app_context():
            names = {"person": people["charlie"].uuid, "group": groups.every()[0].uuid}
        sign_in(client, people["ada"])
        for path in [*ADMIN_ACTS, "/me", "/me/password", "/me/sessions/end", "/logout", "/language"]:
            assert client.post(path.format(**names), data={"csrf_token": "0" * 64}).status_code == 403, path

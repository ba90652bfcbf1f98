"""Results: for trainers of the group, administrators and oneself; as a page and as a file."""

import csv
import io

import pytest

from catalogue.items import service as items
from catalogue.items.acts import activity
from core.clock import now
from core.db import db, write
from core.identity import person_agent
from core.spreadsheet import cell
from lrs import projections
from lrs.statements import service as statements

VERB = "http://adlnet.gov/expapi/verbs/"


@pytest.fixture
def shelf(app, people):
    """Two items for all, a draft of erin's; what alice, bob and charlie did."""
    did = [
        ("alice", "Fire", "passed", 0.9),
        ("alice", "Law", "launched", None),
        ("bob", "Fire", "failed", 0.2),
        ("charlie", "Fire", "completed", None),
        ("alice", "Draft", "launched", None),
    ]
    with app.app_context():
        with write():
            made = {
                title: items.create(
                    kind="video", title=title, owner_id=people["erin"].id, visibility="draft" if title == "Draft" else "published"
                )
                for title in ("Fire", "Law", "Draft")
            }
            for name, title, verb, score in did:
                result = {"result": {"score": {"scaled": score}}} if score is not None else {}
                actor = person_agent(uuid=people[name].uuid, name=people[name].name)
                statements.record(
                    {"actor": actor, "verb": {"id": VERB + verb}, "object": activity(made[title]), "timestamp": now().isoformat()} | result
                )
            uuids = {title: item.uuid for title, item in made.items()}
        projections.catch_up(5_000)
    return uuids


@pytest.fixture
def rows(app, people, sign_in):
    """``rows("dana", "?status=passed")`` → {(person, item): row} of the file."""

    def read(name: str, query: str = "") -> dict:
        answer = sign_in(app.test_client(), people[name]).get("/results.csv" + query)
        assert answer.status_code == 200, answer.text
        return {(r["person"], r["item"]): r for r in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))}

    return read


class TestWhoSeesWhom:
    def test_a_trainer_sees_the_group_and_only_published_items(self, shelf, rows):
        assert set(rows("dana")) == {("Alice", "Fire"), ("Alice", "Law"), ("Bob", "Fire")}

    def test_an_administrator_sees_all(self, shelf, rows):
        assert set(rows("ada")) == {("Alice", "Fire"), ("Alice", "Law"), ("Alice", "Draft"), ("Bob", "Fire"), ("Charlie", "Fire")}

    @pytest.mark.parametrize("name", ["alice", "erin"])
    def test_others_see_neither_page_nor_file(self, app, people, sign_in, name):
        client = sign_in(app.test_client(), people[name])
        assert [client.get(path).status_code for path in ("/results", "/results.csv")] == [403, 403]

    def test_a_member_of_the_group_is_no_trainer_of_it(self, app, people, shelf, rows):
        from accounts.groups.models import Membership

        with app.app_context(), write() as session:
            session.get(Membership, (session.query(Membership.group_id).first()[0], people["dana"].id)).is_trainer = False
        assert rows("dana") == {}

    def test_another_trainer_s_group_cannot_be_asked_for(self, app, people, shelf, rows):
        from accounts.groups import service as groups

        with app.app_context(), write():
            group = groups.create(name="Strangers")
            groups.add(group=group, person_id=people["charlie"].id)
            groups.add(group=group, person_id=people["alice"].id)
            uuid = group.uuid
        assert rows("dana", f"?group={uuid}") == {}
        assert {person for person, _item in rows("ada", f"?group={uuid}")} == {"Alice", "Charlie"}

    def test_one_s_own(self, app, people, sign_in, shelf):
        page = sign_in(app.test_client(), people["alice"]).get("/me/results").text
        assert "Fire" in page
        assert "Law" in page
        assert "90 %" in page
        assert "Bob" not in page
        assert "Draft" not in page


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("?status=passed", {("Alice", "Fire")}),
            ("?status=started", {("Alice", "Law")}),
            ("?q=bob", {("Bob", "Fire")}),
            ("?q=law", {("Alice", "Law")}),
            ("?q=alice+fire", {("Alice", "Fire")}),
            ("?q=%25", set()),
            ("?q=_", set()),
            ("?group=nonsense", set()),
            ("?item=nonsense", set()),
            ("?status=nonsense&sort=id;drop&page=-1", {("Alice", "Fire"), ("Alice", "Law"), ("Bob", "Fire")}),
        ],
    )
    def test_what_they_show(self, shelf, rows, query, expected):
        assert set(rows("dana", query)) == expected

    def test_an_item_shows_those_who_have_not_started_too(self, shelf, rows):
        found = rows("dana", f"?item={shelf['Law']}")
        assert {key: row["status"] for key, row in found.items()} == {("Alice", "Law"): "started", ("Bob", "Law"): "not_started"}
        assert set(rows("dana", f"?item={shelf['Law']}&status=not_started")) == {("Bob", "Law")}

    def test_a_hidden_item_cannot_be_asked_for(self, shelf, rows):
        assert rows("dana", f"?item={shelf['Draft']}") == {}

    def test_the_page_shows_the_same(self, app, people, sign_in, shelf):
        client = sign_in(app.test_client(), people["dana"])
        page = client.get("/results").text
        for words in ("Alice", "Bob", "Night shift", "Passed", "Not passed yet", "90 %", "20 %"):
            assert words in page
        assert "Charlie" not in page
        assert "Draft" not in page
        assert "Nothing matches" in client.get("/results?q=zzz").text

    def test_the_number_of_queries_does_not_grow(self, app, people, sign_in, shelf, count_queries):
        client = sign_in(app.test_client(), people["ada"])
        with count_queries() as few:
            client.get("/results?q=law")
        with count_queries() as many:
            client.get("/results")
        assert len(many) == len(few)


class TestFile:
    def test_its_columns_are_stable_and_its_numbers_are_numbers(self, shelf, rows):
        row = rows("dana")["Bob", "Fire"]
        assert (row["groups"], row["status"], row["score_scaled"], row["duration_s"], row["completed_at"]) == (
            "Night shift",
            "failed",
            "0.2",
            "0.0",
            "",
        )
        assert row["last_at"].endswith("+00:00")

    def test_nothing_in_it_is_a_formula(self, app, people, shelf, rows):
        from accounts.people.models import Person

        with app.app_context(), write():
            db.session.get(Person, people["bob"].id).name = '=HYPERLINK("http://evil.example")'
        assert ('\'=HYPERLINK("http://evil.example")', "Fire") in rows("dana")

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
    def test_cells_that_would_run(self, text):
        assert cell(text).startswith("'")

    @pytest.mark.parametrize(("value", "kept"), [(-0.5, "-0.5"), (None, ""), ("a=b", "a=b"), (3, "3")])
    def test_cells_that_would_not(self, value, kept):
        assert cell(value) == kept

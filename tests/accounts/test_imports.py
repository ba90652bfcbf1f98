"""Importing people from CSV."""

import pytest

from accounts.groups import queries as groups
from accounts.imports import rules, runner
from accounts.people import queries
from core.db import writing
from core.errors import BadRequest, TooLarge

HEAD = "email,name,role,language,groups\n"


def run(app, text: str | bytes, *, trial=False) -> list[tuple]:
    """Outcome of each line as (line, status), in the order of the file."""
    data = text if isinstance(text, bytes) else text.encode()
    with app.app_context():
        outcomes = runner.execute(rules.read(data).rows, trial=trial)
        return [(o.line, o.status) for o in outcomes]


class TestReadingAFile:
    @pytest.mark.parametrize(
        "data",
        [
            b"email,name\nana@x.org,\xc3\x89va\n",
            b"\xef\xbb\xbfemail,name\r\nana@x.org,\xc3\x89va\r\n",
            b"email;name\r\nana@x.org;\xc9va\r\n",
            "email\tname\nana@x.org\tÉva".encode("utf-16"),
            b'"email","name"\n"ana@x.org","\xc3\x89va"\n',
            b" Email , NAME \n ana@x.org ,  \xc3\x89va \n\n,,\n",
        ],
        ids=["utf-8", "mark", "windows", "utf-16", "quoted", "spaces"],
    )
    def test_as_spreadsheets_write_them(self, data):
        (row,) = rules.read(data).rows
        assert (row.email, row.name, row.role) == ("ana@x.org", "Éva", "")

    @pytest.mark.parametrize(
        ("text", "names"),
        [("email,groups\na@x.org,A|B; A\n", ("A", "B")), ("email;groups\na@x.org;A| B |\n", ("A", "B")), ("email;groups\na@x.org;\n", ())],
    )
    def test_several_groups_in_a_cell(self, text, names):
        assert rules.read(text.encode()).rows[0].groups == names

    def test_columns_that_mean_nothing_are_named(self):
        assert rules.read(b"email,Phone,name\na@x.org,1,A\n").ignored == ("phone",)

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"name,role\nA,learner\n",
            b"email,email\na,b\n",
            b'email\n"a@x.org',
            b"email\n\x00\x01",
            b"\xff\xfe\x00",
            b"PK\x03\x04\x00\x00",
        ],
    )
    def test_what_is_no_such_file_is_refused(self, data):
        with pytest.raises(BadRequest):
            rules.read(data)

    def test_size_is_limited(self):
        with pytest.raises(TooLarge):
            rules.read(b"email\n" + b"x" * rules.MAX_BYTES)
        with pytest.raises(TooLarge):
            rules.read(b"email\n" + b"a@x.org\n" * (rules.MAX_LINES + 1))


class TestImporting:
    def test_creates_updates_and_leaves_alone(self, app, people):
        file = HEAD + "alice@example.org,Alice Martin,,,\nBOB@example.org,,,,Night shift\nnina@example.org,Nina,author,fr,New|Night shift\n"
        assert run(app, file) == [(2, "updated"), (3, "unchanged"), (4, "created")]
        with app.app_context():
            nina = queries.by_email("nina@example.org")
            assert (nina.name, nina.role, nina.language, nina.state) == ("Nina", "author", "fr", "invited")
            assert [g.name for g, _t in groups.of_person(nina.id)] == ["New", "Night shift"]
            assert queries.by_email("alice@example.org").name == "Alice Martin"
        assert run(app, file) == [(2, "unchanged"), (3, "unchanged"), (4, "unchanged")]

    def test_a_bad_line_is_reported_and_changes_nothing_while_the_others_count(self, app, people):
        file = (
            HEAD
            + "no address,X,,,\nnina@x.org,Nina,king,,Half\nalice@example.org,Other,,xx,Half\no@x.org,O,,,\nO@x.org,P,,,\na,b,c,d,e,f\n"
        )
        assert run(app, file) == [(2, "error"), (3, "error"), (4, "error"), (5, "created"), (6, "error"), (7, "error")]
        with app.app_context():
            assert groups.by_name("Half") is None
            assert queries.by_email("nina@x.org") is None
            assert queries.by_email("alice@example.org").name == "Alice"
            assert queries.by_email("o@x.org").name == "O"

    def test_cannot_take_the_last_administrator_away(self, app, people):
        assert run(app, HEAD + "ada@example.org,,learner,,\n") == [(2, "error")]

    def test_another_role_ends_the_sessions(self, app, client, people, sign_in):
        sign_in(client, people["alice"])
        assert run(app, HEAD + "alice@example.org,,author,,\n") == [(2, "updated")]
        assert client.get("/me").status_code == 302

    def test_a_trainer_trains_the_groups_on_the_line(self, app, people):
        run(app, HEAD + "tom@x.org,Tom,trainer,,Day\n")
        with app.app_context():
            assert [(g.name, trains) for g, trains in groups.of_person(queries.by_email("tom@x.org").id)] == [("Day", True)]

    def test_a_trial_changes_nothing(self, app, people):
        assert run(app, HEAD + "nina@x.org,Nina,,,New\n", trial=True) == [(2, "created")]
        with app.app_context():
            assert queries.by_email("nina@x.org") is None
            assert groups.by_name("New") is None

    def test_a_long_file_lets_others_write_between_its_units(self, app, people):
        lines = 2 * runner.UNIT + 1
        units = []
        with app.app_context():
            sheet = rules.read((HEAD + "".join(f"p{n}@x.org,,,,All\n" for n in range(lines)) + "p0@x.org,,,,\n").encode())
            outcomes = runner.execute(sheet.rows, trial=False, also=lambda part: units.append((len(part), writing())))
            assert units == [(runner.UNIT, True), (runner.UNIT, True), (2, True)]
            assert [o.status for o in outcomes] == ["created"] * lines + ["error"]
            assert len(groups.members_of(groups.by_name("All").id)) == lines

"""``./run cli user …``: what it prints and with which code it ends."""

import json

import pytest

from accounts.people import queries

PASSPHRASE = "a fine long passphrase"


@pytest.fixture
def run(app):
    """``run("list", "--json")`` → (exit code, the JSON value or the text, standard error)."""

    def command(*arguments, typed=None):
        with app.app_context():  # as cli.py does
            result = app.test_cli_runner().invoke(args=["user", *arguments], input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        out = json.loads(result.stdout) if "--json" in arguments and result.stdout else result.stdout
        return result.exit_code, out, result.stderr

    return command


def test_create_reads_the_password_from_standard_input(run, client):
    code, out, _err = run(
        "create", "--email", "Ada@Example.org", "--name", "Ada", "--role", "admin", "--password-stdin", "--json", typed=PASSPHRASE + "\n"
    )
    assert code == 0
    assert (out["email"], out["role"], out["state"]) == ("ada@example.org", "admin", "active")
    assert PASSPHRASE not in json.dumps(out)
    assert client.post("/login", data={"email": "ada@example.org", "password": PASSPHRASE}).status_code == 303


@pytest.mark.parametrize(
    ("arguments", "typed", "code"),
    [
        (["--email", "x@y.org", "--name", "X", "--password-stdin"], "short\n", 1),
        (["--email", "x@y.org", "--name", "X", "--password-stdin"], b"\xff\xfe\xfd not text\n", 1),
        (["--email", "nonsense", "--name", "X"], None, 1),
        (["--email", "alice@example.org", "--name", "X"], None, 1),
        (["--email", "x@y.org"], None, 2),
        (["--email", "x@y.org", "--name", "X", "--role", "king"], None, 2),
    ],
)
def test_create_refuses_honestly(run, people, app, arguments, typed, code):
    ended, out, err = run("create", *arguments, typed=typed)
    assert ended == code
    assert not out
    assert err
    with app.app_context():
        assert queries.by_email("x@y.org") is None


def test_list_filters_by_role_and_state(run, people):
    assert [p["email"] for p in run("list", "--role", "trainer", "--json")[1]] == ["dana@example.org"]
    run("disable", "bob@example.org")
    assert [p["email"] for p in run("list", "--state", "disabled", "--json")[1]] == ["bob@example.org"]
    assert "dana@example.org" in run("list")[1]


def test_disable_and_enable(run, people, client, sign_in):
    sign_in(client, people["alice"])
    code, out, _err = run("disable", "ALICE@example.org", "--json")
    assert code == 0
    assert out["state"] == "disabled"
    assert client.get("/me").status_code == 302
    assert run("enable", "alice@example.org", "--json")[1]["state"] == "active"
    sign_in(client, people["alice"])


@pytest.mark.parametrize("verb", ["disable", "enable", "reset"])
def test_an_unknown_address_is_an_error(run, people, verb):
    code, out, err = run(verb, "nobody@example.org", "--json")
    assert code == 1
    assert not out
    assert "nobody@example.org" in err


def test_the_last_administrator_cannot_be_disabled(run, people):
    code, _out, err = run("disable", "ada@example.org")
    assert code == 1
    assert "only administrator" in err


def test_reset_prints_a_link_that_works(run, people, client):
    code, out, _err = run("reset", "alice@example.org", "--json")
    assert code == 0
    assert out["link"].startswith("http://localhost/reset/")
    assert client.post(out["link"].removeprefix("http://localhost"), data={"password": PASSPHRASE}).status_code == 303


def test_reset_of_somebody_without_a_password_is_an_invitation(run, people):
    run("create", "--email", "new@example.org", "--name", "New")
    assert "/invitation/" in run("reset", "new@example.org")[1]


def test_reset_can_set_the_password_itself(run, people, client):
    assert run("reset", "alice@example.org", "--password-stdin", typed=PASSPHRASE + "\r\n")[0] == 0
    assert client.post("/login", data={"email": "alice@example.org", "password": PASSPHRASE}).status_code == 303


class TestImport:
    def test_reports_every_line_and_ends_with_1_when_one_failed(self, run, people, tmp_path):
        file = tmp_path / "people.csv"
        file.write_text("email;name;phone\nnina@example.org;Nina;1\nbroken;X;2\nalice@example.org;;3\n")
        code, out, _err = run("import", str(file), "--json")
        assert code == 1
        assert (out["created"], out["updated"], out["unchanged"], out["error"]) == (1, 0, 1, 1)
        assert out["ignored_columns"] == ["phone"]
        assert [(entry["line"], entry["status"]) for entry in out["lines"]] == [(2, "created"), (3, "error"), (4, "unchanged")]
        assert out["lines"][1]["reason"]

    def test_a_dry_run_changes_nothing(self, run, people, tmp_path, app):
        file = tmp_path / "people.csv"
        file.write_text("email\nnina@example.org\n")
        code, out, _err = run("import", str(file), "--dry-run", "--json")
        assert (code, out["created"], out["dry_run"]) == (0, 1, True)
        with app.app_context():
            assert queries.by_email("nina@example.org") is None

    def test_a_file_that_is_no_csv_or_not_there(self, run, tmp_path):
        file = tmp_path / "people.csv"
        file.write_bytes(b"PK\x03\x04\0\0")
        assert run("import", str(file))[0] == 1
        assert run("import", str(tmp_path / "missing.csv"))[0] == 2

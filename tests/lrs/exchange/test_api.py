"""``/api/v1/statements/export`` and ``/import``: who may, what comes, and that nobody can speak for another."""

import csv
import gzip
import io
import json
from datetime import timedelta

import pytest
from pyarrow import parquet
from samples import agent, identified, rich, voiding

from core.clock import now
from core.db import db
from lrs.exchange.rules import COLUMNS
from lrs.statements.models import Statement

EXPORT, IMPORT = "/api/v1/statements/export", "/api/v1/statements/import"
LINES = "application/x-ndjson"


class Files:
    """A client with a key: ``files.out(format="csv")``, ``files.into(statement, …)``."""

    def __init__(self, client, credential):
        self.client, self.auth = client, tuple(credential)

    def out(self, **parameters):
        return self.client.get(EXPORT, query_string=parameters, auth=self.auth)

    def into(self, *statements, kind: str = LINES, **parameters):
        body = statements[0] if isinstance(statements[0], bytes) else "\n".join(map(json.dumps, statements)).encode()
        return self.client.post(IMPORT, query_string=parameters, data=body, content_type=kind, auth=self.auth)


@pytest.fixture
def files_of(app, api_key):
    return lambda *scopes: Files(app.test_client(), api_key(*scopes))


@pytest.fixture
def files(files_of):
    return files_of("all")


class TestWhoMay:
    @pytest.mark.parametrize(
        ("scopes", "out", "into"),
        [
            (("all",), 200, 200),
            (("all/read",), 200, 403),
            (("statements/read",), 200, 403),
            (("statements/read/mine",), 403, 403),
            (("statements/write",), 403, 200),
            (("state",), 403, 403),
        ],
    )
    def test_keys(self, files_of, scopes, out, into):
        files = files_of(*scopes)
        assert (files.out().status_code, files.into(identified()).status_code) == (out, into)

    def test_people(self, app, people, sign_in, csrf):
        for name, may in (("ada", 200), ("dana", 403), ("erin", 403), ("alice", 403)):
            client = sign_in(app.test_client(), people[name])
            assert client.get(EXPORT).status_code == may
            line = json.dumps(identified())
            assert client.post(IMPORT, data=line, content_type=LINES, headers=csrf(client)).status_code == may
            assert client.post(IMPORT, data=line, content_type=LINES).status_code == 403
        assert app.test_client().get(EXPORT).status_code == 401

    def test_a_launch_may_neither(self, app):
        from core.db import write
        from lrs.credentials.launches import issue_launch

        may = ["statements/write", "statements/read"]
        with app.app_context(), write():
            issued = issue_launch(
                actor=agent(), registration=None, activity="https://example.org/a", scopes=may, expires_at=now() + timedelta(hours=1)
            )
        files = Files(app.test_client(), (issued.key, issued.secret))
        assert {files.out().status_code, files.into(identified()).status_code} <= {401, 403}


class TestWhoVouches:
    FORGED = identified(authority={"objectType": "Agent", "account": {"homePage": "http://localhost", "name": "colloquium"}})

    def test_an_ordinary_key_vouches_itself(self, app, files, files_of):
        writer = files_of("statements/write")
        assert writer.into(self.FORGED).json["new"] == 1
        kept = json.loads(files.out().data)
        assert kept["authority"]["account"]["name"] == f"key:{writer.auth[0]}"
        with app.app_context():
            assert db.session.query(Statement.trust).one() == ("self",)

    @pytest.mark.parametrize("scopes", [("statements/write",), ("statements/write", "all/read")])
    def test_and_cannot_keep_what_others_vouched_for(self, files_of, scopes):
        answer = files_of(*scopes).into(self.FORGED, authority="keep")
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "foreign_authority")

    def test_an_administrator_can(self, app, files):
        assert files.into(self.FORGED, authority="keep").json["new"] == 1
        assert json.loads(files.out().data)["authority"] == self.FORGED["authority"]
        with app.app_context():
            assert db.session.query(Statement.trust).one() == ("system",)

    def test_an_administrator_is_named(self, app, people, sign_in, csrf, files):
        ada = sign_in(app.test_client(), people["ada"])
        ada.post(IMPORT, data=json.dumps(self.FORGED), content_type=LINES, headers=csrf(ada))
        assert json.loads(files.out().data)["authority"]["account"]["name"] == people["ada"].uuid


class TestImport:
    def test_answers_with_counts_and_places(self, files):
        mine = identified()
        told = files.into(mine, mine | {"verb": {"id": "https://example.org/other"}}, identified(result={"score": {"scaled": 2}})).json
        problems = told.pop("problems")
        assert told == {"lines": 3, "new": 1, "there": 0, "conflict": 1, "bad": 1}
        assert [(p["line"], p["outcome"], p["path"]) for p in problems] == [
            (2, "conflict", "$.id"),
            (3, "bad", "$.result.score"),
        ]
        assert problems[0]["id"] == mine["id"]

    def test_compressed(self, files):
        assert files.into(gzip.compress(json.dumps(identified()).encode()), kind="application/gzip").json["new"] == 1

    @pytest.mark.parametrize(
        ("body", "kind", "status"),
        [
            (b"{}", "application/json", 415),
            (b"a=b", "application/x-www-form-urlencoded", 415),
            (b"PK\x03\x04 no zip at all", "application/zip", 400),
            (gzip.compress(b"{}\n" * 50, mtime=0)[:-9], "application/gzip", 400),
            (b"\x1f\x8b\x08\x00 not gzip", "application/gzip", 400),
            (b"", LINES, 200),
        ],
    )
    def test_what_it_is_not(self, files, body, kind, status):
        assert files.into(body, kind=kind).status_code == status

    def test_larger_than_a_request_may_be_otherwise(self, app, files):
        limit = app.config["SETTINGS"].max_body_bytes
        assert files.into(b" " * (limit + 10) + b"\n" + json.dumps(identified()).encode()).json["new"] == 1


class TestExport:
    def test_says_what_it_holds(self, files):
        files.into(identified())
        answer = files.out()
        assert answer.mimetype == LINES
        assert answer.headers["Content-Disposition"].endswith(".jsonl")
        assert answer.headers["Cache-Control"] == "no-store"
        through = answer.headers["X-Experience-API-Consistent-Through"]
        files.into(late := identified())
        assert [json.loads(line)["id"] for line in files.out(since=through).data.splitlines()] == [late["id"]]

    def test_the_filters_of_the_standard(self, files):
        ours, theirs = identified(actor=agent("ben")), identified()
        files.into(ours, theirs)
        assert [json.loads(line)["id"] for line in files.out(agent=json.dumps(agent("ben"))).data.splitlines()] == [ours["id"]]
        assert [json.loads(line)["id"] for line in files.out(ascending="false").data.splitlines()] == [theirs["id"], ours["id"]]

    @pytest.mark.parametrize(
        "parameters",
        [
            {"verb": "x"},
            {"limit": "3"},
            {"format": "xml"},
            {"format": "csv", "attachments": "true"},
            {"since": "yesterday"},
            {"attachments": "1"},
        ],
    )
    def test_what_is_wrong_is_named(self, files, parameters):
        answer = files.out(**parameters)
        assert answer.status_code == 400
        assert next(iter(answer.json["error"]["fields"])) in parameters

    def test_costs_the_same_number_of_queries_for_each_page(self, files, count_queries):
        files.into(*(identified() for _ in range(600)))
        with count_queries() as asked:
            assert files.out().data.count(b"\n") == 600
        pages = [q for q in asked if "lrs_statement.payload" in q]
        assert len(pages) <= 4

    def test_is_described(self, app):
        described = app.test_client().get("/api/v1/openapi.json").json["paths"]
        assert {p["name"] for p in described[EXPORT]["get"]["parameters"]} >= {"agent", "format", "attachments", "since"}
        assert LINES in described[IMPORT]["post"]["requestBody"]["content"]


class TestTables:
    def test_csv(self, files):
        whole = rich() | {"actor": {"objectType": "Agent", "name": "=cmd()", "mbox": "mailto:a@example.org"}}
        files.into(whole)
        (row,) = csv.DictReader(io.StringIO(files.out(format="csv").data.decode("utf-8-sig")))
        assert tuple(row) == COLUMNS
        assert row["actor_name"] == "'=cmd()"
        assert row["actor_key"] == "mbox mailto:a@example.org"
        assert row["timestamp"] == "2026-11-22T09:00:00.123456Z"
        assert (row["success"], row["completion"], row["score_scaled"], row["score_raw"]) == ("false", "true", "-0.5", "2.0")
        assert row["duration_s"] == str(86_400 + 2 * 3600 + 3 * 60 + 4.56)
        assert (row["response"], row["interaction_type"], row["correct_pattern"]) == ("saturn", "choice", '["jupiter"]')
        assert row["object_name"] == "Question 4"

    def test_an_empty_log(self, files):
        assert files.out(format="csv").data.decode("utf-8-sig").strip() == ",".join(COLUMNS)
        assert parquet.read_table(io.BytesIO(files.out(format="parquet").data)).num_rows == 0

    def test_names_in_a_language(self, files):
        from lrs import projections

        names = {"name": {"en": "Fire", "fr": "Feu"}}
        files.into(
            identified(object={"id": "https://example.org/a", "definition": names}), identified(object={"id": "https://example.org/a"})
        )
        with files.client.application.app_context():
            projections.catch_up()
        for language in ("fr", "fr-CA"):
            assert files.out(format="csv", language=language).data.count(b",Feu,") == 2
        assert files.out(format="csv").data.count(b",Fire,") == 2

    def test_parquet_says_the_same_with_types(self, files):
        files.into(rich(), voiding("00000000-0000-4000-8000-000000000001"), identified(result={"duration": "P1Y"}))
        table = parquet.read_table(io.BytesIO(files.out(format="parquet").data))
        assert table.column_names == list(COLUMNS)
        assert table["success"].to_pylist() == [False, None, None]
        assert table["score_raw"].to_pylist() == [2.0, None, None]
        assert table["duration_s"].to_pylist()[2] is None
        assert table["timestamp"].to_pylist()[0].isoformat() == "2026-11-22T09:00:00.123456+00:00"

    def test_parquet_without_pyarrow(self, files, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
        answer = files.out(format="parquet")
        assert answer.status_code == 415
        assert "requirements-parquet.txt" in answer.json["error"]["message"]

"""A zip of statements with the data of their attachments: what is in it comes back byte for byte."""

import hashlib
import io
import json
import zipfile

import pytest
from samples import identified

EXPORT, IMPORT = "/api/v1/statements/export", "/api/v1/statements/import"
DATA, OTHER = b"%PDF-1.7 a certificate\x00\xff" * 50, b"a drawing"


def attachment(data: bytes, kind: str = "application/pdf") -> dict:
    return {
        "usageType": "https://example.org/usage",
        "display": {"en": "A file"},
        "contentType": kind,
        "length": len(data),
        "sha2": hashlib.sha256(data).hexdigest(),
    }


@pytest.fixture
def zipped(app, api_key):
    """``zipped(statements, {name: data})`` → the answer to the import of such a zip."""
    auth = tuple(api_key("all"))

    def send(statements, entries):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("statements.jsonl", "\n".join(map(json.dumps, statements)))
            for name, data in entries.items():
                archive.writestr(name, data)
        return app.test_client().post(IMPORT, data=file.getvalue(), content_type="application/zip", auth=auth).json

    return send


@pytest.fixture
def out(app, api_key):
    def fetch(**parameters) -> bytes:
        return app.test_client().get(EXPORT, query_string=parameters, auth=tuple(api_key("all"))).data

    return fetch


def entry(data: bytes) -> str:
    return "attachments/" + hashlib.sha256(data).hexdigest()


def test_there_and_back(app, zipped, out, emptied):
    both = identified(attachments=[attachment(DATA), attachment(OTHER, "image/svg+xml")])
    same = identified(attachments=[attachment(DATA)])
    assert zipped([both, same], {entry(DATA): DATA, entry(OTHER): OTHER})["new"] == 2
    first = out(attachments="true")
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == sorted(["statements.jsonl", entry(DATA), entry(OTHER)])
        assert archive.read(entry(DATA)) == DATA
    with app.app_context():
        emptied(app)
    answer = app.test_client().post(IMPORT, data=first, content_type="application/zip", auth=_key(app))
    assert answer.json["new"] == 2, answer.text
    with zipfile.ZipFile(io.BytesIO(first)) as before, zipfile.ZipFile(io.BytesIO(_out(app))) as after:
        assert {n: after.read(n) for n in after.namelist() if n != "statements.jsonl"} == {
            n: before.read(n) for n in before.namelist() if n != "statements.jsonl"
        }
    assert app.test_client().post(IMPORT, data=first, content_type="application/zip", auth=_key(app)).json["there"] == 2


def test_only_what_the_statements_name_is_in_it(zipped, out):
    mine, other = (
        identified(attachments=[attachment(DATA)]),
        identified(attachments=[attachment(OTHER)], verb={"id": "https://example.org/v"}),
    )
    zipped([mine, other], {entry(DATA): DATA, entry(OTHER): OTHER})
    with zipfile.ZipFile(io.BytesIO(out(attachments="true", verb="https://example.org/v"))) as archive:
        assert sorted(archive.namelist()) == sorted(["statements.jsonl", entry(OTHER)])


@pytest.mark.parametrize("entries", [{}, {entry(DATA): OTHER}, {"../" + entry(DATA): DATA}])
def test_missing_or_wrong_data_is_told(zipped, entries):
    told = zipped([identified(attachments=[attachment(DATA)]), identified()], entries)
    assert (told["new"], told["bad"]) == (1, 1)
    assert told["problems"][0]["line"] == 1


def test_lines_alone_cannot_bring_data(app, zipped, out):
    zipped([identified(attachments=[attachment(DATA)])], {entry(DATA): DATA})
    told = app.test_client().post(
        IMPORT, data=json.dumps(identified(attachments=[attachment(DATA)])), content_type="application/x-ndjson", auth=_key(app)
    )
    assert told.json["bad"] == 1
    assert told.json["problems"][0]["path"] == "$.attachments[0]"


def test_nothing_is_left_of_what_was_there(app, zipped):
    mine = identified(attachments=[attachment(DATA)])
    zipped([mine], {entry(DATA): DATA})
    assert zipped([mine], {entry(DATA): DATA})["there"] == 1
    folder = app.config["SETTINGS"].data_dir / "files"
    assert [p.name for p in folder.rglob("*") if p.is_file()] == [hashlib.sha256(DATA).hexdigest()]


def _key(app) -> tuple[str, str]:
    from core.db import write
    from lrs.credentials import service

    with app.app_context(), write():
        return tuple(service.create(name="again", scopes=["all"]))


def _out(app) -> bytes:
    return app.test_client().get(EXPORT, query_string={"attachments": "true"}, auth=_key(app)).data

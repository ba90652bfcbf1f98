"""What the server adds leaves the client's bytes alone; what it must change is changed and nothing else."""

import json
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from samples import agent, rich, statement, statements

from lrs.statements.prepare import prepare
from lrs.statements.splice import complete

AUTHORITY = {"objectType": "Agent", "account": {"homePage": "https://example.org", "name": "key"}}
STORED = "2026-11-22T02:24:00.000001Z"


def kept(raw: bytes, version: str = "1.0.3") -> bytes:
    [p] = prepare([raw], authority=AUTHORITY, version=version, trust="self")
    return complete(p.raw, p.tail, stored=STORED.encode(), needs_timestamp=p.needs_timestamp)


def test_a_complete_statement_keeps_every_byte():
    raw = json.dumps(rich(), indent=1, ensure_ascii=False).encode().replace(b"10.5", b"10.500").replace(b"1e+300", b"1E0300")
    assert kept(raw).startswith(raw[:-1])


def test_missing_members_are_added():
    whole = json.loads(kept(b'{"actor":{"mbox":"mailto:a@example.org"},"verb":{"id":"a:v"},"object":{"id":"a:o"} }'))
    assert (whole["stored"], whole["timestamp"], whole["version"], whole["authority"]) == (STORED, STORED, "1.0.0", AUTHORITY)
    assert UUID(whole["id"]).version == 7


def test_two_gets_version_two():
    assert json.loads(kept(orjson.dumps(statement()), "2.0.0"))["version"] == "2.0.0"


@pytest.mark.parametrize("name", ["stored", "st\\u006fred", "authority", "\\u0061uthority"])
def test_what_only_the_server_may_say_is_replaced(name):
    value = b'"1999-01-01T00:00:00Z"' if "red" in name else json.dumps(agent("mallory")).encode()
    raw = b'{"%s":%s,"result":{"score":{"raw":1.10}},%s' % (name.encode(), value, orjson.dumps(statement())[1:])
    text = kept(raw)
    whole = json.loads(text)
    assert (whole["stored"], whole["authority"]) == (STORED, AUTHORITY)
    assert b"1.10" in text
    assert b"1999" not in text
    assert b"mallory" not in text


def test_a_single_context_activity_becomes_an_array_and_numbers_stay():
    raw = (
        b'{"context":{"contextActivities":{"parent":{"id":"a:p"},"other":[ {"id":"a:o"}]},"extensions":{"a:x":1.00}},%s'
        % orjson.dumps(statement())[1:]
    )
    text = kept(raw)
    assert json.loads(text)["context"]["contextActivities"] == {"parent": [{"id": "a:p"}], "other": [{"id": "a:o"}]}
    assert b"1.00" in text


def test_also_inside_a_substatement():
    sub = {"objectType": "SubStatement", **statement(context={"contextActivities": {"grouping": {"id": "a:g"}}})}
    whole = json.loads(kept(orjson.dumps(statement(object=sub))))
    assert whole["object"]["context"]["contextActivities"] == {"grouping": [{"id": "a:g"}]}


@pytest.mark.parametrize(
    ("version", "given", "returned"),
    [
        ("1.0.3", "2026-11-22T10:00:00.1234567+01:00", "2026-11-22T10:00:00.1234567+01:00"),
        ("2.0.0", "2026-11-22T10:00:00.1234567+01:00", "2026-11-22T09:00:00.1234567Z"),
        ("2.0.0", "2026-01-01T00:30:00-05:30", "2026-01-01T06:00:00Z"),
        ("2.0.0", "2026-11-22T10:00:00.10Z", "2026-11-22T10:00:00.10Z"),
    ],
)
def test_timestamps_become_utc_in_two_only(version, given, returned):
    assert json.loads(kept(orjson.dumps(statement(timestamp=given)), version))["timestamp"] == returned


@given(statements)
def test_every_valid_statement_comes_back_as_it_was_sent(sent):
    returned = json.loads(kept(json.dumps(sent).encode()))
    for name in ("actor", "verb", "object", "result", "timestamp", "id"):
        if name in sent:
            assert json.dumps(returned[name]) == json.dumps(sent[name])
    if "context" in sent:
        singles = sent["context"].get("contextActivities", {})
        expected = sent["context"] | {"contextActivities": {k: v if isinstance(v, list) else [v] for k, v in singles.items()}}
        assert returned["context"] | {"contextActivities": returned["context"].get("contextActivities", {})} == expected
    assert set(returned) == set(sent) | {"id", "stored", "timestamp", "authority", "version"}

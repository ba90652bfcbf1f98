"""The document resources by HTTP: what is kept comes back byte for byte, under the conditions of each version."""

import gzip
import hashlib
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from samples import agent

from core.clock import frozen, now
from core.db import write
from core.storage import storage

IRI = "https://example.org/activities/course"
ANN = json.dumps(agent("ann"))
REGISTRATION = str(uuid4())
PLACES = {
    "/xapi/activities/state": {"activityId": IRI, "agent": ANN, "stateId": "s"},
    "/xapi/activities/profile": {"activityId": IRI, "profileId": "p"},
    "/xapi/agents/profile": {"agent": ANN, "profileId": "p"},
}
STATE, ACTIVITY, AGENT = PLACES
NEW = {"If-None-Match": "*"}


class Documents:
    """A client of the document resources: ``documents.put(STATE, b"…", stateId="other")``."""

    def __init__(self, client, credential, version):
        self.client, self.auth, self.version = client, tuple(credential), version

    def ask(self, method, path, content=None, *, kind="application/json", headers=(), without=(), **parameters):
        given = {k: v for k, v in (PLACES[path] | parameters).items() if k not in without}
        return self.client.open(
            path,
            method=method,
            query_string=given,
            data=content,
            content_type=kind if content is not None else None,
            auth=self.auth,
            headers={"X-Experience-API-Version": self.version, **dict(headers)},
        )

    def __getattr__(self, method):
        return lambda *args, **options: self.ask(method.upper(), *args, **options)

    def names(self, path, **parameters) -> list[str]:
        answer = self.ask("GET", path, without=("stateId", "profileId"), **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture
def documents_of(app, api_key):
    return lambda *scopes, version="2.0.0": Documents(app.test_client(), api_key(*scopes), version)


@pytest.fixture
def documents(documents_of):
    return documents_of("all")


@pytest.mark.parametrize("path", PLACES)
class TestKeeping:
    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b' {"b" : 0.10,\n"a":"\\u00e9"} ', "application/json"),
            (b"\x00\xff not text", "image/png"),
            ("é".encode("latin-1"), 'text/plain; charset=latin-1; x="y"'),
            (b"", "application/octet-stream"),
            (b"x" * 300_000, "application/x-whatever"),
        ],
    )
    def test_it_comes_back_as_it_was_sent(self, documents, path, content, kind):
        assert documents.put(path, content, kind=kind, headers=NEW).status_code == 204
        answer = documents.get(path)
        assert (answer.status_code, answer.data, answer.headers["Content-Type"]) == (200, content, kind)
        assert answer.headers["ETag"] == f'"{hashlib.sha1(content).hexdigest()}"'
        assert "Last-Modified" in answer.headers
        assert answer.headers["Content-Length"] == str(len(content))
        head = documents.head(path)
        assert (head.data, head.headers["ETag"]) == (b"", answer.headers["ETag"])

    def test_the_way_of_a_document(self, documents, path):
        assert documents.get(path).status_code == 404
        made = documents.put(path, b"1", headers=NEW)
        changed = documents.put(path, b"2", headers={"If-Match": made.headers["ETag"]})
        assert (made.status_code, changed.status_code) == (204, 204)
        assert documents.get(path).data == b"2"
        assert documents.delete(path, headers={"If-Match": made.headers["ETag"]}).status_code == 412
        assert documents.delete(path, headers={"If-Match": changed.headers["ETag"]}).status_code == 204
        assert documents.get(path).status_code == 404
        assert documents.delete(path).status_code == 204, "nothing there is nothing to delete"

    def test_merging(self, documents, path):
        assert documents.post(path, b'{"a":1, "b":{"x":0.10}}').status_code == 204
        assert documents.post(path, b'{ "b":{"y":1e400},"c":null}').status_code == 204
        assert documents.get(path).data == b'{"a":1,"b":{"y":1e400},"c":null}'

    @pytest.mark.parametrize(
        ("content", "kind"),
        [(b"[1]", "application/json"), (b"{", "application/json"), (b'{"a":1}', "text/plain"), (b"1", "application/json")],
    )
    def test_only_objects_can_be_merged(self, documents, path, content, kind):
        assert documents.post(path, content, kind=kind).status_code == 400
        assert documents.get(path).status_code == 404
        documents.put(path, b'{"a":1}', headers=NEW)
        assert documents.post(path, content, kind=kind).status_code == 400
        assert documents.get(path).data == b'{"a":1}'
        documents.put(path, content if kind != "application/json" else b"[1]", kind=kind, headers={"If-Match": "*"})
        assert documents.post(path, b'{"a":1}').status_code == 400

    @pytest.mark.parametrize("content", [b"{", b"", b"NaN", b'{"a":1}x', b'"\xff"', b"[" * 100_000])
    def test_what_says_it_is_json_must_be(self, documents, path, content):
        answer = documents.put(path, content, headers=NEW)
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_json")
        assert documents.names(path) == []

    def test_half_a_surrogate_pair_as_scripts_write_it(self, documents, path):
        documents.put(path, b'{"a":"\\ud83d"}', headers=NEW)
        assert documents.post(path, b'{"b":1}').status_code == 204
        assert json.loads(documents.get(path).data) == {"a": "\ud83d", "b": 1}

    def test_ids_since_a_moment(self, documents, path):
        name = "stateId" if path == STATE else "profileId"
        start = datetime(2030, 1, 1, tzinfo=UTC)
        for number in range(3):
            with frozen(start + timedelta(seconds=number)):
                documents.put(path, b"1", headers=NEW, **{name: f"d{number}"})
        with frozen(start + timedelta(seconds=5)):
            documents.put(path, b"2", headers={"If-Match": "*"}, **{name: "d0"})
        assert documents.names(path) == ["d1", "d2", "d0"]
        assert documents.names(path, since="2030-01-01T00:00:01Z") == ["d2", "d0"]
        assert documents.names(path, since="2030-01-01T01:00:04+01:00") == ["d0"]
        assert documents.names(path, since="2030-01-01T00:00:05Z") == []

    def test_last_modified_rises(self, documents, path):
        start = datetime(2030, 1, 1, tzinfo=UTC)
        with frozen(start):
            documents.put(path, b"1", headers=NEW)
        assert documents.get(path).last_modified == start
        with frozen(start + timedelta(seconds=2)):
            documents.put(path, b"1", headers={"If-Match": "*"})
        assert documents.get(path).last_modified == start + timedelta(seconds=2)
        assert documents.get(path, without=("stateId", "profileId")).last_modified == start + timedelta(seconds=2)

    def test_unchanged(self, documents, path):
        etag = documents.put(path, b"1", headers=NEW).headers["ETag"]
        assert documents.get(path, headers={"If-None-Match": etag}).status_code == 304

    def test_a_packed_answer_s_etag_is_understood(self, documents, path):
        content = json.dumps(["é"] * 5000).encode()
        documents.put(path, content, headers=NEW)
        packed = documents.get(path, headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(packed.data) == content
        for etag in (packed.headers["ETag"], "W/" + documents.get(path).headers["ETag"]):
            assert documents.put(path, content, headers={"If-Match": etag}).status_code == 204

    @pytest.mark.parametrize(
        ("parameters", "without", "name"),
        [
            ({"unknown": "1"}, (), "unknown"),
            ({"STATEID": "1", "PROFILEID": "2"}, (), "STATEID"),
            ({"agent": "no json"}, (), "agent"),
            ({"agent": "{}"}, (), "agent"),
            ({"agent": '{"objectType":"Group","member":[{"mbox":"mailto:a@b.c"}]}'}, (), "agent"),
            ({"activityId": "no iri"}, (), "activityId"),
            ({}, ("activityId", "agent"), None),
            ({"registration": "1"}, (), "registration"),
            ({"since": "yesterday"}, ("stateId", "profileId"), "since"),
            ({"since": "2030-01-01T00:00:00Z"}, (), "since"),
        ],
    )
    def test_a_wrong_parameter_is_named(self, documents, path, parameters, without, name):
        for method in ("GET", "PUT", "POST", "DELETE"):
            answer = documents.ask(method, path, b"{}" if method[0] == "P" else None, headers=NEW, without=without, **parameters)
            assert answer.status_code == 400, (method, answer.text)
            assert name is None or name in answer.json["error"]["fields"] or method != "GET"

    def test_a_document_needs_its_name(self, documents, path):
        for method in ("PUT", "POST", *(["DELETE"] if path != STATE else [])):
            answer = documents.ask(method, path, b"{}", without=("stateId", "profileId"))
            assert "is missing" in answer.json["error"]["message"]


class TestConditions:
    """1.0.3 Communication 3.1, IEEE 9274.1.1 4.1.4."""

    @pytest.mark.parametrize(
        ("version", "path", "new", "over"),
        [
            ("1.0.3", STATE, 204, 204),
            ("1.0.3", ACTIVITY, 400, 409),
            ("1.0.3", AGENT, 400, 409),
            ("2.0.0", STATE, 204, 409),
            ("2.0.0", ACTIVITY, 204, 409),
            ("2.0.0", AGENT, 204, 409),
        ],
    )
    def test_putting_without_any(self, documents_of, version, path, new, over):
        documents = documents_of("all", version=version)
        assert documents.put(path, b"1").status_code == new
        documents.put(path, b"1", headers=NEW)
        answer = documents.put(path, b"2")
        assert answer.status_code == over
        assert documents.get(path).data == (b"2" if over == 204 else b"1")
        if over == 409:
            assert "If-Match" in answer.text

    @pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
    @pytest.mark.parametrize("path", PLACES)
    @pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
    def test_one_that_fails_changes_nothing(self, documents_of, version, path, method):
        documents = documents_of("all", version=version)
        body = b'{"a":2}' if method != "DELETE" else None
        assert documents.ask(method, path, body, headers={"If-Match": "*"}).status_code == 412
        assert documents.get(path).status_code == 404
        etag = documents.put(path, b'{"a":1}', headers=NEW).headers["ETag"]
        conditions = [{"If-Match": f'"{"0" * 40}"'}, {"If-Match": ""}, NEW, {"If-None-Match": etag}]
        for headers in conditions:
            assert documents.ask(method, path, body, headers=headers).status_code == 412, headers
        assert documents.get(path).data == b'{"a":1}'
        assert documents.ask(method, path, body, headers={"If-Match": f'"x", {etag}'}).status_code == 204


class TestStates:
    def test_a_registration_makes_another_document(self, documents):
        documents.put(STATE, b"1", headers=NEW)
        assert documents.get(STATE, registration=REGISTRATION).status_code == 404
        documents.put(STATE, b"2", headers=NEW, registration=REGISTRATION.upper())
        assert (documents.get(STATE).data, documents.get(STATE, registration=REGISTRATION).data) == (b"1", b"2")
        assert documents.delete(STATE, without=("stateId",)).status_code == 204
        assert (documents.names(STATE), documents.names(STATE, registration=REGISTRATION)) == ([], ["s"])

    def test_deleting_all_of_a_place(self, documents, app):
        for name in "abc":
            documents.put(STATE, b"x" * 100_000, kind="a/b", headers=NEW, stateId=name)
        documents.put(STATE, b"1", headers=NEW, activityId=IRI + "2")
        assert documents.delete(STATE, without=("stateId",), headers={"If-Match": "*"}).status_code == 400
        assert documents.delete(STATE, without=("stateId",)).status_code == 204
        assert (documents.names(STATE), documents.names(STATE, activityId=IRI + "2")) == ([], ["s"])
        with app.app_context():
            assert storage().keys("documents/") == []

    def test_an_agent_is_its_identifier(self, documents):
        documents.put(STATE, b"1", headers=NEW)
        same = json.dumps({"objectType": "Agent", "name": "Another name", **agent("ann")})
        assert documents.get(STATE, agent=same).data == b"1"
        assert documents.get(STATE, agent=json.dumps(agent("ben"))).status_code == 404

    def test_names_are_kept_apart_however_they_are_cut(self, documents):
        documents.put(STATE, b"1", headers=NEW, activityId="x:a", stateId="b")
        documents.put(STATE, b"2", headers=NEW, activityId="x:ab", stateId="")
        assert documents.get(STATE, activityId="x:a", stateId="b").data == b"1"
        assert documents.get(STATE, activityId="x:ab", stateId="").data == b"2"
        assert documents.get(STATE, stateId="../../é\n" + "x" * 5000).status_code == 404
        documents.put(STATE, b"3", headers=NEW, stateId="../../é\n" + "x" * 5000)
        assert documents.get(STATE, stateId="../../é\n" + "x" * 5000).data == b"3"


class TestLimits:
    @pytest.fixture
    def small(self, app, monkeypatch):
        from dataclasses import replace

        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], max_document_bytes=200_000, max_body_bytes=1000))

    def test_too_large(self, app, small, documents):
        assert documents.put(STATE, b"x" * 200_000, kind="a/b", headers=NEW).status_code == 204
        before = None
        for content, kind in ((b"x" * 200_001, "a/b"), (b'"' + b"x" * 1000 + b'"', "application/json")):
            answer = documents.put(STATE, content, kind=kind, headers={"If-Match": "*"})
            assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")
        packed = gzip.compress(b"x" * 5_000_000)
        assert documents.put(STATE, packed, kind="a/b", headers={"If-Match": "*", "Content-Encoding": "gzip"}).status_code == 413
        with app.app_context():
            before = storage().keys("documents/")
        assert len(before) == 1, "nothing of what was refused is left"

    def test_merging_does_not_grow_without_end(self, small, documents):
        assert documents.post(STATE, json.dumps({"a": "x" * 500}).encode()).status_code == 204
        assert documents.post(STATE, json.dumps({"b": "x" * 500}).encode()).status_code == 413
        assert list(documents.get(STATE).json) == ["a"]


class TestFiles:
    def test_replacing_and_deleting_leaves_none_behind(self, app, documents):
        def kept():
            with app.app_context():
                return len(storage().keys("documents/"))

        documents.put(STATE, b"x" * 100_000, kind="a/b", headers=NEW)
        documents.put(STATE, b"y" * 100_000, kind="a/b", headers={"If-Match": "*"})
        assert (kept(), documents.get(STATE).data) == (1, b"y" * 100_000)
        assert documents.put(STATE, b"z" * 100_000, kind="a/b", headers=NEW).status_code == 412
        assert kept() == 1
        documents.put(STATE, b"{}", headers={"If-Match": "*"})
        assert kept() == 0
        documents.post(STATE, json.dumps({"a": "x" * 100_000}).encode())
        documents.post(STATE, json.dumps({"b": "x" * 100_000}).encode())
        assert (kept(), set(documents.get(STATE).json)) == (1, {"a", "b"})
        documents.delete(STATE)
        assert kept() == 0


class TestWhoMay:
    @pytest.mark.parametrize("path", PLACES)
    @pytest.mark.parametrize(
        "scope", ["all", "all/read", "state", "profile", "statements/read", "statements/write", "statements/read/mine", "define"]
    )
    def test_matrix(self, documents_of, path, scope):
        documents = documents_of(scope)
        own = "state" if path == STATE else "profile"
        reads, writes = scope in ("all", "all/read", own), scope in ("all", own)
        assert documents.get(path).status_code == (404 if reads else 403)
        assert documents.put(path, b"1", headers=NEW).status_code == (204 if writes else 403)
        assert documents.post(path, b"{}", headers={"If-Match": "*"}).status_code == (400 if writes else 403)
        assert documents.delete(path).status_code == (204 if writes else 403)

    def test_a_document_is_never_a_page_of_ours(self, documents):
        documents.put(STATE, b"<script>alert(1)</script>", kind="text/html", headers=NEW)
        answer = documents.get(STATE)
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


class TestLaunches:
    """A course's credential: its own actor, registration and activity only, and old habits are put up with."""

    @pytest.fixture
    def course(self, app):
        from lrs.credentials.launches import issue_launch

        with app.app_context(), write():
            issued = issue_launch(
                actor=agent("ann"),
                registration=UUID(REGISTRATION),
                activity=IRI,
                scopes=["state", "profile", "statements/write"],
                expires_at=now() + timedelta(hours=1),
            )
        return Documents(app.test_client(), issued, "1.0.3")

    @pytest.mark.parametrize(
        ("path", "parameters"),
        [
            (STATE, {"agent": json.dumps(agent("ben"))}),
            (STATE, {"activityId": "https://example.org/activities/other"}),
            (STATE, {"registration": str(uuid4())}),
            (ACTIVITY, {"activityId": "https://example.org/activities/course2"}),
            (AGENT, {"agent": json.dumps(agent("ben"))}),
        ],
    )
    def test_what_is_another_s_is_closed(self, course, path, parameters):
        for method in ("GET", "PUT", "POST", "DELETE"):
            answer = course.ask(method, path, b"{}" if method[0] == "P" else None, headers=NEW, **parameters)
            assert (answer.status_code, answer.json["error"]["code"]) == (403, "outside_launch")
        assert course.ask("GET", path, without=("stateId", "profileId"), **parameters).status_code == 403

    @pytest.mark.parametrize("content", [b"", b"not json", b'"\xff"', b"{"])
    def test_what_is_not_json_is_kept_as_bytes(self, course, content):
        assert course.put(STATE, content, registration=REGISTRATION).status_code == 204
        assert course.get(STATE, registration=REGISTRATION).data == content
        assert course.post(STATE, content, stateId="new").status_code == 204
        assert course.get(STATE, stateId="new").data == content

    def test_but_it_is_not_merged(self, course):
        course.put(STATE, b"not json")
        assert course.post(STATE, b'{"a":1}').status_code == 400
        assert course.get(STATE).data == b"not json"

"""GET /xapi/activities and /xapi/agents: what was just said, and always an answer."""

import json
from datetime import timedelta

import pytest
from samples import agent, statement

from core.clock import now
from core.db import LOCK, write
from lrs.credentials.launches import issue_launch
from lrs.identities import service as identities
from lrs.statements.keys import agent_key

IRI = "https://example.org/activities/course"
ANN, BEN = agent("ann"), {"account": {"homePage": "https://example.org", "name": "ben with spaces"}}


@pytest.fixture
def ask(xapi):
    def send(path, *, of=xapi, **parameters):
        headers = {"X-Experience-API-Version": of.version}
        return of.client.get(f"/xapi/{path}", query_string=parameters, auth=of.auth, headers=headers)

    return send


class TestActivities:
    def test_what_was_just_said_is_there(self, xapi, ask):
        definition = {"name": {"en": "Course", "fr": "Cours"}, "type": "http://adlnet.gov/expapi/activities/course"}
        xapi.post(statement(object={"id": IRI, "definition": definition}))
        answer = ask("activities", activityId=IRI)
        assert (answer.status_code, answer.json) == (200, {"objectType": "Activity", "id": IRI, "definition": definition})
        xapi.post(statement(object={"id": IRI, "definition": {"name": {"fr": "Formation"}}}))
        assert ask("activities", activityId=IRI).json["definition"]["name"] == {"en": "Course", "fr": "Formation"}

    @pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
    def test_one_that_nobody_knows_is_an_activity_all_the_same(self, ask, xapi_of, version):
        answer = ask("activities", of=xapi_of("all", version=version), activityId="urn:nothing")
        assert (answer.status_code, answer.json) == (200, {"objectType": "Activity", "id": "urn:nothing"})

    @pytest.mark.parametrize("parameters", [{}, {"activityId": "no iri"}, {"activityid": IRI}, {"activityId": IRI, "x": "1"}])
    def test_wrong_parameters(self, ask, parameters):
        assert ask("activities", **parameters).status_code == 400

    @pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # PostgreSQL has no lock of ours
    def test_a_database_that_cannot_be_written_is_read_as_it_is(self, app, ask, xapi, monkeypatch):
        xapi.post(statement(object={"id": IRI, "definition": {"name": {"en": "Course"}}}))
        xapi.get()
        monkeypatch.setattr(type(app.extensions[LOCK]).acquire, "__defaults__", (0.05,))
        app.extensions[LOCK].acquire()
        try:
            assert ask("activities", activityId=IRI).json == {"objectType": "Activity", "id": IRI}
        finally:
            app.extensions[LOCK].release()

    def test_scopes(self, ask, xapi_of):
        for scope in ("all", "all/read", "statements/read", "statements/read/mine", "define", "profile", "state"):
            assert ask("activities", of=xapi_of(scope), activityId=IRI).status_code == 200, scope
        assert ask("activities", of=xapi_of("statements/write"), activityId=IRI).status_code == 403


class TestAgents:
    def test_somebody_unknown_is_a_person_all_the_same(self, ask):
        answer = ask("agents", agent=json.dumps(ANN | {"name": "Ann"}))
        assert (answer.status_code, answer.json) == (200, {"objectType": "Person", "name": ["Ann"], "mbox": [ANN["mbox"]]})

    def test_all_identifiers_and_names_of_a_person(self, app, ask, xapi, xapi_of):
        from lrs import projections

        xapi.post([statement(actor=ANN | {"name": "Ann A."}), statement(actor=BEN | {"objectType": "Agent", "name": "Benedict"})])
        with app.app_context():
            projections.catch_up(limit_ms=10_000)
            with write():
                identities.merge(one=agent_key(ANN), other=agent_key(BEN))
        whole = {"objectType": "Person", "name": ["Ann", "Ann A.", "Benedict"], "mbox": [ANN["mbox"]], "account": [BEN["account"]]}
        asked = json.dumps(ANN | {"name": "Ann"})
        found = ask("agents", agent=asked).json
        assert found | {"name": sorted(found["name"])} == whole
        assert found["name"][0] == "Ann"
        only = ask("agents", of=xapi_of("statements/read/mine", "profile"), agent=asked).json
        assert only == {"objectType": "Person", "name": ["Ann"], "mbox": [ANN["mbox"]]}

    @pytest.mark.parametrize(
        "parameters",
        [{}, {"agent": "{"}, {"agent": "{}"}, {"agent": json.dumps(ANN | {"objectType": "Group"})}, {"Agent": json.dumps(ANN)}],
    )
    def test_wrong_parameters(self, ask, parameters):
        assert ask("agents", **parameters).status_code == 400


def test_a_launch_asks_about_its_own_actor_and_activity_only(app, xapi, ask):
    with app.app_context(), write():
        issued = issue_launch(
            actor=ANN, registration=None, activity=IRI, scopes=["state", "profile"], expires_at=now() + timedelta(hours=1)
        )
    launch = type(xapi)(app.test_client(), issued)
    for path, own, other in (
        ("activities", {"activityId": IRI + "/part"}, {"activityId": IRI + "2"}),
        ("agents", {"agent": json.dumps(ANN)}, {"agent": json.dumps(BEN)}),
    ):
        assert ask(path, of=launch, **own).status_code == 200
        assert ask(path, of=launch, **other).status_code == 403

"""The credential of a launch writes and reads only what is its actor's and its activity's."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from samples import activity, agent, identified, statement, voiding
from sqlalchemy import select
from support.xapi import Xapi

from core.clock import now
from core.db import db, write
from lrs.credentials.launches import issue_launch
from lrs.statements.models import Statement

REGISTRATION = str(uuid4())


@pytest.fixture
def launched(app):
    def make(*scopes: str, registration: str | None = REGISTRATION) -> Xapi:
        with app.app_context(), write():
            key = issue_launch(
                actor=agent("ann"),
                registration=UUID(registration) if registration else None,
                activity=activity()["id"],
                scopes=scopes or ("statements/write", "statements/read"),
                expires_at=now() + timedelta(hours=1),
            )
        return Xapi(app.test_client(), key)

    return make


def context(**members) -> dict:
    return {"context": {"registration": REGISTRATION} | members}


class TestWriting:
    @pytest.mark.parametrize(
        "whole",
        [
            statement(),
            statement(**context()),
            statement(object=activity("course/slide-1")),
            statement(object=activity("other"), **context(contextActivities={"parent": [activity()]})),
            statement(object={"objectType": "Agent", **agent("ben")}, **context(contextActivities={"grouping": activity("course")})),
        ],
    )
    def test_of_its_own(self, launched, whole):
        assert launched().post(whole).status_code == 200

    @pytest.mark.parametrize(
        "whole",
        [
            statement(actor=agent("ben")),
            statement(actor={"objectType": "Group", "member": [agent("ben")]}),
            statement(object=activity("other")),
            statement(object=activity("courses")),
            statement(object={"objectType": "Agent", **agent("ann")}),
            statement(context={"registration": str(uuid4())}),
            voiding(str(uuid4()), context={"contextActivities": {"parent": [activity()]}}),
        ],
    )
    def test_of_anything_else_is_403_and_stores_nothing(self, launched, xapi, whole):
        assert launched().post([statement(), whole]).status_code == 403
        assert launched().put(str(uuid4()), {key: value for key, value in whole.items() if key != "id"}).status_code == 403
        assert xapi.ids() == []

    @pytest.mark.parametrize(("name", "trust"), [("course", "launch"), ("course/slide-1", "launch"), ("other", "self")])
    def test_only_about_its_activity_it_counts(self, launched, name, trust):
        launch = launched()
        launch.post(statement(object=activity(name), **context(contextActivities={"parent": [activity()]})))
        with launch.client.application.app_context():
            assert db.session.scalars(select(Statement.trust)).all() == [trust]

    def test_other_credentials_are_free(self, xapi):
        assert xapi.post(statement(actor=agent("ben"), object=activity("other"))).status_code == 200


class TestReading:
    @pytest.fixture
    def log(self, xapi):
        """Statements of ann in this launch, of ann elsewhere, and of ben with ann as instructor."""
        own = identified(**context())
        elsewhere = identified(object=activity("other"), context={"registration": str(uuid4())})
        ben = identified(actor=agent("ben"), context={"registration": REGISTRATION, "instructor": agent("ann")})
        xapi.post([own, elsewhere, ben])
        return own["id"], elsewhere["id"], ben["id"]

    def test_is_never_another_s_statement_that_refers_to_one(self, launched, log, xapi):
        xapi.post(statement(actor=agent("ben"), object={"objectType": "StatementRef", "id": log[0]}))
        assert len(xapi.ids(agent=json.dumps(agent("ann")))) == 3
        assert launched().ids() == launched().ids(activity=activity()["id"]) == [log[0]]

    def test_is_of_its_actor_and_registration(self, launched, log):
        own, *_ = log
        launch = launched()
        assert launch.ids() == launch.ids(related_agents="true") == launch.ids(registration=REGISTRATION) == [own]
        assert launch.ids(activity=activity()["id"]) == [own]

    def test_without_a_registration_is_about_its_activity(self, launched, log):
        assert launched(registration=None).ids() == [log[0]]

    def test_about_its_activity_and_in_no_registration(self, launched, xapi):
        [own] = xapi.post(statement()).json
        xapi.post(statement(context={"registration": str(uuid4())}))
        assert launched().ids(activity=activity()["id"]) == [own]

    @pytest.mark.parametrize(
        "query", [{"agent": '{"mbox":"mailto:ben@example.org"}'}, {"activity": activity("other")["id"]}, {"registration": str(uuid4())}]
    )
    def test_of_anything_else_is_403(self, launched, log, query):
        assert launched().get(**query).status_code == 403

    def test_one_by_its_id(self, launched, log):
        assert [launched().get(statementId=uuid).status_code for uuid in log] == [200, 404, 404]

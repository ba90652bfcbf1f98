"""Which index leads on SQLite, which plans without statistics: a wrong guess walks most of the log (ADR 0037)."""

from uuid import UUID

import orjson
import pytest
from samples import activity, agent, statement
from sqlalchemy import event

from core.db import db, write
from lrs.statements import queries
from lrs.statements.keys import agent_key
from lrs.statements.queries import Filter
from lrs.statements.service import store

ANN, DID = agent_key(agent()), "https://example.org/verbs/did"
REGISTRATION = UUID(int=7)


def plan(wanted: Filter) -> str:
    """What SQLite does for a page of this filter."""
    asked = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        queries.page(wanted, limit=5)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    page = next((s, p) for s, p in asked if "payload" in s)
    return "\n".join(row[-1] for row in db.session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + page[0], page[1]))


@pytest.fixture(autouse=True)
def _log(sqlite_app):
    with sqlite_app.app_context():
        one = statement(object=activity(), context={"registration": str(REGISTRATION)})
        with write():
            store([orjson.dumps(one)], authority=agent("authority"), version="1.0.3")
        yield
        db.session.remove()


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(agent=ANN, verb=DID),
        Filter(agent=ANN, verb=DID, related_agents=True),
        Filter(agent=ANN, verb=DID, registration=REGISTRATION),
        Filter(registration=REGISTRATION, verb=DID),
    ],
)
def test_a_verb_leads_nowhere_but_alone(wanted):
    assert "ix_lrs_statement_verb" not in plan(wanted)


def test_a_verb_leads_alone():
    assert "ix_lrs_statement_verb" in plan(Filter(verb=DID))


def test_references_lead_their_stream():
    found = plan(Filter(agent=ANN, verb=DID, related_agents=True))
    assert "lrs_reference" in found
    assert "lrs_statement_agent USING PRIMARY KEY (agent_id=?)" not in found  # used down to its seq

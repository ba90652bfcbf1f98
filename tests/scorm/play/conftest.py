"""A course in the database, learners who open it, and the player's side of a commit."""

import json
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from support.playing import NOON, Play
from support.tiny_packages import tiny

from accounts.people import queries as people_queries
from catalogue.items.models import Item
from core.db import db, write
from lrs.statements.models import Statement
from scorm.packages.importing import import_package
from scorm.play import service


@pytest.fixture
def course(app, people):
    """``course(edition=…)`` → uuid of a published item with a tiny package."""

    def make(pages="<title>Tiny</title>", **options) -> str:
        with app.app_context():
            found = import_package(tiny(pages, **options), name="tiny.zip", owner_id=people["erin"].id, publish=True)
            assert found.accepted, found.report
            return found.item_uuid

    return make


@pytest.fixture
def play():
    """``play(item_uuid, person, mode=…)`` opens a course; inside an application context."""

    def launch(item_uuid, person, *, mode="normal", at=NOON) -> Play:
        with write():
            item = db.session.query(Item).filter_by(uuid=item_uuid).one()
            opened = service.launch(item=item, person=people_queries.get(person.id), mode=mode, at=at)
            return Play(opened.id, person.id)

    return launch


@dataclass(frozen=True)
class Told:
    """One statement of the log, by what matters here."""

    verb: str
    about: str
    result: dict
    statement: dict
    trust: str


@pytest.fixture
def told():
    """``told()`` → the statements about courses in the log, oldest first; inside an application context."""

    def read() -> list[Told]:
        found = []
        for payload, trust in db.session.execute(select(Statement.payload, Statement.trust).order_by(Statement.seq)):
            statement = json.loads(payload)
            if "registration" in statement.get("context", {}):
                about = statement["object"]["id"].rpartition("/id/item/")[2].partition("/")[2]
                found.append(Told(statement["verb"]["id"].rpartition("/")[2], about, statement.get("result", {}), statement, trust))
        return found

    return read

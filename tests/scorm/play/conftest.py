"""A course in the database, learners who open it, and the player's side of a commit."""

import json
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from support.courses import publish_in
from support.playing import open_course
from support.tiny_packages import tiny

from core.db import db
from lrs.statements.models import Statement


@pytest.fixture
def course(app, people):
    """``course(edition=…)`` → uuid of a published item with a tiny package."""

    def make(pages="<title>Tiny</title>", **options) -> str:
        return publish_in(app, tiny(pages, **options), owner=people["erin"], name="tiny.zip")

    return make


@pytest.fixture
def play():
    """``play(item_uuid, person, mode=…)`` opens a course; inside an application context."""
    return open_course


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

"""An xAPI package in the database, and learners who open it."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from support.courses import publish_in
from support.tincan import Content, tincan

from accounts.people import queries as people_queries
from catalogue.items.models import Item
from catalogue.progress.models import Progress
from core.clock import now
from core.db import db, write
from lrs.projections import catch_up
from scorm.play import service, tokens
from scorm.play.models import Attempt, Launch, Registration


@dataclass
class Opened:
    """One launch of a person: the player's side of it, and the content once it is opened."""

    app: object
    client: object
    item: str
    uuid: str
    activity: str

    @property
    def bearer(self) -> dict:
        secret = self.app.config["SETTINGS"].secret_key
        token = tokens.token_for(tokens.COMMIT, self.uuid, secret=secret)
        return {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    def open(self, part: str | None = None):
        return self.client.post("/rt/open", json={"sco": part or self.activity}, headers=self.bearer)

    def content(self) -> Content:
        answer = self.open()
        assert answer.status_code == 200, answer.text
        return Content(self.client, answer.json["url"])

    def standings(self) -> dict:
        answer = self.client.get("/rt/standings", headers=self.bearer)
        assert answer.status_code == 200, answer.text
        return answer.json

    def close(self, **body) -> dict:
        answer = self.client.post("/rt/close", json=body, headers=self.bearer)
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture
def xapi_course(app, people):
    """``xapi_course(**options of tincan)`` → uuid of a published item with an xAPI package of one page."""

    def make(page="<title>Golf</title>", **options) -> str:
        return publish_in(app, tincan(page, **options), owner=people["erin"], name="golf.zip")

    return make


@pytest.fixture
def opened(app, content_client):
    """``opened(item_uuid, person, mode=…)`` → a launch of that person."""

    def launch(item_uuid: str, person, *, mode: str = "normal") -> Opened:
        with app.app_context(), write():
            item = db.session.query(Item).filter_by(uuid=item_uuid).one()
            made = service.launch(item=item, person=people_queries.get(person.id), mode=mode, at=now())
            activity = made.version.contents.organizations[0].items[0].identifier
            return Opened(app, content_client, item_uuid, made.uuid, activity)

    return launch


@dataclass(frozen=True)
class Stands:
    """How a learner stands in an item: the latest attempt, and the item's progress."""

    attempt: object
    progress: object


@pytest.fixture
def stands(app):
    """``stands(item_uuid, person)`` once all projections have read the log."""

    def look(item_uuid: str, person) -> Stands:
        with app.app_context():
            for _round in range(3):
                catch_up(limit_ms=5_000)
            item = db.session.query(Item).filter_by(uuid=item_uuid).one()
            query = select(Attempt).join(Registration).where(Registration.item_id == item.id, Registration.person_id == person.id)
            attempt = db.session.scalar(query.order_by(Attempt.n.desc()))
            progress = db.session.scalar(select(Progress).where(Progress.item_id == item.id, Progress.person_id == person.id))
            return Stands(attempt, progress)

    return look


@pytest.fixture
def launch_row(app):
    """``launch_row(uuid)`` inside an application context."""

    def find(uuid: str) -> Launch:
        return db.session.scalar(select(Launch).where(Launch.uuid == uuid))

    return find

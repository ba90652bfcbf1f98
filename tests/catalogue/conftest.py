"""What the tests of the catalogue start from."""

import pytest

from catalogue.items import service as items
from catalogue.items.models import Item
from core.access import Principal
from core.db import db, write


@pytest.fixture
def acting():
    """``acting(people["alice"])`` → who asks, outside a request."""

    def as_principal(person) -> Principal:
        return Principal(kind="person", person_id=person.id, uuid=person.uuid, role=person.role, name=person.name)

    return as_principal


@pytest.fixture
def make_item(app, people):
    """``make_item(title=…, …)`` → uuid of a new published item of erin's, or what the keywords say."""

    def make(title: str = "Fire safety", *, owner: str = "erin", **values) -> str:
        with app.app_context(), write():
            values = {"kind": "video", "visibility": "published"} | values
            return items.create(title=title, owner_id=people[owner].id, **values).uuid

    return make


@pytest.fixture
def load(app):
    """``load(uuid)`` → the item, inside an application context."""

    def by_uuid(uuid: str) -> Item:
        return db.session.query(Item).filter_by(uuid=uuid).one()

    return by_uuid


@pytest.fixture
def night_shift(app, people):
    """uuid of the group of alice, bob and dana."""
    from accounts.groups.queries import by_name

    with app.app_context():
        return by_name("Night shift").uuid

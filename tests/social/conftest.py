"""An item to talk about, and short ways to read what was recorded."""

import pytest

from core.db import db, write


@pytest.fixture
def items(app, people):
    """``items["open"]`` is published, ``items["closed"]`` is for the group of alice, bob and dana, ``items["draft"]`` is erin's own.

    All are erin's; each value is the uuid.
    """
    from accounts.groups.models import Group
    from catalogue import kinds
    from catalogue.items import service

    with app.app_context(), write():
        kind = next(iter(kinds.known()))
        group = db.session.query(Group).one().uuid
        owner = people["erin"].id
        return {
            "open": service.create(kind=kind, title="Fire safety", owner_id=owner, language="en", visibility="published").uuid,
            "closed": service.create(kind=kind, title="Secret canary", owner_id=owner, visibility="groups", groups=[group]).uuid,
            "draft": service.create(kind=kind, title="Half a draft", owner_id=owner).uuid,
        }


@pytest.fixture
def log(app):
    """``log()`` answers the recorded statements in order; ``log("liked")`` those with a verb that ends so."""
    from lrs.statements import entries

    def read(verb: str = "") -> list[dict]:
        with app.app_context():
            found = [entry.statement for entry in entries.after(0, limit=10_000).entries]
        return [s for s in found if s["verb"]["id"].endswith(verb)]

    return read


@pytest.fixture
def principal_of(app, people):
    """``principal_of("alice")`` as services take it."""
    from core.access import Principal

    def principal(name: str) -> Principal:
        person = people[name]
        return Principal(kind="person", person_id=person.id, uuid=person.uuid, role=person.role, name=person.name)

    return principal

"""What the tests of the queue share."""

import dataclasses
from uuid import uuid4

import pytest

from core.access import Principal


@pytest.fixture
def by(people):
    """``by("erin")`` → the principal that she is when she is signed in."""

    def principal(name: str) -> Principal:
        person = people[name]
        return Principal(kind="person", person_id=person.id, uuid=person.uuid, role=person.role, name=person.name)

    return principal


@pytest.fixture
def receive(app, by):
    """``receive(data, name=…, by="erin", batch=…)`` → the upload's uuid, as soon as the file is safe."""
    from scorm.packages.queue import receiving

    def take_in(data: bytes, name: str = "course.zip", who: str = "erin", batch: str | None = None, **options) -> str:
        with app.app_context():
            pieces = [data[:7], data[7:]]
            return receiving.receive(pieces, name=name, by=by(who), batch=batch or str(uuid4()), **options).uuid

    return take_in


@pytest.fixture
def work_off(app):
    """``work_off()`` imports what is due; answers how many."""
    from scorm.packages.queue import work

    def until_nothing_is_due() -> int:
        done = 0
        with app.app_context():
            while work.work_one():
                done += 1
        return done

    return until_nothing_is_due


@pytest.fixture
def frank(app, people):
    """Another author."""
    from accounts.people import service as accounts
    from core.db import write

    with app.app_context(), write():
        other = accounts.create(email="frank@example.org", name="Frank", role="author", password=people["erin"].password)
        return dataclasses.replace(people["erin"], id=other.id, uuid=other.uuid, email=other.email, name="Frank")

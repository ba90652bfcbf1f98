"""A course with versions, learners in the middle of it, and its author in front of the pages."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from support.playing import NOON, Play
from support.tiny_packages import tiny

from accounts.people import queries as people_queries
from catalogue.items.models import Item
from core.db import db, write
from scorm.packages import queries as packages
from scorm.packages.importing import import_package
from scorm.play import service
from scorm.versions import queries
from scorm.versions import service as versions


@dataclass
class Course:
    """A published item whose package has versions. Call inside an application context."""

    item: str
    package: str
    owner: int

    def upload(self, pages, *, note="", name="course.zip", **options):
        """A new version that waits; answers what came of it."""
        return import_package(tiny(pages, **options), name=name, owner_id=self.owner, version_of=self.package, note=note)

    def version(self, number):
        return queries.of_package(packages.by_uuid(self.package), number)

    def use(self, number, attempts="stay", **options):
        with write():
            return versions.use(version=self.version(number), attempts=attempts, by_id=self.owner, at=NOON, **options)

    def discard(self, number):
        with write():
            return versions.discard(version=self.version(number), by_id=self.owner, at=NOON)

    @property
    def current(self) -> int:
        return packages.by_uuid(self.package).current_number

    def play(self, person, *, mode="normal", at=NOON) -> Play:
        with write():
            item = db.session.scalar(select(Item).where(Item.uuid == self.item))
            opened = service.launch(item=item, person=people_queries.get(person.id), mode=mode, at=at)
            return Play(opened.id, person.id)


@pytest.fixture
def course(app, people):
    """``course(pages, …)`` → a course of erin's with one version."""

    def make(pages="<title>One</title>", **options) -> Course:
        with app.app_context():
            found = import_package(tiny(pages, **options), name="course.zip", owner_id=people["erin"].id, publish=True)
            assert found.accepted, found.report
            return Course(found.item_uuid, found.package_uuid, people["erin"].id)

    return make

"""One launch of a learner, driven by hand as the player's script would."""

from dataclasses import dataclass
from datetime import UTC, datetime

from accounts.people import queries as people
from catalogue.items.models import Item
from core.db import db, write
from scorm.play import commits, queries, service
from scorm.play.models import Launch

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class Play:
    """One launch of a learner, driven by hand. Call inside an application context."""

    launch_id: int
    person_id: int
    sequence: int = 1000
    session: int = 0

    def begin(self, **options):
        """Initialize."""
        self.session = self.sequence + 1
        return self.commit({}, **options)

    def commit(self, changes, *, sco="item1", finish="", at=NOON, sequence=None):
        """Commit, and at ``finish`` "content" or "player" the end of the session."""
        self.sequence = sequence or self.sequence + 1
        self.session = self.session or self.sequence
        posted = commits.Commit(sco=sco, sequence=self.sequence, session=self.session, changes=changes, finish=finish)
        with write():
            launch = db.session.get(Launch, self.launch_id)
            return commits.commit(launch=launch, person=people.get(self.person_id), posted=posted, at=at)

    @property
    def attempt(self):
        return db.session.get(Launch, self.launch_id).attempt

    def state(self, sco="item1"):
        return queries.states_of(self.attempt.id)[sco]


def open_course(item_uuid, person, *, mode="normal", at=NOON) -> Play:
    """A launch of that person; inside an application context."""
    with write():
        item = db.session.query(Item).filter_by(uuid=item_uuid).one()
        return Play(service.launch(item=item, person=people.get(person.id), mode=mode, at=at).id, person.id)

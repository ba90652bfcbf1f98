"""Opening a course: enrolment, attempt, launch."""

from datetime import datetime, timedelta
from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from accounts.people.models import Person
from catalogue.items.models import Item
from core.db import db
from core.errors import NotFound
from lrs.statements import service as statements
from scorm.packages import queries as packages
from scorm.packages.models import PackageVersion
from scorm.play import queries, rules
from scorm.play.models import Attempt, Launch, Registration
from scorm.play.statements import launched
from scorm.play.telling import told_about

LAUNCH_HOURS = 24
NORMAL, REVIEW, BROWSE = "normal", "review", "browse"


def launch(*, item: Item, person: Person, mode: str, at: datetime) -> Launch:
    """Open an item for a person, inside ``write()``.

    ``normal`` goes on with the open attempt, or begins a new one where there is none or the last is finished, and tells that it was
    launched. ``review`` shows the last attempt and ``browse`` shows the content alone: commits of both change nothing. A review
    where nothing was played yet is a normal launch. Raises NotFound where the item has no package.
    """
    version = packages.current_version(item.id)
    if version is None:
        raise NotFound(_("This item has no package to play."))
    if mode == BROWSE:
        return _opened(item, person, version, None, BROWSE, at)
    registration = _enrolled(item, person, at)
    latest = queries.latest_attempt(registration.id)
    if mode == REVIEW and latest is not None:
        return _opened(item, person, latest.version, latest, REVIEW, at)
    attempt = _attempt(registration, latest, version, at)
    opened = _opened(item, person, attempt.version, attempt, NORMAL, at)
    statements.record(launched(told_about(opened, registration, person, commit=f"launch {opened.uuid}", at=at)))
    return opened


def _enrolled(item: Item, person: Person, at: datetime) -> Registration:
    """The learner's registration, made when missing; its row is locked, so that two launches at once share one attempt."""
    insert = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}[db.session.get_bind().dialect.name]
    values = {"uuid": str(uuid4()), "person_id": person.id, "item_id": item.id, "created_at": at}
    db.session.execute(insert(Registration).values(**values).on_conflict_do_nothing(index_elements=["person_id", "item_id"]))
    return db.session.scalars(
        select(Registration).where(Registration.person_id == person.id, Registration.item_id == item.id).with_for_update()
    ).one()


def _attempt(registration: Registration, latest: Attempt | None, version: PackageVersion, at: datetime) -> Attempt:
    if latest is not None and goes_on(latest):
        return latest
    if latest is not None and latest.state == "open":
        latest.state, latest.closed_at = "closed", at
        db.session.flush()
    n = latest.n + 1 if latest else 1
    attempt = Attempt(registration_id=registration.id, n=n, version_id=version.id, started_at=at, last_at=at)
    db.session.add(attempt)
    db.session.flush()
    return attempt


def _opened(item: Item, person: Person, version: PackageVersion, attempt: Attempt | None, mode: str, at: datetime) -> Launch:
    opened = Launch(
        person_id=person.id,
        item_id=item.id,
        version_id=version.id,
        attempt_id=attempt.id if attempt else None,
        mode=mode,
        created_at=at,
        expires_at=at + timedelta(hours=LAUNCH_HOURS),
    )
    db.session.add(opened)
    db.session.flush()
    return opened


def goes_on(attempt: Attempt) -> bool:
    """Whether the next launch continues this attempt."""
    return attempt.state == "open" and rules.continues(course=attempt.outcome, last_exit=attempt.last_exit)

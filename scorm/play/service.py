"""Opening a course: enrolment, attempt, launch."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from accounts.people.models import Person
from catalogue.items.models import Item
from core.db import db
from core.errors import Conflict, NotFound
from lrs.statements import service as statements
from scorm.packages import queries as packages
from scorm.packages.models import PackageVersion
from scorm.play import queries, rules
from scorm.play.models import Attempt, Launch, Registration
from scorm.play.statements import launched
from scorm.play.telling import told_about

LAUNCH_HOURS = 24
NORMAL, REVIEW, BROWSE = "normal", "review", "browse"


def launch(*, item: Item, person: Person, mode: str, at: datetime, version: PackageVersion | None = None) -> Launch:
    """Open an item for a person, inside ``write()``.

    ``normal`` goes on with the open attempt or begins another, as the switches say, and tells that it was launched. ``review`` shows
    the last attempt and ``browse`` shows the content alone: commits of both change nothing. A review where nothing was played yet is
    a normal launch. Raises NotFound where the item has no package, and Conflict where the learner has passed and nothing more is
    recorded (``already_passed``) or has used all attempts (``attempts_used``). ``version`` is another than the current one, to browse.
    """
    version = version or packages.current_version(item.id)
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
    settings = version.package.settings
    step = next_step(registration.id, latest, settings)
    if step == rules.GO_ON:
        return latest
    if refusal := closed_words(step, settings):
        raise Conflict(refusal, code="already_passed" if step == rules.PASSED else "attempts_used")
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
    """Whether the next launch continues this attempt, unless its author chose otherwise (:func:`next_step`)."""
    return attempt.state == "open" and rules.continues(course=attempt.outcome, last_exit=attempt.last_exit)


def next_step(registration_id: int, latest: Attempt | None, settings: Mapping) -> str:
    """What a normal launch would do (``rules.next_attempt``) after a registration's latest attempt."""
    return rules.next_attempt(
        latest=latest.outcome if latest else None,
        count=queries.number_of_attempts(registration_id) if latest and settings["attempt_limit"] else 0,
        passed=settings["lock_after_pass"] and queries.any_passed(registration_id),
        open_=latest is not None and latest.state == "open",
        last_exit=latest.last_exit if latest else "",
        settings=settings,
    )


def closed_words(step: str, settings: Mapping) -> str | None:
    """Why nothing more can be recorded, for the learner; None where a launch is possible."""
    if step == rules.PASSED:
        return _("You have passed. You can look at it again, but nothing more is recorded.")
    if step == rules.USED_UP:
        return ngettext(
            "You have used your only attempt. You can still look at it.",
            "You have used all %(num)s attempts. You can still look at the last one.",
            settings["attempt_limit"],
        )
    return None

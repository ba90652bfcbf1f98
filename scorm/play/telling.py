"""The rows of an attempt in the words that statements are made from."""

from datetime import datetime

from accounts.people.models import Person
from core.identity import activity_iri, person_agent
from scorm.play.course import course_of
from scorm.play.models import Launch, Registration
from scorm.play.statements import Attempt as Told


def told_about(opened: Launch, registration: Registration, person: Person, *, commit: str, at: datetime) -> Told:
    """The attempt of a launch as statements name it."""
    item, attempt = opened.item, opened.attempt
    return Told(
        uuid=attempt.uuid,
        iri=activity_iri("attempt", attempt.uuid),
        actor=person_agent(uuid=person.uuid, name=person.name),
        registration=registration_of(opened),
        course_iri=item.activity_iri,
        course_title=item.title,
        language=item.language or "und",
        edition=course_of(opened.version.uuid).edition,
        commit=commit,
        at=at,
    )


def registration_of(opened: Launch) -> str | None:
    """What statements of a launch have as their registration: the enrolment, or the attempt in an xAPI package (ADR 0040)."""
    if opened.attempt is None:
        return None
    return opened.attempt.uuid if opened.version.format == "xapi" else opened.attempt.registration.uuid

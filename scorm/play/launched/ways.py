"""Content that is opened with an address of its own and then speaks for itself: xAPI packages, cmi5.

The player asks for the address (``open``), how each part stands (``standings``), and says when it leaves (``close``). What that means
for a format is its *way*; whoever brings a format registers one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import quote, urlencode

from flask import current_app
from flask_babel import gettext as _

from accounts.people.models import Person
from core.errors import NotFound
from lrs.credentials.launches import taken_over
from scorm.play import queries, tokens
from scorm.play.cmi.outcome import Outcome
from scorm.play.course import Entry, course_of
from scorm.play.models import Launch
from scorm.play.superseding import records, superseded


@dataclass(frozen=True)
class Opened:
    """The address of a part, with all that it must be told; ``own_window`` where it must not or cannot play in a frame."""

    url: str
    own_window: bool = False


class Way(Protocol):
    """How content of one format is opened, read and left.

    ``open`` and ``close`` run inside ``write()``, with the attempt of a normal launch locked. ``standings`` answers what is known of
    each part that was opened, by the entry's identifier. ``close`` is called when the player leaves a part or the course; it may come
    twice, and it may never come.
    """

    def open(self, *, launch: Launch, person: Person, entry: Entry, at: datetime) -> Opened: ...

    def standings(self, launch: Launch) -> Mapping[str, Outcome]: ...

    def close(self, *, launch: Launch, person: Person, at: datetime) -> None: ...


_ways: dict[str, Way] = {}


def register(format_: str, way: Way) -> None:
    """Make a format playable; a second way of the same format takes the place of the first."""
    _ways[format_] = way


def way_of(format_: str) -> Way | None:
    """How a package version of this ``format`` is opened; None for SCORM, which the player speaks itself."""
    return _ways.get(format_)


def open_entry(*, launch: Launch, person: Person, identifier: str, at: datetime) -> Opened:
    """Open one part of a course, inside ``write()``.

    Raises NotFound for a part that the course does not have or a course that is not opened this way, and Conflict (``superseded``)
    when a newer attempt has begun.
    """
    way = way_or_not_found(launch)
    entry = course_of(launch.version.uuid).find(identifier)
    if entry is None:
        raise NotFound(_("This package has no such part."))
    if launch.mode == "normal":
        attempt = queries.locked_attempt(launch.attempt_id)
        if not records(launch, attempt):
            raise superseded()
        attempt.last_sco, attempt.last_at = entry.identifier, at
        if attempt.completion == "not attempted":
            attempt.completion = "incomplete"
    launch.openings += 1
    return way.open(launch=launch, person=person, entry=entry, at=at)


def close(*, launch: Launch, person: Person, at: datetime, opening: int | None = None) -> None:
    """The player leaves what it opened as number ``opening`` of this launch (None: whatever is open), inside ``write()``.

    A goodbye may be overtaken by what is opened next, when a page is loaded again: it then ends nothing. NotFound for a course that is not
    opened this way.
    """
    way = way_or_not_found(launch)
    if opening is not None and opening != launch.openings:
        return
    if launch.mode == "normal":
        queries.locked_attempt(launch.attempt_id)
    way.close(launch=launch, person=person, at=at)


def refuse_taken_over(launch: Launch) -> None:
    """Conflict (``superseded``) once what this launch has opened records nothing any more: it plays elsewhere, or in another version."""
    if launch.mode == "normal" and (not records(launch, launch.attempt) or taken_over(launch.uuid)):
        raise superseded()


def way_or_not_found(launch: Launch) -> Way:
    """The way of a launch's course; NotFound where the course is opened by the player itself."""
    way = way_of(launch.version.format)
    if way is None:
        raise NotFound(_("This package has no such part."))
    return way


def address(*, launch: Launch, person: Person, entry: Entry, at: datetime, parameters: Mapping[str, str]) -> str:
    """Where a part lies, absolute, with ``parameters`` added to its own query (percent-encoded, no ``+``), before its fragment."""
    settings = current_app.config["SETTINGS"]
    where = entry.launch
    if not entry.external:
        read = tokens.read_token(version_uuid=launch.version.uuid, person_uuid=person.uuid, at=at.timestamp(), secret=settings.secret_key)
        where = f"{settings.content_origin}/c/{read}/{where}"
    before, hash_, fragment = where.partition("#")
    joint = "&" if "?" in before else "?"
    return f"{before}{joint}{urlencode(parameters, quote_via=quote, safe='')}{hash_}{fragment}"


def endpoint() -> str:
    """The record store as content is told it, with the slash at its end that content expects."""
    return f"{current_app.config['SETTINGS'].content_origin}/xapi/"

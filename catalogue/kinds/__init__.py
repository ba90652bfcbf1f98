"""Kinds of items: whoever can open something (a package, a video, …) registers how.

The catalogue draws cards and pages for every kind alike and asks the kind only how to launch.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext

from core.errors import Invalid


@dataclass(frozen=True)
class Kind:
    """How one kind of item appears and opens.

    ``launch(item, principal, mode)`` answers a Flask response, or an address to send the person to; ``mode`` is ``normal``,
    ``review`` or ``browse``. ``resume_label(item, principal, progress)`` may name where a person goes on ("Resume at slide 7").
    ``closed(item, principal)`` may say why it can only be looked at again (mode ``review``), None while it can be played.
    ``activity_type`` is what statements say an item is. ``add_url`` and ``add_label`` are the page on which an author adds an item
    of this kind, and the words on its button.
    """

    name: str
    label: str
    icon: str
    launch: Callable
    resume_label: Callable | None = None
    closed: Callable | None = None
    add_url: str | None = None
    add_label: str | None = None
    activity_type: str = "http://adlnet.gov/expapi/activities/course"


_known: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known; a second one of the same name takes the place of the first."""
    _known[kind.name] = kind


def get(name: str) -> Kind:
    """The kind of that name; :class:`Invalid` when nothing on this server opens it."""
    if name not in _known:
        raise Invalid(lazy_gettext("This server cannot open items of this kind."), fields={"kind": [name]})
    return _known[name]


def known() -> dict[str, Kind]:
    """All kinds by name."""
    return dict(_known)

"""What ``./run`` and ``./run demo`` ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app

from core.clock import now
from core.errors import Forbidden
from demo.acting import Stage
from demo.company import ensure_people
from demo.samples import load_samples
from demo.script import Script, script
from demo.story import Appear, beginning, tell
from lrs import projections

__all__ = ["Loaded", "load", "load_samples"]
HIRED = timedelta(days=4)  # before the story begins


@dataclass(frozen=True)
class Loaded:
    """How many people, items and acts were added; all zero where everything was there already."""

    people: int
    items: int
    acts: int


def load(*, password: str, told: Script | None = None, say: Callable[[str], None] = lambda _text: None) -> Loaded:
    """Fill the installation with a company at work, back to two months ago (or with what ``told`` tells). A second time adds nothing.

    ``password`` is that of everybody who is new. Each act is a unit of work of its own, so that an interrupted load is taken up
    again by the next; ``say`` is told how far it is. :class:`Forbidden` in production: these are not real people.
    """
    if current_app.config["SETTINGS"].production:
        raise Forbidden("The demonstration is not for an installation in production: its people are invented.")
    told, moment = told or script(), now()
    added_people = ensure_people(told, password=password, at=beginning(moment) - HIRED)
    say(f"{len(told.people)} people")
    stage, acts = Stage(told), tell(told, now=moment)
    items = added = 0
    for number, act in enumerate(acts, 1):
        new = stage.perform(act)
        items += new and isinstance(act, Appear)
        added += new and not isinstance(act, Appear)
        if number % 100 == 0:
            say(f"{number} of {len(acts)} acts")
    while projections.catch_up(limit_ms=60_000):
        pass
    return Loaded(added_people, items, added)

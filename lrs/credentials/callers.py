"""Whom a request to ``/xapi`` comes from, for the code that decides what is allowed: a key, or a launch."""

from typing import NamedTuple
from uuid import UUID


class Bound(NamedTuple):
    """What a launch is confined to: one actor (by its key), one activity with what lies below it and, where given, one registration.

    ``guard`` names who keeps further rules for it (``lrs.xapi.guards``).
    """

    actor_key: str
    registration: UUID | None
    activity: str
    guard: str | None = None


class Caller(NamedTuple):
    """``authority`` is the agent that vouches for what it sends, ``trust`` how far we go along ("self", "define", "launch").

    ``origins`` are the sites whose pages may use it. ``bound`` is None except for a launch. ``tolerant``: the habits of old
    courses are put up with. What a caller writes that does not ``keep`` is answered as if it had been kept.
    """

    key: str
    name: str
    scopes: frozenset[str]
    authority: dict
    origins: frozenset[str] = frozenset()
    bound: Bound | None = None
    keeps: bool = True

    @property
    def tolerant(self) -> bool:
        return self.bound is not None

    @property
    def trust(self) -> str:
        """``define``: a tool that may also say what activities and verbs are called (ADR 0025)."""
        if self.bound is not None:
            return "launch"
        return "define" if self.scopes & {"all", "define"} else "self"

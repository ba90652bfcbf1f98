"""What the credential of a launch may write and read among the statements: those of its actor, about its activity.

Launches run other people's programs in the browser of a learner, who could take the credential out of it. Other credentials are free.
"""

from collections.abc import Iterable
from dataclasses import replace

from core.errors import Forbidden
from lrs.statements.keys import agent_key
from lrs.statements.parse import parse
from lrs.statements.prepare import Prepared
from lrs.statements.queries import Filter
from lrs.xapi.callers import caller, must_be_within

_NOBODY = ""


def require_within(statements: Iterable[Prepared]) -> None:
    """Refuse (403) statements of somebody else or about something else than the launch: its activity is the object or in the context."""
    if caller().bound is None:
        return
    for statement in statements:
        keys = statement.keys
        if keys.voids:
            raise Forbidden("This credential belongs to one launch, and a launch voids no statement.", code="outside_launch")
        must_be_within(agent_key=keys.actor or _NOBODY, registration=keys.registration)
        _require_one_activity([*([keys.activity] if keys.activity else []), *keys.related_activities])


def _require_one_activity(activities: list[str]) -> None:
    refusal = None
    for activity in activities or [_NOBODY]:
        try:
            must_be_within(activity=activity)
        except Forbidden as forbidden:
            refusal = refusal or forbidden
        else:
            return
    raise refusal


def confined(wanted: Filter) -> Filter:
    """The filter of a launch: only its actor's own statements, and of its registration unless an activity of the launch is asked for."""
    bound = caller().bound
    if bound is None:
        return wanted
    must_be_within(agent_key=wanted.agent, registration=wanted.registration, activity=wanted.activity)
    registration = wanted.registration or (bound.registration if wanted.activity is None else None)
    return replace(wanted, agent=bound.actor_key, registration=registration, related_agents=False)


def may_see(payload: bytes) -> bool:
    """Whether one statement is within what the caller may read."""
    bound = caller().bound
    return bound is None or agent_key(parse(payload)["actor"]) == bound.actor_key

"""What the credential of a launch may write and read among the statements: those of its actor, about its activity (ADR 0028).

Launches run other people's programs in the browser of a learner, who could take the credential out of it. Other credentials are free.
"""

from collections.abc import Sequence
from dataclasses import replace

from core.errors import Forbidden
from lrs.credentials.callers import Bound
from lrs.credentials.rules import at_or_below, outside
from lrs.statements.keys import Keys, keys_of
from lrs.statements.parse import parse
from lrs.statements.prepare import Prepared
from lrs.statements.queries import Filter, Found
from lrs.xapi.callers import caller, must_be_within


def within(statements: Sequence[Prepared]) -> list[Prepared]:
    """The statements with the trust they deserve; Forbidden (403) names the first that is not the launch's own.

    The launch's actor acts, in its registration or in none, and voids nothing. What is about its activity, or below it, keeps the trust
    "launch". What is about something else is taken when the activity is in its context, but counts for nothing ("self"): otherwise a
    learner could pass another course by naming this one as its parent. Where a guard knows what must be in the context, that decides.
    """
    bound = caller().bound
    return list(statements) if bound is None else [_within(s, bound, f"$[{i}]") for i, s in enumerate(statements)]


def _within(statement: Prepared, bound: Bound, path: str) -> Prepared:
    keys = statement.keys
    if keys.voids:
        raise _not_own(path, "voids another, which no launch may")
    if keys.actor is None or (other := outside(bound, agent_key=keys.actor, registration=keys.registration)) == "agent":
        raise _not_own(path, "has another actor")
    if other:
        raise _not_own(path, f"has another {other}")
    if keys.activity is not None and at_or_below(keys.activity, bound.activity):
        return statement
    if bound.guard is None and not _in_context(keys, bound):
        raise _not_own(path, f"is not about {bound.activity}, nor is that in its context")
    return statement._replace(trust="self")


def confined(wanted: Filter) -> Filter:
    """The filter of a launch: its actor, and its registration unless one of its activities is asked for. ``seen`` does the rest."""
    bound = caller().bound
    if bound is None:
        return wanted
    must_be_within(agent_key=wanted.agent, registration=wanted.registration, activity=wanted.activity)
    wanted = replace(wanted, agent=bound.actor_key, related_agents=False)
    if wanted.activity is None and bound.registration is not None:
        return replace(wanted, registration=bound.registration)
    return wanted if wanted.activity is not None else replace(wanted, activity=bound.activity, related_activities=True)


def seen(found: Sequence[Found]) -> list[Found]:
    """Those that the caller may read. For a launch each is looked at, for a filter also finds statements that refer to a match."""
    bound = caller().bound
    return list(found) if bound is None else [f for f in found if _may_read(keys_of(parse(f.payload)), bound)]


def _may_read(keys: Keys, bound: Bound) -> bool:
    """Its actor's, in no other registration; without one, about its activity or with that in the context."""
    if keys.actor is None or outside(bound, agent_key=keys.actor, registration=keys.registration):
        return False
    if bound.registration is not None and keys.registration is not None:
        return True
    return (keys.activity is not None and at_or_below(keys.activity, bound.activity)) or _in_context(keys, bound)


def _in_context(keys: Keys, bound: Bound) -> bool:
    return any(at_or_below(iri, bound.activity) for iri in keys.related_activities)


def _not_own(path: str, why: str) -> Forbidden:
    return Forbidden(f"{path} {why}; this credential belongs to one launch.", code="outside_launch", fields={"path": path})

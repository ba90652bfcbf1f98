"""What a statement is found by: the keys of its agents, verb, activities and registration (1.0.3 Communication 2.1.3).

An agent's key is its identifier with its kind in front, e.g. ``account https://example.org ann`` (an IRI has no space in it); names and
other properties do not count.
"""

from typing import NamedTuple

from lrs.statements.rules import VOIDED


class Keys(NamedTuple):
    """``actor``, ``verb`` and ``activity`` are columns; ``agents`` (matched by ``agent``), ``related_agents`` and
    ``related_activities`` are the further ones, without what the columns already say. ``refers_to`` is the statement that a
    StatementRef names, ``voids`` whether to void it. UUIDs are written in small letters."""

    actor: str | None
    verb: str
    activity: str | None
    registration: str | None
    agents: set[str]
    related_agents: set[str]
    related_activities: set[str]
    refers_to: str | None
    voids: bool


def agent_key(agent: dict) -> str | None:
    """The key of an agent or identified group; None for an anonymous group."""
    account = agent.get("account")
    if account is not None:
        return f"account {account['homePage']} {account['name']}"
    for kind in ("mbox", "mbox_sha1sum", "openid"):
        value = agent.get(kind)
        if value is not None:
            return f"{kind} {value.lower() if kind == 'mbox_sha1sum' else value}"
    return None


def keys_of(statement: dict) -> Keys:
    """The keys of a valid statement."""
    actor, target = statement["actor"], statement["object"]
    context = statement.get("context")
    agents: set[str] = set()
    related_agents: set[str] = set()
    related_activities: set[str] = set()
    activity = refers_to = registration = None
    actor_key = agent_key(actor)
    if "member" in actor:
        _gather(actor, agents)
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        activity = target["id"]
    elif kind == "StatementRef":
        refers_to = target["id"].lower()
    elif kind == "SubStatement":
        _gather_substatement(target, related_agents, related_activities)
    else:
        _gather(target, agents)
    if context is not None:
        _gather_context(context, related_agents, related_activities)
        if "registration" in context:
            registration = context["registration"].lower()
    agents.discard(actor_key)
    if related_agents:
        related_agents -= agents
        related_agents.discard(actor_key)
    related_activities.discard(activity)
    verb = statement["verb"]["id"]
    return Keys(actor_key, verb, activity, registration, agents, related_agents, related_activities, refers_to, verb == VOIDED)


def _gather(agent: dict, into: set[str]) -> None:
    """An agent, or a group and its members."""
    key = agent_key(agent)
    if key is not None:
        into.add(key)
    if "member" in agent:
        into.update(map(agent_key, agent["member"]))


def _gather_context(context: dict, agents: set[str], activities: set[str]) -> None:
    for group in context.get("contextActivities", {}).values():
        if type(group) is dict:
            activities.add(group["id"])
        else:
            for activity in group:
                activities.add(activity["id"])
    if "instructor" in context:
        _gather(context["instructor"], agents)
    if "team" in context:
        _gather(context["team"], agents)
    for part in context.get("contextAgents", ()):
        _gather(part["agent"], agents)
    for part in context.get("contextGroups", ()):
        _gather(part["group"], agents)


def _gather_substatement(sub: dict, agents: set[str], activities: set[str]) -> None:
    _gather(sub["actor"], agents)
    target = sub["object"]
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        activities.add(target["id"])
    elif kind != "StatementRef":
        _gather(target, agents)
    _gather_context(sub.get("context", {}), agents, activities)

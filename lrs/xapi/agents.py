"""GET /xapi/agents: a person with all identifiers that are known (1.0.3 Communication 2.4, IEEE 9274.1.1 4.1.6.3)."""

from collections.abc import Iterable

import orjson
from flask import Blueprint, Response, request

from core.access import access
from lrs.browser.names import agent_names
from lrs.credentials.rules import permits
from lrs.identities.queries import identifiers_of
from lrs.statements.keys import agent_key
from lrs.xapi import values
from lrs.xapi.callers import caller, must_be_within, scoped
from lrs.xapi.values import wrong


@access("public")
@scoped("statements/read", "statements/read/mine", "profile/read", "state/read")
def get():
    """Always a person: one of whom nothing is known has what the request says. Other identifiers and names only for callers who may read
    all statements; of launches, which may ask about their own actor alone, nobody needs more."""
    given = values.once(request.args, known=("agent",))
    agent = values.agent(given)
    if agent is None:
        raise wrong("agent", "is missing")
    if agent.get("objectType") == "Group":
        raise wrong("agent", "must be an agent, not a group")
    key = agent_key(agent)
    must_be_within(agent_key=key)
    keys, names = [key], [agent["name"]] if "name" in agent else []
    if permits(caller().scopes, "statements/read") and caller().bound is None:
        keys = identifiers_of(key)
        names += agent_names(keys).values()
    response = Response(orjson.dumps(_person(keys, names)), mimetype="application/json")
    response.add_etag()
    return response.make_conditional(request)


def _person(keys: Iterable[str], names: Iterable[str]) -> dict:
    """Every property an array, each value once (1.0.3 Communication 2.4)."""
    person: dict = {"objectType": "Person"}
    if named := list(dict.fromkeys(names)):
        person["name"] = named
    for key in keys:
        kind, _, value = key.partition(" ")
        if kind == "account":
            homepage, _, name = value.partition(" ")
            value = {"homePage": homepage, "name": name}
        person.setdefault(kind, []).append(value)
    return person


def add_to(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/agents", "agents", get, methods=["GET"])

"""GET /xapi/agents: a person with all identifiers that are known (1.0.3 Communication 2.4, IEEE 9274.1.1 4.1.6.3)."""

import orjson
from flask import Blueprint, Response, request

from core.access import access
from lrs.credentials.rules import permits
from lrs.identities.queries import identifiers_of
from lrs.statements.keys import agent_key
from lrs.xapi import values
from lrs.xapi.callers import caller, must_be_within, scoped
from lrs.xapi.values import wrong


@access("public")
@scoped("statements/read", "statements/read/mine", "profile/read", "state/read")
def get():
    """Always a person: one of whom nothing is known has what the request says. Other identifiers only for who may read all statements."""
    given = values.once(request.args, known=("agent",))
    agent = values.agent(given)
    if agent is None:
        raise wrong("agent", "is missing")
    if agent.get("objectType") == "Group":
        raise wrong("agent", "must be an agent, not a group")
    key = agent_key(agent)
    must_be_within(agent_key=key)
    keys = identifiers_of(key) if permits(caller().scopes, "statements/read") else [key]
    response = Response(orjson.dumps(_person(agent, keys)), mimetype="application/json")
    response.add_etag()
    return response.make_conditional(request)


def _person(agent: dict, keys: list[str]) -> dict:
    person: dict = {"objectType": "Person"}
    if "name" in agent:
        person["name"] = [agent["name"]]
    for key in keys:
        kind, _, value = key.partition(" ")
        if kind == "account":
            homepage, _, name = value.partition(" ")
            value = {"homePage": homepage, "name": name}
        person.setdefault(kind, []).append(value)
    return person


def add_to(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/agents", "agents", get, methods=["GET"])

"""The same filter for programs: requests to ``/xapi/statements`` as commands that can be pasted into a shell."""

from collections.abc import Sequence
from urllib.parse import urlencode

import orjson

from lrs.browser.rules import Filters
from lrs.statements.formats import utc_text

MOST = 5
_SAFE_LINES = " \\\n  "


def commands(filters: Filters, *, endpoint: str, agents: Sequence[str], activities: Sequence[str]) -> list[str]:
    """One command for each combination of agent and activity, for a request names at most one of each; at most five.

    ``agents`` are keys of the dictionary. ``KEY`` and ``SECRET`` stand where a credential goes.
    """
    pairs = [(agent, activity) for agent in agents or (None,) for activity in activities or (None,)][:MOST]
    return [_command(endpoint, _parameters(filters, agent, activity)) for agent, activity in pairs]


def query(filters: Filters, agents: Sequence[str], activities: Sequence[str]) -> str:
    """The parameters of such a request as a query string, for one agent and one activity at most."""
    return urlencode(_parameters(filters, next(iter(agents), None), next(iter(activities), None)))


def inexpressible(filters: Filters) -> list[str]:
    """The filters that xAPI does not know."""
    return [name for name in ("text", "voided", "authority") if filters.values.get(name)]


def _parameters(filters: Filters, agent: str | None, activity: str | None) -> list[tuple[str, str]]:
    found = [
        ("agent", orjson.dumps(agent_of(agent)).decode() if agent else ""),
        ("related_agents", "true" if agent and filters.mentioned else ""),
        ("verb", filters.verb),
        ("activity", activity or ""),
        ("related_activities", "true" if activity and filters.related else ""),
        ("registration", str(filters.registration or "")),
        ("since", utc_text(filters.since) if filters.since is not None else ""),
        ("until", utc_text(filters.until) if filters.until is not None else ""),
    ]
    return [(name, value) for name, value in found if value]


def agent_of(key: str) -> dict:
    """The agent that a key of the dictionary stands for: the reverse of ``lrs.statements.keys.agent_key``."""
    kind, _blank, rest = key.partition(" ")
    if kind == "account":
        home, _blank, name = rest.partition(" ")
        return {"account": {"homePage": home, "name": name}}
    return {kind: rest}


def _command(endpoint: str, parameters: Sequence[tuple[str, str]]) -> str:
    parts = [f"curl -G {_quoted(endpoint)}", "-u 'KEY:SECRET'", "-H 'X-Experience-API-Version: 1.0.3'"]
    parts += [f"--data-urlencode {_quoted(f'{name}={value}')}" for name, value in parameters]
    return _SAFE_LINES.join(parts)


def _quoted(text: str) -> str:
    """One word of a POSIX shell, whatever it holds."""
    return "'" + text.replace("'", "'\\''") + "'"

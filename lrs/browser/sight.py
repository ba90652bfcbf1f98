"""Whose statements somebody may see. Deny by default: administrators see all, everybody else what a package above this one allows.

A function that is registered here answers the keys of the agents (``lrs.statements.keys.agent_key``) whose statements a principal may
see as their actor, or None when it has nothing to say about this principal. What several functions allow is added together.
"""

from collections.abc import Callable, Iterable

from flask import Flask, current_app

from core.access import Principal

Allows = Callable[[Principal], Iterable[str] | None]
_KEY = "lrs.browser.sight"


def register(app: Flask, function: Allows) -> None:
    """Let ``function(principal)`` open the statements of some agents to somebody who is no administrator."""
    app.extensions.setdefault(_KEY, []).append(function)


def visible_agents(principal: Principal) -> frozenset[str] | None:
    """The agents whose statements this principal may see; None for all, an empty set for none."""
    if principal.is_admin:
        return None
    allowed: set[str] = set()
    for function in current_app.extensions.get(_KEY, ()):
        allowed.update(function(principal) or ())
    return frozenset(allowed)

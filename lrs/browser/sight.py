"""Whose statements somebody may see. Deny by default: administrators see all, everybody else what a package above this one allows.

A function that is registered here answers the keys of the agents (``lrs.statements.keys.agent_key``) whose statements a principal may
see as their actor, or None when it has nothing to say about this principal. What several functions allow is added together.

What such a statement is about may be hidden from the reader all the same: ``conceal`` registers functions that drop rows of a page.
Dropping makes a page shorter; who asks how many are new is told of them too.
"""

from collections.abc import Callable, Iterable, Sequence

from flask import Flask, current_app

from core.access import Principal
from lrs.browser.queries import Row

Allows = Callable[[Principal], Iterable[str] | None]
Drops = Callable[[Sequence[Row], Principal], Sequence[Row]]
_KEY, _DROPS = "lrs.browser.sight", "lrs.browser.sight.drops"


def register(app: Flask, function: Allows) -> None:
    """Let ``function(principal)`` open the statements of some agents to somebody who is no administrator."""
    app.extensions.setdefault(_KEY, []).append(function)


def conceal(app: Flask, function: Drops) -> None:
    """Let ``function(rows, principal)`` drop the rows about what a principal who is no administrator may not see."""
    app.extensions.setdefault(_DROPS, []).append(function)


def shown(rows: Sequence[Row], principal: Principal) -> Sequence[Row]:
    """Those of the rows that this principal may see, in their order."""
    if not principal.is_admin and rows:
        for function in current_app.extensions.get(_DROPS, ()):
            rows = function(rows, principal)
    return rows


def visible_agents(principal: Principal) -> frozenset[str] | None:
    """The agents whose statements this principal may see; None for all, an empty set for none."""
    if principal.is_admin:
        return None
    allowed: set[str] = set()
    for function in current_app.extensions.get(_KEY, ()):
        allowed.update(function(principal) or ())
    return frozenset(allowed)

"""Who is meant by what somebody typed. The log knows agents by their identifiers and by the names in statements; a package above
this one knows more, such as the account of an e-mail address, and says so here.
"""

from collections.abc import Callable, Iterable

from flask import Flask, current_app

Finder = Callable[[str], Iterable[str]]
_KEY = "lrs.browser.people"
MOST = 20


def register(app: Flask, function: Finder) -> None:
    """Let ``function(text)`` answer the keys of the agents that a typed name or address means, at most twenty."""
    app.extensions.setdefault(_KEY, []).append(function)


def meant_by(text: str) -> list[str]:
    """The keys of agents that packages above know by this name or address."""
    found: dict[str, None] = {}
    for function in current_app.extensions.get(_KEY, ()):
        found.update(dict.fromkeys(function(text)))
    return list(found)[:MOST]

"""Where a page about a person or an activity is. Packages above this one know such pages; they say here how to reach them.

    links.register("person", lambda agent_key: "/people/…" or None)
    links.register("activity", lambda iri: "/activities/…" or None)

An agent's key is that of ``lrs.statements.keys.agent_key``. A function may ask the database: it is called on the page of one
statement, a few times, never for each line of a list. It answers None when there is no such page, or none for this reader.
"""

from collections.abc import Callable

KINDS = ("person", "activity")
Link = Callable[[str], str | None]
_links: dict[str, Link] = {}


def register(kind: str, function: Link) -> None:
    """From now on ``function`` answers for this kind; a later registration takes the place of an earlier one."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}; one of {KINDS}")
    _links[kind] = function


def address(kind: str, key: str | None) -> str | None:
    """The address of the page about a thing, or None when nobody offers one."""
    function = _links.get(kind)
    return function(key) if function is not None and key else None

"""Which of our items a statement names, and what a page is asked for: pure."""

from collections.abc import Iterator, Mapping

_UUID = 36


def mentioned(statement: Mapping) -> Iterator[str]:
    """The IRIs of the activities of a statement: its object, what its context names, and those of a SubStatement."""
    target = statement["object"]
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        yield target["id"]
    elif kind == "SubStatement":
        yield from mentioned(target)
    for group in statement.get("context", {}).get("contextActivities", {}).values():
        for activity in [group] if isinstance(group, Mapping) else group:
            yield activity["id"]


def item_iri(iri: str, items: str) -> str | None:
    """The IRI of the item that an activity is or lies in; ``items`` is what the IRIs of items begin with. None for anything else."""
    return iri[: len(items) + _UUID] if iri.startswith(items) else None


def cursor(text: str) -> int | None:
    """The place in the log that an address names, a positive number of at most 17 digits; else None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None

"""The consumers of this application, by name."""

from typing import Protocol

from flask import Flask, current_app

from lrs.statements.entries import Entry


class Consumer(Protocol):
    """Acts on statements outside the database.

    ``handle`` gets each entry that came after the consumer was first run, in order, inside ``write()``. A crash between its effect
    and the commit gives it the same entry again, with the same ``key``: pass it on to whoever can recognise a repetition.
    An exception stops this consumer at the entry; it is tried again later.
    """

    name: str

    def handle(self, entry: Entry, *, key: str) -> None: ...


def register(app: Flask, consumer: Consumer) -> None:
    """Add a consumer; its name must be new."""
    known = app.extensions["lrs.consumers"]
    if consumer.name in known:
        raise ValueError(f"a consumer named {consumer.name!r} is already registered")
    known[consumer.name] = consumer


def registered() -> dict[str, Consumer]:
    return current_app.extensions["lrs.consumers"]

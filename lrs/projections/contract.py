"""What a projection promises."""

from collections.abc import Sequence
from typing import Protocol

from lrs.statements.entries import Entry


class Projection(Protocol):
    """Folds statements into tables of its own.

    ``name`` is unique and never changes: the position is kept under it. ``fold`` gets statements in the order of the log, each once,
    inside ``write()``; it flushes and never commits, and touches nothing outside the database. ``clear`` empties the tables, before
    everything is folded again. Both must depend on the statements alone, so that a rebuild gives what came of folding one by one:
    use ``entry.stored`` for the time, not the clock.
    """

    name: str

    def fold(self, entries: Sequence[Entry]) -> None: ...

    def clear(self) -> None: ...

"""Importing a sheet in several units of work, so that a long file does not keep everybody else from writing."""

from collections.abc import Callable, Sequence

from accounts.imports import service
from accounts.imports.rules import Row
from accounts.imports.service import Outcome
from core.db import write

UNIT = 50  # lines in one unit of work: well under a second


def execute(rows: Sequence[Row], *, trial: bool, also: Callable[[list[Outcome]], object] | None = None) -> list[Outcome]:
    """Write the rows, or find out what would happen (``trial``); ``also`` is called with the outcomes of each unit, inside it."""
    outcomes: list[Outcome] = []
    seen: dict[str, int] = {}
    for start in range(0, len(rows), UNIT):
        with write() as session:
            part = service.run(rows[start : start + UNIT], seen=seen)
            if trial:
                session.rollback()
            elif also:
                also(part)
        outcomes += part
    return outcomes

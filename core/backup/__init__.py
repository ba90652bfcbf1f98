"""Back up, verify and restore a whole installation: every row and every stored file in one portable file (ADR 0034).

``after_restore(app, name, apply, remember=…)`` lets a package put right what a restore brings back: the log begins a new generation,
sessions end, erasures are applied again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app

HOOKS = "colloquium.after_restore"


@dataclass(frozen=True)
class Restored:
    """What was restored: when the backup was taken, the schema it held, and whether it took the place of another installation."""

    created_at: datetime
    schema: str
    replaced: bool


@dataclass(frozen=True)
class Hook:
    """``remember()`` reads what the replaced installation knew; ``apply(restored, remembered)`` changes the new one."""

    apply: Callable[[Restored, object], object]
    remember: Callable[[], object] | None = None


def after_restore(
    app: Flask, name: str, apply: Callable[[Restored, object], object], *, remember: Callable[[], object] | None = None
) -> None:
    """Call ``apply(restored, remembered)`` once at the end of every restore, in the order of registration.

    It runs inside the unit of work of the restore, on the restored rows at the newest schema: what it changes is committed with them, and
    when it raises, nothing is restored. Stored files are in place. ``remember()`` is called before anything is replaced, in the old
    database when that has the newest schema; its value (None otherwise, and on an empty installation) is handed to ``apply``.
    """
    hooks = app.extensions.setdefault(HOOKS, {})
    if name in hooks:
        raise ValueError(f"something named {name!r} already follows a restore")
    hooks[name] = Hook(apply, remember)


def hooks() -> dict[str, Hook]:
    """What follows a restore in this application, by name."""
    return current_app.extensions.get(HOOKS, {})

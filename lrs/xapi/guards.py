"""Further rules for the credentials of launches, kept by who launches (ADR 0041): the store asks, and knows nothing about the rules.

Who issues a credential names its guard (``lrs.credentials.launches.issue_launch(guard=…)``) and registers that here under the same name.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from flask import current_app

from core.errors import Forbidden
from lrs.documents.rules import Place
from lrs.statements.parse import parse
from lrs.statements.prepare import Prepared
from lrs.xapi.callers import caller


class Guard(Protocol):
    """Each raises :class:`core.errors.DomainError` for what it does not allow. ``key`` is the credential's."""

    def admit(self, key: str, statements: Sequence[tuple[Prepared, dict, bool]]) -> bool:
        """Let statements be stored (``lrs.statements.service.enqueue``), all or none, with what follows from them. Inside ``write()``.

        Each comes as prepared, as it was written, and with whether the client gave its id. Answers whether anything followed.
        """

    def read(self, key: str, place: Place, name: str) -> None:
        """A document is about to be read; outside ``write()``."""

    def change(self, key: str, method: str, place: Place, name: str | None, content: Callable[[], bytes], content_type: str) -> None:
        """A document, or every one of a place (``name`` is None), is about to be changed; inside ``write()``."""


_GUARDS = "lrs.guards"


def register(app, name: str, guard: Guard) -> None:
    """Let a guard look at what credentials of this name do."""
    app.extensions.setdefault(_GUARDS, {})[name] = guard


def guard() -> Guard | None:
    """The guard of the calling launch, or None for other credentials. Forbidden where it is not known here."""
    bound = caller().bound
    if bound is None or bound.guard is None:
        return None
    found = current_app.extensions.get(_GUARDS, {}).get(bound.guard)
    if found is None:
        raise Forbidden("This credential belongs to a kind of launch that is not known here.", code="guard_unknown")
    return found


def admit(watch: Guard, prepared: Sequence[Prepared], *, named: bool) -> bool:
    """Store what a guard lets through; ``named``: the id came as a parameter."""
    given = [(p, parse(p.raw)) for p in prepared]
    return watch.admit(caller().key, [(p, statement, named or "id" in statement) for p, statement in given])

"""Places on a page that a higher package fills: the catalogue draws an item page, the discussion appears beside it.

A filler is called with the context the template passes and answers markup, or None for nothing.
"""

from collections.abc import Callable

from flask import Flask, current_app
from markupsafe import Markup

SLOTS = frozenset(
    {
        "item.actions",
        "item.main",
        "item.aside",
        "item.progress",
        "card.footer",
        "home.main",
        "home.aside",
        "nav.main",
        "nav.admin",
        "nav.user",
        "profile.main",
    }
)
Filler = Callable[..., Markup | str | None]


def register_slot(app: Flask, name: str, filler: Filler, *, order: int = 100) -> None:
    """Fill ``name`` with what ``filler(**context)`` returns; lower order comes first."""
    if name not in SLOTS:
        raise ValueError(f"unknown slot {name!r}")
    fillers = app.extensions.setdefault("colloquium.slots", {}).setdefault(name, [])
    fillers.append((order, len(fillers), filler))
    fillers.sort(key=lambda entry: entry[:2])


def slot(name: str, **context) -> Markup:
    """Everything that was registered for ``name``, in order."""
    if name not in SLOTS:
        raise ValueError(f"unknown slot {name!r}")
    fillers = current_app.extensions.get("colloquium.slots", {}).get(name, [])
    pieces = (filler(**context) for _order, _place, filler in fillers)
    # What a filler answers is our own template's output, escaped there.
    return Markup("\n").join(Markup(piece) for piece in pieces if piece)  # noqa: S704


def init_app(app: Flask) -> None:
    app.add_template_global(slot, "slot")

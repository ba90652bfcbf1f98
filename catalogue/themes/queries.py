"""Reading the tree of themes."""

from collections.abc import Iterable

from sqlalchemy import select

from catalogue.themes.models import Theme
from core.db import db


def everything() -> list[Theme]:
    """All themes; the tree is small by nature, so it is always read whole."""
    return list(db.session.scalars(select(Theme).order_by(Theme.name)))


def by_key(key: str) -> Theme | None:
    """The theme at a path, whatever its capitals."""
    return db.session.scalar(select(Theme).where(Theme.path_key == key))


def paths(themes: Iterable[Theme] | None = None) -> dict[int, str]:
    """``{theme id: "Safety / Fire"}`` of all themes, read unless the caller has them already."""
    rows = {theme.id: theme for theme in (everything() if themes is None else themes)}
    return {theme.id: _path(theme, rows) for theme in rows.values()}


def _path(theme: Theme, rows: dict[int, Theme]) -> str:
    names = [theme.name]
    seen = {theme.id}
    while (parent := rows.get(theme.parent_id)) and parent.id not in seen:
        names.insert(0, parent.name)
        seen.add(parent.id)
        theme = parent
    return " / ".join(names)

"""Making themes."""

from sqlalchemy.exc import IntegrityError

from catalogue.themes import queries, rules
from catalogue.themes.models import Theme
from core.db import db


def ensure(*, path: str) -> Theme | None:
    """The theme at a path such as ``"Safety / Fire"``, made where it is missing.

    Existing names are found whatever their capitals. An empty path is no theme: None.
    """
    parts = rules.path_parts(path)
    theme = None
    for depth, name in enumerate(parts, 1):
        key = rules.path_key(parts[:depth])
        theme = queries.by_key(key) or _add(theme, name, key)
    return theme


def _add(parent: Theme | None, name: str, key: str) -> Theme:
    """Add one; where another request was faster (PostgreSQL), take theirs."""
    theme = Theme(name=name, parent_id=parent.id if parent else None, path_key=key)
    try:
        with db.session.begin_nested():
            db.session.add(theme)
    except IntegrityError:
        return queries.by_key(key)
    return theme

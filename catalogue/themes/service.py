"""Making themes."""

from catalogue.themes import queries, rules
from catalogue.themes.models import Theme
from core.db import db


def ensure(*, path: str) -> Theme | None:
    """The theme at a path such as ``"Safety / Fire"``, made where it is missing.

    Existing names are found whatever their capitals. An empty path is no theme: None.
    """
    theme = None
    for name in rules.path_parts(path):
        theme = queries.child(theme, name) or _add(theme, name)
    return theme


def _add(parent: Theme | None, name: str) -> Theme:
    theme = Theme(name=name, parent_id=parent.id if parent else None)
    db.session.add(theme)
    db.session.flush()
    return theme

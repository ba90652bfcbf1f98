"""Search over titles and descriptions: one interface, SQLite FTS5 or PostgreSQL's text search behind it.

Text and query are folded the same way before either database sees them, so that both find the same: no accents, no capitals,
no operators. Every word must be found, at the beginning of a word.
"""

from sqlalchemy import ColumnElement

from catalogue.search import fts5, rules, tsvector
from catalogue.search.models import ItemText
from core.db import db

_ENGINES = {"sqlite": fts5.matching, "postgresql": tsvector.matching}


def index(item) -> None:
    """Take an item's title and description into the index; call it whenever one of them changes."""
    row = db.session.get(ItemText, item.id)
    if row is None:
        row = ItemText(item_id=item.id)
        db.session.add(row)
    row.title, row.body = rules.indexed(item.title), rules.indexed(item.description)
    db.session.flush()


def matching(query: str, item_id: ColumnElement) -> ColumnElement[bool] | None:
    """The condition that an item's title and description hold all words of the query.

    None when nothing can be searched for (no words): the caller then shows everything.
    """
    words = rules.words(query)
    if not words:
        return None
    return _ENGINES[db.session.get_bind().dialect.name](words, item_id)

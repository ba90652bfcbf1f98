"""SQLite: the FTS5 table that triggers keep equal to ``item_text``."""

from sqlalchemy import ColumnElement, column, select, table
from sqlalchemy.sql import literal

_FTS = table("item_fts", column("rowid"), column("item_fts"))


def matching(words: list[str], item_id: ColumnElement) -> ColumnElement[bool]:
    """Each word as a quoted prefix: quoting leaves FTS5 no operator to see."""
    expression = " ".join(f'"{word}"*' for word in words)
    return item_id.in_(select(_FTS.c.rowid).where(_FTS.c.item_fts.op("MATCH")(literal(expression))))

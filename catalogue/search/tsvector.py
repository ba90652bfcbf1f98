"""PostgreSQL: an expression index over ``item_text``, in the ``simple`` configuration because words are folded already."""

from sqlalchemy import ColumnElement, func, literal, literal_column, select

from catalogue.search.models import DOCUMENT, ItemText


def matching(words: list[str], item_id: ColumnElement) -> ColumnElement[bool]:
    """Each word as a quoted prefix, all of them needed. Words hold letters and digits only, so quoting is enough."""
    expression = " & ".join(f"'{word}':*" for word in words)
    document = literal_column(DOCUMENT)
    return item_id.in_(select(ItemText.item_id).where(document.op("@@")(func.to_tsquery(literal_column("'simple'"), literal(expression)))))

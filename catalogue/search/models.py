"""The folded text of each item. On SQLite triggers keep the FTS5 table ``item_fts`` beside it; see the migration."""

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base

DOCUMENT = "to_tsvector('simple'::regconfig, (title || ' '::text) || body)"


class ItemText(Base):
    """Derived from ``Item.title`` and ``Item.description`` by ``catalogue.search.index``."""

    __tablename__ = "item_text"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")


Index("ix_item_text_document", text(DOCUMENT), postgresql_using="gin", _table=ItemText.__table__).ddl_if(dialect="postgresql")

"""What the browser keeps for itself: the names it has met, so that people can search by them, and the filters that people saved."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, UTCDateTime

NAME_MAX, WORDS_MAX = 200, 1000


class Seen(Base):
    """A term of the dictionary with the name that statements gave it last. ``words`` is what a search looks at: names in every language
    and the identifier, folded. Derived from the log by :mod:`lrs.browser.projection`."""

    __tablename__ = "lrs_seen"
    __table_args__ = (Index("ix_lrs_seen_kind_name", "kind", "name"),)

    term_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    words: Mapped[str] = mapped_column(Text)


class SavedFilter(Base):
    """A filter under a name, for the person who saved it; ``query`` is the query string of the list."""

    __tablename__ = "lrs_saved_filter"
    __table_args__ = (UniqueConstraint("owner", "name"),)

    uuid: Mapped[str] = mapped_column(String(36), primary_key=True, default=lambda: str(uuid4()))
    owner: Mapped[str] = mapped_column(String(36))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

"""The tables of talk. They are the source of truth for texts; what people did with them is in the statement log."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.people.models import Person
from catalogue.items.models import Item
from core.clock import now
from core.db import Base, UTCDateTime


class Thread(Base):
    """A conversation beside an item: an opening comment, with a title when it is a topic, and replies.

    ``anchor`` says which place of the item it is about (a slide, a second, a page); None: the item as a whole.
    ``last_at`` is when somebody last wrote, and orders the threads of an item.
    """

    __tablename__ = "thread"
    __table_args__ = (Index("ix_thread_item_id_last_at", "item_id", "last_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(200), default="")
    anchor: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    item: Mapped[Item] = relationship(lazy="raise_on_sql")


class Comment(Base):
    """One post of a thread; ``opening`` marks the first. Deleted and hidden ones keep their row, so that both can be undone.

    ``revision`` counts everything that happened to it and makes statement ids that a retry repeats. ``submission`` is the form's
    own key: sending the same form twice makes one comment.
    """

    __tablename__ = "comment"
    __table_args__ = (
        UniqueConstraint("author_id", "submission"),
        Index("ix_comment_thread_id", "thread_id", "id"),
        Index("ix_comment_author_id_created_at", "author_id", "created_at"),
        Index("ix_comment_created_at", "created_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opening: Mapped[bool] = mapped_column(default=False, server_default=false())
    body: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    submission: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    thread: Mapped[Thread] = relationship(lazy="raise_on_sql")
    author: Mapped[Person] = relationship(lazy="raise_on_sql")

    @property
    def gone(self) -> bool:
        """True when its text is not shown: its author deleted it, or a moderator hid it."""
        return self.deleted_at is not None or self.hidden_at is not None


class CommentVersion(Base):
    """What a comment said before an edit; ``revision`` is the comment's at that time, ``at`` when that text was written."""

    __tablename__ = "comment_version"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)

"""The table of likes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, UTCDateTime


class Like(Base):
    """What a person thinks of an item or of a comment: ``liked`` now or no longer. One row each, however often they change their mind.

    ``version`` counts the changes and makes statement ids that a retry repeats.
    """

    __tablename__ = "liking"
    __table_args__ = (
        UniqueConstraint("person_id", "item_id"),
        UniqueConstraint("person_id", "comment_id"),
        CheckConstraint("(item_id IS NULL) <> (comment_id IS NULL)", name="one_target"),
        Index("ix_liking_item_id", "item_id", "liked"),
        Index("ix_liking_comment_id", "comment_id", "liked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    liked: Mapped[bool]
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

"""The table of one-use links."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, UTCDateTime

PURPOSES = ("setup", "invitation", "reset")


class Link(Base):
    """A secret handed out once. Only its SHA-256 is kept; ``used_at`` makes it dead.

    ``person_id`` is whom it is for; a set-up link is for nobody yet.
    """

    __tablename__ = "one_time_link"
    __table_args__ = (
        CheckConstraint(f"purpose IN ({', '.join(repr(purpose) for purpose in PURPOSES)})", name="purpose"),
        CheckConstraint("(purpose = 'setup') = (person_id IS NULL)", name="addressee"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

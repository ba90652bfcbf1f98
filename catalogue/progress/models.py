"""The tables of progress; both are derived and can be rebuilt from the log."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UTCDateTime


class Progress(Base):
    """One person's standing with one item. No row means not started."""

    __tablename__ = "progress"
    __table_args__ = (
        CheckConstraint("status IN ('not_started', 'started', 'completed', 'passed', 'failed')", name="status"),
        Index("ix_progress_item_id", "item_id", "status"),
        Index("ix_progress_person_id_last_at", "person_id", "last_at"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    status: Mapped[str] = mapped_column(String(16))
    score_scaled: Mapped[float | None] = mapped_column(Float(53))
    progress: Mapped[float | None] = mapped_column(Float(53))
    duration_seconds: Mapped[float] = mapped_column(Float(53), default=0.0)
    first_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    passed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ProgressFact(Base):
    """What one statement said about a person and an item; kept so that voiding it can be undone exactly."""

    __tablename__ = "progress_fact"
    __table_args__ = (Index("ix_progress_fact_person_id_item_id", "person_id", "item_id"), Index("ix_progress_fact_item_id", "item_id"))

    statement_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    completed: Mapped[bool]
    passed: Mapped[bool]
    failed: Mapped[bool]
    score_scaled: Mapped[float | None] = mapped_column(Float(53))
    progress: Mapped[float | None] = mapped_column(Float(53))
    duration_seconds: Mapped[float] = mapped_column(Float(53))

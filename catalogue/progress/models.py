"""The tables of progress: all but the choice of a grading are derived and can be rebuilt from the log."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UTCDateTime


class Progress(Base):
    """One person's standing with one item. No row means not started.

    ``attempt`` is the uuid of the attempt that counts; empty where several do, or where attempts are not told apart.
    """

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
    attempt: Mapped[str] = mapped_column(String(36), default="", server_default="")


class ProgressAttempt(Base):
    """What the statements of one attempt come to; ``attempt`` is empty for those that name none."""

    __tablename__ = "progress_attempt"
    __table_args__ = (Index("ix_progress_attempt_item_id", "item_id", "person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    attempt: Mapped[str] = mapped_column(String(36), primary_key=True)
    first_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    passed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    score_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    score_scaled: Mapped[float | None] = mapped_column(Float(53))
    progress: Mapped[float | None] = mapped_column(Float(53))
    duration_seconds: Mapped[float] = mapped_column(Float(53))


class ProgressGrading(Base):
    """Which attempts count for an item, where somebody chose (no row: the highest).

    Until everybody's standing follows it, ``graded_to`` is the row id of the last person whose does.
    """

    __tablename__ = "progress_grading"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(8))
    graded_to: Mapped[int | None]


class ProgressFact(Base):
    """What one statement said about a person and an item; kept so that voiding it can be undone exactly."""

    __tablename__ = "progress_fact"
    __table_args__ = (Index("ix_progress_fact_person_id_item_id", "person_id", "item_id"), Index("ix_progress_fact_item_id", "item_id"))

    statement_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    attempt: Mapped[str] = mapped_column(String(36), default="", server_default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    completed: Mapped[bool]
    passed: Mapped[bool]
    failed: Mapped[bool]
    score_scaled: Mapped[float | None] = mapped_column(Float(53))
    progress: Mapped[float | None] = mapped_column(Float(53))
    duration_seconds: Mapped[float] = mapped_column(Float(53))

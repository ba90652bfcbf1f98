"""What content that speaks for itself has said about its course."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UTCDateTime


class LaunchedFact(Base):
    """What one statement about the course said of an attempt; a voided statement's is deleted. Seconds are those of one session."""

    __tablename__ = "launched_fact"
    __table_args__ = (Index("ix_launched_fact_attempt_id", "attempt_id"),)

    statement_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    completed: Mapped[bool]
    passed: Mapped[bool]
    failed: Mapped[bool]
    scaled: Mapped[float | None] = mapped_column(Float(53))
    raw: Mapped[float | None] = mapped_column(Float(53))
    low: Mapped[float | None] = mapped_column(Float(53))
    high: Mapped[float | None] = mapped_column(Float(53))
    progress: Mapped[float | None] = mapped_column(Float(53))
    seconds: Mapped[float] = mapped_column(Float(53))

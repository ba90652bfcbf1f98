"""The table of rules."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, UTCDateTime


class RetentionRule(Base):
    """Delete (or keep) the statements that were stored at least ``days`` ago and, where given, have the verb and the activity.

    What a rule of kind ``keep`` covers stays whatever the others say; without days it covers every age.
    """

    __tablename__ = "lrs_retention_rule"
    __table_args__ = (
        CheckConstraint("kind IN ('delete', 'keep')", name="kind"),
        CheckConstraint("days > 0", name="days"),
        CheckConstraint("kind = 'keep' OR days IS NOT NULL", name="age"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    days: Mapped[int | None]
    verb: Mapped[str | None] = mapped_column(Text)
    activity: Mapped[str | None] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

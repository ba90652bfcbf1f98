"""Where each projection stands in the log."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UTCDateTime
from lrs.statements.models import Seq


class Cursor(Base):
    """Everything up to ``position`` (a ``seq``) has been folded. After failures it is tried again at ``retry_at``."""

    __tablename__ = "lrs_projection"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int] = mapped_column(Seq)
    failures: Mapped[int]
    retry_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

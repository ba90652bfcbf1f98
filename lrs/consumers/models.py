"""Where each consumer stands in the log."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UTCDateTime
from lrs.statements.models import Seq


class ConsumerCursor(Base):
    """Everything up to ``position`` has been handled. After failures it is tried again at ``retry_at``."""

    __tablename__ = "lrs_consumer"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int] = mapped_column(Seq)
    failures: Mapped[int]
    retry_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

"""The table of counted attempts."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UTCDateTime


class Counter(Base):
    """How often something was tried since ``since``. ``key`` is a hash: no address is kept in clear."""

    __tablename__ = "throttle_counter"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

"""The table of videos."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Video(Base):
    """Where an item of kind ``video`` leads. With a provider the frame's address is built from ``video_id``, never stored."""

    __tablename__ = "video"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    url: Mapped[str] = mapped_column(String(2000))
    provider: Mapped[str | None] = mapped_column(String(20))
    video_id: Mapped[str | None] = mapped_column(String(100))
    author_name: Mapped[str | None] = mapped_column(String(200))

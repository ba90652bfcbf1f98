"""The tree of themes."""

from uuid import uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Theme(Base):
    """One branch of the tree. ``path_key`` is its path without capitals, which is what makes a name unique among its siblings."""

    __tablename__ = "theme"
    __table_args__ = (Index("ix_theme_parent_id", "parent_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    name: Mapped[str] = mapped_column(String(100))
    path_key: Mapped[str] = mapped_column(String(1300), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"))

"""The tables of catalogue items."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from catalogue.items.rules import band
from core.clock import now
from core.db import Base, UTCDateTime


class Item(Base):
    """One thing to learn from: a package, a video, later a path, a session, a quiz.

    ``activity_iri`` is what statements about it name; it never changes. The three ``rank_`` keys are written by whoever measures
    popularity; the catalogue only sorts by them.
    """

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("visibility IN ('draft', 'published', 'groups')", name="visibility"),
        CheckConstraint("duration_minutes IS NULL OR duration_minutes > 0", name="duration"),
        # The counts beside the filters read this index alone, in its order, never the rows with their long texts.
        Index("ix_item_facets", "kind", "theme_id", "language", "duration_band", "visibility", "owner_id", "id"),
        Index("ix_item_rank_popular", "rank_popular", "id"),
        Index("ix_item_rank_trending", "rank_trending", "id"),
        Index("ix_item_rank_all", "rank_all", "id"),
        Index("ix_item_published_at", "published_at", "id"),
        Index("ix_item_title_key", "title_key", "id"),
        Index("ix_item_owner_id", "owner_id"),
        Index("ix_item_theme_id", "theme_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    kind: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(300))
    title_key: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str | None] = mapped_column(String(16))
    duration_minutes: Mapped[int | None]
    duration_band: Mapped[str | None] = mapped_column(String(8))
    visibility: Mapped[str] = mapped_column(String(16), default="draft")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="SET NULL"))
    image_key: Mapped[str | None] = mapped_column(String(100))
    activity_iri: Mapped[str] = mapped_column(String(600), unique=True)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    rank_popular: Mapped[float] = mapped_column(Float(53), default=0.0)
    rank_trending: Mapped[float] = mapped_column(Float(53), default=0.0)
    rank_all: Mapped[float] = mapped_column(Float(53), default=0.0)

    @validates("duration_minutes")
    def _keep_band(self, _name: str, minutes: int | None) -> int | None:
        self.duration_band = band(minutes)
        return minutes


class ItemGroup(Base):
    """A group whose members and trainers see an item of visibility ``groups``."""

    __tablename__ = "item_group"
    __table_args__ = (Index("ix_item_group_group_id", "group_id"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)

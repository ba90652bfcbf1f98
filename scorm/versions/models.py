"""The table of what was decided about versions: it is the history that the pages tell."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, UTCDateTime


class PackageChange(Base):
    """One decision: version ``number`` took the place of ``from_number``, or was discarded while ``from_number`` was current.

    ``attempts`` is what was chosen for attempts in progress; ``moved`` of them went along, ``stayed`` of them did not. A row is never
    changed. ``by_id`` is empty for the command line and for keys.
    """

    __tablename__ = "package_change"
    __table_args__ = (
        CheckConstraint("did IN ('used', 'discarded')", name="did"),
        CheckConstraint("attempts IN ('stay', 'move')", name="attempts"),
        Index("ix_package_change_package_id", "package_id", "id"),
        Index("ix_package_change_by_id", "by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("package.id", ondelete="CASCADE"))
    did: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    from_number: Mapped[int]
    attempts: Mapped[str] = mapped_column(String(4), default="stay")
    moved: Mapped[int] = mapped_column(default=0)
    stayed: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

"""The table of the queue: one row a received file, from its arrival to its report."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, UTCDateTime


class Upload(Base):
    """A file that storage holds, who brought it, and what has come of it.

    ``until`` is when it may be taken up: at once, after a pause, or, while ``holder`` works on it, when their lease ends (they renew
    it as long as they live). ``place`` is how many files of the same uploader waited before it: everybody's first files go first.
    ``key`` is empty as soon as the file is a version's original, or gone. ``problem`` names what holds it up, or why it failed.
    """

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'working', 'done', 'refused', 'failed')", name="state"),
        Index("ix_upload_state_until", "state", "until"),
        Index("ix_upload_batch_id", "batch", "id"),
        Index("ix_upload_uploader_id_batch", "uploader_id", "batch"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    batch: Mapped[str] = mapped_column(String(36))
    uploader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(300))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    theme: Mapped[str] = mapped_column(String(500), default="")
    publish: Mapped[bool] = mapped_column(default=False)
    key: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    place: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None] = mapped_column(String(36))
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    problem: Mapped[str | None] = mapped_column(String(20))
    report: Mapped[dict | None] = mapped_column(JSON)
    package_uuid: Mapped[str | None] = mapped_column(String(36))
    item_uuid: Mapped[str | None] = mapped_column(String(36))
    duplicate: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

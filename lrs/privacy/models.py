"""The tables of privacy: erasures and how far they are, what was erased (as digests), texts to look at, and who did what."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, UTCDateTime


class Erasure(Base):
    """One person forgotten, or being forgotten. ``subject`` is who; it is emptied when the work is done.

    ``stage`` is the part that is worked on and ``position`` how far; both are written together with what a chunk did, so an interrupted
    erasure goes on where it was. ``compacted`` says that the database gave the freed space back.
    """

    __tablename__ = "lrs_erasure"
    __table_args__ = (
        CheckConstraint("mode IN ('pseudonymise', 'erase')", name="mode"),
        CheckConstraint("state IN ('running', 'done')", name="state"),
        Index("ix_lrs_erasure_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    mode: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(8), default="running")
    subject: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    pseudonym: Mapped[str] = mapped_column(String(36))
    stage: Mapped[str] = mapped_column(String(60), default="")
    position: Mapped[int] = mapped_column(BigInteger, default=0)
    counts: Mapped[dict] = mapped_column(JSON, default=dict)
    by: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    failure: Mapped[str] = mapped_column(Text, default="")
    compacted: Mapped[bool] = mapped_column(default=False, server_default=false())
    started_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ErasedDigest(Base):
    """The journal: keyed digests of erased identifiers with the pseudonyms in their place, so that a restore can erase them again."""

    __tablename__ = "lrs_erased"

    erasure: Mapped[str] = mapped_column(String(36), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    pseudonym: Mapped[str] = mapped_column(String(36))
    mode: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Found(Base):
    """A text that seemed to name the person: where it is, not what it says. ``done_at``: somebody has looked at it."""

    __tablename__ = "lrs_mention"
    __table_args__ = (Index("ix_lrs_mention_place", "erasure_id", "part", "uuid", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    erasure_id: Mapped[int] = mapped_column(ForeignKey("lrs_erasure.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    uuid: Mapped[str] = mapped_column(String(36))
    start: Mapped[int] = mapped_column(default=0)
    length: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Audit(Base):
    """Who did what that touches people's data, why, and how much. ``by_key`` is the agent key of who did it, empty for the command line."""

    __tablename__ = "lrs_audit"
    __table_args__ = (Index("ix_lrs_audit_by_key", "by_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    by: Mapped[str] = mapped_column(String(200), default="")
    by_key: Mapped[str] = mapped_column(String(200), default="")
    verb: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(Text, default="")
    counts: Mapped[dict] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")

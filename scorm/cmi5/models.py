"""Tables of cmi5: who is registered for which course, how each unit stands, and every launch of a unit."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import JSON, Boolean, CheckConstraint, Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.people.models import Person
from core.clock import now
from core.db import Base, UTCDateTime
from scorm.cmi5.vocabulary import MODES
from scorm.packages.models import PackageVersion


class Enrolment(Base):
    """A registration in cmi5's sense: ``uuid`` is in every statement about it.

    A learner of ours has one for each attempt, named like it, so that a new attempt begins anew (ADR 0041); an author's look around has
    one without an attempt. Somebody whom only another system knows has ``actor``, the agent that it gave.
    """

    __tablename__ = "cmi5_registration"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (actor_key IS NULL)", name="who"),
        Index("ix_cmi5_registration_version_id", "version_id"),
        Index("ix_cmi5_registration_person_id", "person_id"),
        Index("ix_cmi5_registration_actor_key", "actor_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("package_version.id", ondelete="CASCADE"))
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    actor: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    actor_key: Mapped[str | None] = mapped_column(String(2000))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    version: Mapped[PackageVersion] = relationship()
    person: Mapped[Person | None] = relationship()


class UnitState(Base):
    """How one unit stands in a registration; no row means that nothing was said about it.

    ``part`` is its identifier, which is the same in the next version of the course: a unit that a version does not have comes back
    as it was when the registration does.
    """

    __tablename__ = "cmi5_unit"

    registration_id: Mapped[int] = mapped_column(ForeignKey("cmi5_registration.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[str] = mapped_column(String(36), primary_key=True)
    completed: Mapped[bool] = mapped_column(Boolean, default=False)
    passed: Mapped[bool] = mapped_column(Boolean, default=False)
    failed: Mapped[bool] = mapped_column(Boolean, default=False)
    waived: Mapped[bool] = mapped_column(Boolean, default=False)
    score_scaled: Mapped[float | None] = mapped_column(Float(53))
    score_raw: Mapped[float | None] = mapped_column(Float(53))
    score_min: Mapped[float | None] = mapped_column(Float(53))
    score_max: Mapped[float | None] = mapped_column(Float(53))
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class UnitSession(Base):
    """One launch of a unit. ``key`` is its credential's, from the moment at which the unit has fetched it.

    ``said`` are the last parts of the verbs of its cmi5-defined statements. ``ended`` says how it ended; at most one session of a
    registration has not.
    """

    __tablename__ = "cmi5_session"
    __table_args__ = (
        CheckConstraint(f"mode IN {MODES}", name="mode"),
        CheckConstraint("ended IN ('', 'terminated', 'abandoned')", name="ended"),
        UniqueConstraint("key"),
        Index("ix_cmi5_session_registration_id", "registration_id"),
        Index("ix_cmi5_session_launch_id", "launch_id"),
        Index("ix_cmi5_session_ended_expires_at", "ended", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    registration_id: Mapped[int] = mapped_column(ForeignKey("cmi5_registration.id", ondelete="CASCADE"))
    launch_id: Mapped[int | None] = mapped_column(ForeignKey("launch.id", ondelete="CASCADE"))
    number: Mapped[int]
    mode: Mapped[str] = mapped_column(String(8))
    key: Mapped[str | None] = mapped_column(String(40))
    launch_data_read: Mapped[bool] = mapped_column(Boolean, default=False)
    preferences_read: Mapped[bool] = mapped_column(Boolean, default=False)
    said: Mapped[list] = mapped_column(JSON, default=list)
    ended: Mapped[str] = mapped_column(String(12), default="")
    launched_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    last_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)

    registration: Mapped[Enrolment] = relationship()

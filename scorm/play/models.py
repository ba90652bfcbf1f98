"""Tables of play: who is enrolled, each run, the state of every SCO, every commit, every launch."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.items.models import Item
from core.clock import now
from core.db import Base, UTCDateTime
from scorm.packages.models import PackageVersion
from scorm.play.cmi.outcome import Outcome, Score

MODES = ("normal", "review", "browse")


class Registration(Base):
    """One learner's enrolment in one item: ``uuid`` is the registration of every statement of every attempt."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("person_id", "item_id"), Index("ix_registration_item_id", "item_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Standing:
    """The columns of an outcome, the same for a SCO and for a whole attempt."""

    completion: Mapped[str] = mapped_column(String(16), default="not attempted")
    success: Mapped[str] = mapped_column(String(16), default="unknown")
    score_scaled: Mapped[float | None] = mapped_column(Float(53))
    score_raw: Mapped[float | None] = mapped_column(Float(53))
    score_min: Mapped[float | None] = mapped_column(Float(53))
    score_max: Mapped[float | None] = mapped_column(Float(53))
    progress: Mapped[float | None] = mapped_column(Float(53))

    @property
    def outcome(self) -> Outcome:
        score = None if self.score_scaled is None else Score(self.score_scaled, self.score_raw, self.score_min, self.score_max)
        return Outcome(self.completion, self.success, score, self.progress)

    @outcome.setter
    def outcome(self, found: Outcome) -> None:
        score = found.score
        self.completion, self.success, self.progress = found.completion, found.success, found.progress
        self.score_scaled, self.score_raw, self.score_min, self.score_max = (
            (score.scaled, score.raw, score.min, score.max) if score else (None,) * 4
        )


class Attempt(Standing, Base):
    """One run of a learner through a version of a package. At most one attempt of a registration is open.

    ``flags`` names what was implausible (SECURITY row 20): a report shows them, nothing is thrown away for them. ``own_completion``
    and ``own_success`` are what the package itself says where the author chose another rule of completion (``judging``).
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("registration_id", "n"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        Index(
            "uq_attempt_open", "registration_id", unique=True, sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")
        ),
        Index("ix_attempt_version_id", "version_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    n: Mapped[int]
    version_id: Mapped[int] = mapped_column(ForeignKey("package_version.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(8), default="open")
    total_time: Mapped[int] = mapped_column(BigInteger, default=0)
    last_sco: Mapped[str] = mapped_column(Text, default="")
    last_exit: Mapped[str] = mapped_column(String(16), default="")
    flags: Mapped[list] = mapped_column(JSON, default=list)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    own_completion: Mapped[str | None] = mapped_column(String(16))
    own_success: Mapped[str | None] = mapped_column(String(16))

    registration: Mapped[Registration] = relationship()
    version: Mapped[PackageVersion] = relationship()


class Launch(Base):
    """One opening of the player. Its tokens are computed from ``uuid`` and never stored (``tokens``).

    ``attempt_id`` is empty for an author's look around (mode ``browse``), which leaves no trace in results. ``openings`` counts how often
    content was opened that speaks for itself: a goodbye that comes late ends only what it belongs to.
    """

    __tablename__ = "launch"
    __table_args__ = (
        CheckConstraint("mode IN ('normal', 'review', 'browse')", name="mode"),
        CheckConstraint("mode = 'browse' OR attempt_id IS NOT NULL", name="attempt"),
        Index("ix_launch_attempt_id", "attempt_id"),
        Index("ix_launch_person_id", "person_id"),
        Index("ix_launch_item_id", "item_id"),
        Index("ix_launch_version_id", "version_id"),
        Index("ix_launch_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("package_version.id", ondelete="CASCADE"))
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    mode: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    openings: Mapped[int] = mapped_column(default=0, server_default="0")

    attempt: Mapped[Attempt | None] = relationship()
    version: Mapped[PackageVersion] = relationship()
    item: Mapped[Item] = relationship()


class ScoState(Standing, Base):
    """What one SCO stored in one attempt.

    ``cmi`` is flattened elements as JSON text (text, because PostgreSQL's JSON refuses NUL, which suspend data may hold).
    ``(launch_id, sequence)`` is the last commit that was merged: anything not newer is stale. Times are hundredths of a second;
    ``total_time`` covers the sessions that ended, ``session_time`` the current or last one; no session of ours is longer than the clock
    on the wall. ``told_time`` and ``told_session`` are the same as the SCO reported them, for that is what it is told again.
    ``listed``: its answers are in the tables of ``answers``.
    """

    __tablename__ = "sco_state"
    __table_args__ = (
        UniqueConstraint("attempt_id", "sco"),
        Index("ix_sco_state_launch_id", "launch_id"),
        Index("ix_sco_state_unlisted", "id", sqlite_where=text("NOT listed"), postgresql_where=text("NOT listed")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    sco: Mapped[str] = mapped_column(String(1000))
    cmi: Mapped[str] = mapped_column(Text, default="{}")
    launch_id: Mapped[int] = mapped_column(ForeignKey("launch.id", ondelete="CASCADE"))
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    session: Mapped[int] = mapped_column(BigInteger, default=0)
    sessions: Mapped[int] = mapped_column(default=0)
    running: Mapped[bool] = mapped_column(Boolean, default=False)
    entry: Mapped[str] = mapped_column(String(16), default="")
    last_exit: Mapped[str] = mapped_column(String(16), default="")
    session_time: Mapped[int] = mapped_column(BigInteger, default=0)
    total_time: Mapped[int] = mapped_column(BigInteger, default=0)
    told_session: Mapped[int] = mapped_column(BigInteger, default=0)
    told_time: Mapped[int] = mapped_column(BigInteger, default=0)
    session_started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    listed: Mapped[bool] = mapped_column(default=False, server_default=false())


class SequencingState(Base):
    """Where an attempt stands in the engine's own words (JSON, gzip), as of message ``sequence`` of a launch."""

    __tablename__ = "sequencing_state"
    __table_args__ = (Index("ix_sequencing_state_launch_id", "launch_id"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    launch_id: Mapped[int] = mapped_column(ForeignKey("launch.id", ondelete="CASCADE"))
    sequence: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class GlobalObjectives(Base):
    """What a learner's courses know of shared objectives: ``{identifier: {satisfied, measure, completed, progress, raw, min, max}}``.

    They belong to the learner, not to a course: one course may ask for what another has written (SCORM 2004 4th ed. SN 3.10.2).
    """

    __tablename__ = "global_objectives"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    known: Mapped[dict] = mapped_column(JSON, default=dict)


class CommitEntry(Base):
    """The journal: every commit as it came, in order, never changed. Long values are kept as length and hash."""

    __tablename__ = "commit_entry"
    __table_args__ = (Index("ix_commit_entry_attempt_id", "attempt_id", "id"), Index("ix_commit_entry_launch_id", "launch_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    launch_id: Mapped[int] = mapped_column(ForeignKey("launch.id", ondelete="CASCADE"))
    sco: Mapped[str] = mapped_column(String(1000))
    sequence: Mapped[int] = mapped_column(BigInteger)
    finish: Mapped[str] = mapped_column(String(8), default="")
    changes: Mapped[str] = mapped_column(Text)
    rejected: Mapped[dict] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(UTCDateTime)

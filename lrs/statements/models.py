"""Tables of the log. Written by ``append`` in one round trip, never through the ORM; read by ``queries`` and the projections.

``seq`` is the time of storing in microseconds, made unique and increasing; it orders the log and ends every index (ADR 0003).
There are no foreign keys here on purpose: the log only grows, its keys are written under the same lock, and one trigger per
key and row would cost more than storing the statement.
"""

from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from core.db import Base

Seq = BigInteger().with_variant(Integer, "sqlite")
_NO_ROWID = {"sqlite_with_rowid": False}


class Uuid16(TypeDecorator):
    """A UUID in 16 bytes: PostgreSQL's own type, a blob on SQLite."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return postgresql.UUID(as_uuid=True) if dialect.name == "postgresql" else dialect.type_descriptor(LargeBinary(16))

    def process_bind_param(self, value, dialect):
        return value.bytes if value is not None and dialect.name != "postgresql" else value

    def process_result_value(self, value, dialect):
        return UUID(bytes=bytes(value)) if value is not None and dialect.name != "postgresql" else value


class Log(Base):
    """One row: the generation of the log. It changes when the dictionary does other than grow, and so empties every cache of it."""

    __tablename__ = "lrs_log"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    generation: Mapped[int] = mapped_column(BigInteger)


class Term(Base):
    """The dictionary: an agent, a verb or an activity as a number. ``digest`` is BLAKE2b-128 of kind and text, for a text may be long."""

    __tablename__ = "lrs_term"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)


class Statement(Base):
    """A statement: its bytes as they are returned, and the numbers it is found by."""

    __tablename__ = "lrs_statement"

    seq: Mapped[int] = mapped_column(Seq, primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(Uuid16)
    actor_id: Mapped[int | None]
    verb_id: Mapped[int]
    activity_id: Mapped[int | None]
    authority_id: Mapped[int | None]
    registration: Mapped[UUID | None] = mapped_column(Uuid16)
    trust: Mapped[str] = mapped_column(String(12))
    voided: Mapped[bool] = mapped_column(Boolean(create_constraint=False))
    payload: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_lrs_statement_id", "id", unique=True),
        Index("ix_lrs_statement_actor", "actor_id", "seq"),
        Index("ix_lrs_statement_verb", "verb_id", "seq"),
        Index("ix_lrs_statement_activity", "activity_id", "seq"),
        Index("ix_lrs_statement_activity_verb", "activity_id", "verb_id", "seq"),
        Index("ix_lrs_statement_authority", "authority_id", "seq"),
        Index(
            "ix_lrs_statement_registration",
            "registration",
            "seq",
            sqlite_where=text("registration IS NOT NULL"),
            postgresql_where=text("registration IS NOT NULL"),
        ),
    )


class StatementAgent(Base):
    """Further agents of a statement: ``direct`` ones answer the filter ``agent``, the others only ``related_agents``."""

    __tablename__ = "lrs_statement_agent"
    __table_args__ = _NO_ROWID

    agent_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    direct: Mapped[bool] = mapped_column(Boolean(create_constraint=False), primary_key=True)
    seq: Mapped[int] = mapped_column(Seq, primary_key=True, autoincrement=False)


class StatementActivity(Base):
    """Further activities of a statement, for the filter ``related_activities``."""

    __tablename__ = "lrs_statement_activity"
    __table_args__ = _NO_ROWID

    activity_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Seq, primary_key=True, autoincrement=False)


class Reference(Base):
    """A statement whose object is a reference to another, which may arrive later; ``voids`` when it voids it.

    A reference to a reference has a row for each statement that it leads to, so that a filter finds it by any of them.
    """

    __tablename__ = "lrs_reference"
    __table_args__ = (Index("ix_lrs_reference_seq", "seq"), _NO_ROWID)

    target: Mapped[UUID] = mapped_column(Uuid16, primary_key=True)
    seq: Mapped[int] = mapped_column(Seq, primary_key=True, autoincrement=False)
    voids: Mapped[bool] = mapped_column(Boolean(create_constraint=False))

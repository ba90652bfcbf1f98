"""The tables of popularity; all are derived and can be rebuilt from the log."""

from datetime import datetime

from sqlalchemy import BigInteger, Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UTCDateTime


class PulseFact(Base):
    """What one statement said: an act of a person on an item, or on one of its comments. Kept so that any of it can be taken back."""

    __tablename__ = "pulse_fact"
    __table_args__ = (
        Index("ix_pulse_fact_item_id_person_id", "item_id", "person_id", "act", "at"),
        Index("ix_pulse_fact_comment", "comment"),
    )

    statement_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    act: Mapped[str] = mapped_column(String(10))
    comment: Mapped[str | None] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class PulsePresence(Base):
    """One person in one kind of one item, and the instant from which it fades."""

    __tablename__ = "pulse_presence"
    __table_args__ = (Index("ix_pulse_presence_person_id", "person_id"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class PulseTotal(Base):
    """All people of one kind of one item: what cards show and what the item's sort keys are made of."""

    __tablename__ = "pulse_total"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    people: Mapped[int]
    weight: Mapped[float] = mapped_column(Float(53))
    popular: Mapped[float | None] = mapped_column(Float(53))
    trending: Mapped[float | None] = mapped_column(Float(53))


class PulseExcluded(Base):
    """A person whose presence is not counted now, because their account is disabled."""

    __tablename__ = "pulse_excluded"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)


class PulseStep(Base):
    """The sort key at which a step of the five begins in this catalogue (steps 2 to 5), measured now and then."""

    __tablename__ = "pulse_step"

    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[float] = mapped_column(Float(53))
    measured_at: Mapped[datetime] = mapped_column(UTCDateTime)

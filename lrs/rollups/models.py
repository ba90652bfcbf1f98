"""Counts by period. Derived from the log; ``./run cli projection rebuild rollups`` makes them again."""

from datetime import date

from sqlalchemy import BigInteger, Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Rollup(Base):
    """How many statements one person (as actor), verb or activity (as object) has in one period.

    ``term_id`` is its number in the dictionary; ``grain`` is "day", "month" or "all", ``start`` the first day of the period (UTC; for
    "all" always 1970-01-01). A period without statements has no row.
    """

    __tablename__ = "lrs_rollup"
    __table_args__ = (Index("ix_lrs_rollup_period", "kind", "grain", "start", "statements"), {"sqlite_with_rowid": False})

    term_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    grain: Mapped[str] = mapped_column(String(5), primary_key=True)
    start: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    statements: Mapped[int] = mapped_column(BigInteger)


class RollupTotal(Base):
    """How many statements a period has, and how many different people, verbs and activities."""

    __tablename__ = "lrs_rollup_total"

    grain: Mapped[str] = mapped_column(String(5), primary_key=True)
    start: Mapped[date] = mapped_column(Date, primary_key=True)
    statements: Mapped[int] = mapped_column(BigInteger)
    people: Mapped[int] = mapped_column(BigInteger)
    verbs: Mapped[int] = mapped_column(BigInteger)
    activities: Mapped[int] = mapped_column(BigInteger)

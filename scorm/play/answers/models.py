"""Tables derived from ``sco_state``: the questions of an item and the answers to them."""

from sqlalchemy import JSON, BigInteger, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Question(Base):
    """An interaction of one SCO of an item. ``digest`` stands for SCO and identifier, which no index could hold. ``place`` is the index
    at which it was first met.

    Type, text and ``patterns`` (the correct responses, in xAPI's spelling) are what a SCO said last.
    """

    __tablename__ = "play_question"
    __table_args__ = (UniqueConstraint("item_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    sco: Mapped[str] = mapped_column(String(1000))
    identifier: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    place: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    description: Mapped[str] = mapped_column(Text, default="")
    patterns: Mapped[list] = mapped_column(JSON, default=list)


class Answer(Base):
    """The last answer to a question in one attempt; ``tries`` counts the entries that the SCO made for it.

    ``response`` is in xAPI's spelling (``reading.alike``) and no longer than 250 characters: enough to count equal ones. ``verdict`` is
    correct, incorrect, unanticipated, neutral or empty; ``points`` where the SCO gave a number instead. ``latency`` in hundredths of a
    second.
    """

    __tablename__ = "play_answer"
    __table_args__ = (Index("ix_play_answer_question_id", "question_id", "attempt_id"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("play_question.id", ondelete="CASCADE"), primary_key=True)
    response: Mapped[str] = mapped_column(String(250), default="")
    verdict: Mapped[str] = mapped_column(String(16), default="")
    points: Mapped[float | None] = mapped_column(Float(53))
    latency: Mapped[int | None] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(default=1)

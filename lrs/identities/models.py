"""The table of identities."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, UTCDateTime


class SamePerson(Base):
    """Two agent keys are one person. A person is what is connected by such rows; taking a row away is the exact reverse of adding it.

    The digests are those of the dictionary (``terms.digest``), for a key may be longer than an index allows.
    """

    __tablename__ = "lrs_same_person"
    __table_args__ = (
        Index("ix_lrs_same_person_pair", "one_digest", "other_digest", unique=True),
        Index("ix_lrs_same_person_other", "other_digest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    one: Mapped[str] = mapped_column(Text)
    other: Mapped[str] = mapped_column(Text)
    one_digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    other_digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    by: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

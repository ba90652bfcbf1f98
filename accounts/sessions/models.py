"""The table of sessions."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.people.models import Person
from core.clock import now
from core.db import Base, UTCDateTime


class Session(Base):
    """One browser in which a person is signed in. The row is the session: without it the cookie is worth nothing.

    ``token_hash`` is the SHA-256 of the cookie, so that a copy of the database opens nothing;
    ``csrf_secret`` is what the forms' tokens of this session derive from.
    """

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf_secret: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)
    address: Mapped[str] = mapped_column(String(45), default="")
    browser: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person] = relationship()

"""The table of people."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import CheckConstraint, String, true
from sqlalchemy.orm import Mapped, mapped_column, validates

from accounts.people.rules import ROLES, folded
from core.clock import now
from core.db import Base, UTCDateTime


class Person(Base):
    """Someone with an account. Never deleted: what they did stays theirs; ``active`` says whether they may come in.

    ``email`` is kept in lower case, which is what makes it unique whatever the case it is typed in. ``name_key`` follows the name:
    without case and accents, to sort and search by on both databases.
    ``password_hash`` is empty until an invited person has chosen a password.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint(f"role IN ({', '.join(repr(role) for role in ROLES)})", name="role"),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(240), index=True)
    role: Mapped[str] = mapped_column(String(16), index=True)
    language: Mapped[str] = mapped_column(String(8))
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    signed_in_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @validates("name")
    def _keep_name_key(self, _attribute: str, name: str) -> str:
        self.name_key = folded(name)[:240]
        return name

    @property
    def state(self) -> str:
        """``active``, ``invited`` (no password yet) or ``disabled``."""
        if not self.active:
            return "disabled"
        return "active" if self.password_hash else "invited"

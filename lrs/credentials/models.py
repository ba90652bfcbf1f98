"""Keys of machines and of launches. A secret is 256 random bits, so one SHA-256 is a safe way to keep it."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UTCDateTime


class Credential(Base):
    """A key that a machine signs in with; ``scopes`` and ``origins`` separated by spaces.

    After a rotation the secret before (``old_secret_hash``) works until ``old_secret_until``. ``rate_limit`` counts requests per minute.
    """

    __tablename__ = "lrs_credential"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    old_secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    old_secret_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    rotated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    name: Mapped[str] = mapped_column(String(200))
    scopes: Mapped[str] = mapped_column(String(200))
    origins: Mapped[str] = mapped_column(Text, default="", server_default="")
    rate_limit: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class LaunchCredential(Base):
    """A key for one launch: one actor (by its key, see ``lrs.statements.keys``), one activity and, where there is one, one registration.

    ``launch`` names what was opened, in the words of who issued it: the key is good as long as that is (``launches.watch``). What is
    written with a key that does not ``keep`` is answered as if it had been kept.
    """

    __tablename__ = "lrs_launch_credential"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    actor_key: Mapped[str] = mapped_column(Text)
    registration: Mapped[str | None] = mapped_column(String(36))
    activity: Mapped[str] = mapped_column(Text)
    scopes: Mapped[str] = mapped_column(String(200))
    origins: Mapped[str] = mapped_column(Text)
    launch: Mapped[str | None] = mapped_column(String(36))
    keeps: Mapped[bool] = mapped_column(default=True, server_default=true())
    guard: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        Index("ix_lrs_launch_credential_expires_at", "expires_at"),
        Index("ix_lrs_launch_credential_launch", "launch"),
        Index("ix_lrs_launch_credential_registration", "registration"),
    )

"""The table of documents. A small one is kept in its row, a large one as a file."""

from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from lrs.statements.models import Seq, Uuid16


class Document(Base):
    """One document of a resource ("state", "activity", "agent").

    ``digest`` names it (place and ``name``), ``place`` is the digest of everything but the name: the things may be longer than an index
    allows. ``updated`` is in microseconds since 1970 and grows in the order of commit within a place. ``etag`` is the SHA-1 of the
    content in hexadecimal digits. Exactly one of ``content`` and ``file`` (a key of the storage) is set.
    """

    __tablename__ = "lrs_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    place: Mapped[bytes] = mapped_column(LargeBinary(16))
    resource: Mapped[str] = mapped_column(String(8))
    activity: Mapped[str | None] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(Text)
    agent_digest: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    registration: Mapped[UUID | None] = mapped_column(Uuid16)
    name: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    etag: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(BigInteger)
    updated: Mapped[int] = mapped_column(Seq)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    file: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (
        Index("ix_lrs_document_place", "place", "updated"),
        Index(
            "ix_lrs_document_agent_digest",
            "agent_digest",
            sqlite_where=text("agent_digest IS NOT NULL"),
            postgresql_where=text("agent_digest IS NOT NULL"),
        ),
        Index("ix_lrs_document_file", "file", sqlite_where=text("file IS NOT NULL"), postgresql_where=text("file IS NOT NULL")),
    )

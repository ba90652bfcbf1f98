"""Which statement came with which data. The data lies in the storage, once for each hash, whoever sent it."""

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from lrs.statements.models import Seq


class Attachment(Base):
    """Data that came with the statement ``seq``: ``sha2`` in small hexadecimal digits, the declared media type, the size in bytes.

    An attachment that was only named by its address (fileUrl) has no row.
    """

    __tablename__ = "lrs_attachment"
    __table_args__ = (Index("ix_lrs_attachment_sha2", "sha2"), {"sqlite_with_rowid": False})

    seq: Mapped[int] = mapped_column(Seq, primary_key=True, autoincrement=False)
    sha2: Mapped[str] = mapped_column(String(128), primary_key=True)
    content_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)

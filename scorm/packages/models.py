"""Tables of packages: what was imported, in which version, and where each of its files lies."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Base, UTCDateTime
from scorm.packages.switches import effective
from scorm.packages.tree import Organization, Tree


class Package(Base):
    """What an item of kind ``scorm`` plays; its versions are kept, ``current_number`` says which one is launched.

    ``last_number`` is the highest number that was ever given, so that none comes back with another meaning.
    """

    __tablename__ = "package"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), unique=True)
    current_number: Mapped[int] = mapped_column(default=1)
    last_number: Mapped[int] = mapped_column(default=1, server_default="1")
    switches: Mapped[dict] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    @property
    def settings(self) -> dict:
        """The switches with their defaults filled in."""
        return effective(self.switches)


class Rejudging(Base):
    """A package whose rule of completion was changed, until all its attempts follow: ``judged_to`` is the row id of the last that does.

    Attempts are gone through when ``due_at`` has come: at once, and again when every commit that still knew the old rule has ended.
    """

    __tablename__ = "rejudging"

    package_id: Mapped[int] = mapped_column(ForeignKey("package.id", ondelete="CASCADE"), primary_key=True)
    change: Mapped[str] = mapped_column(String(36), default=lambda: str(uuid4()))
    judged_to: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PackageVersion(Base):
    """One imported zip. It never changes: what was played can be played again.

    ``uuid`` is what tokens and caches name it by, for a row id can come back after a restore. ``uploader`` says within what the same
    bytes are recognised: among those of the person who brought a new item (a row id, empty for the installation), or in the package
    that they are a later version of (``package 17``). ``by_id`` is the row id of who brought it (rows of people stay, whoever
    is forgotten; SQLite adds no such reference to a table that is there). A version that is ``waiting`` was never current:
    it can still be discarded. ``identifier`` is what the course calls itself.
    """

    __tablename__ = "package_version"
    __table_args__ = (
        UniqueConstraint("package_id", "number"),
        UniqueConstraint("sha256", "uploader"),
        Index("ix_package_version_identifier", "identifier"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("package.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=1)
    sha256: Mapped[str] = mapped_column(String(64))
    uploader: Mapped[str] = mapped_column(String(20), default="")
    by_id: Mapped[int | None]
    waiting: Mapped[bool] = mapped_column(default=False, server_default=false())
    identifier: Mapped[str] = mapped_column(String(200), default="", server_default="")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    format: Mapped[str] = mapped_column(String(20))
    edition: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(Text)
    report: Mapped[dict] = mapped_column(JSON)
    tree_json: Mapped[dict] = mapped_column("tree", JSON)
    original_name: Mapped[str] = mapped_column(Text)
    original_key: Mapped[str] = mapped_column(String(200))
    original_size: Mapped[int] = mapped_column(BigInteger)
    serving_key: Mapped[str] = mapped_column(String(200))
    serving_size: Mapped[int] = mapped_column(BigInteger)
    file_count: Mapped[int]
    unpacked_size: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    package: Mapped[Package] = relationship()

    @property
    def contents(self) -> Tree:
        """The whole tree with the shared sequencing rules."""
        return Tree.from_json(self.tree_json)

    @property
    def tree(self) -> list[Organization]:
        """The organizations, the default one first."""
        return self.contents.organizations


class PackageFile(Base):
    """Where one file of a version lies in the serving zip.

    ``key`` is a hash of the name without regard to case, of fixed length so that any name can be indexed. ``method`` is the
    zip's: 0 stored, 8 deflated. ``offset`` is that of the data, not of the entry's header.
    """

    __tablename__ = "package_file"
    __table_args__ = (Index("ix_package_file_version_id_key", "version_id", "key"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("package_version.id", ondelete="CASCADE"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(32))
    path: Mapped[str] = mapped_column(Text)
    offset: Mapped[int] = mapped_column(BigInteger)
    stored_size: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[int]
    crc: Mapped[int] = mapped_column(BigInteger)
    mime: Mapped[str] = mapped_column(String(100))

"""Packages, their versions and the index of their files."""

import sqlalchemy as sa
from alembic import op

from core.db import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("current_number", sa.Integer(), nullable=False),
        sa.Column("switches", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_package_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_package"),
        sa.UniqueConstraint("uuid", name="uq_package_uuid"),
        sa.UniqueConstraint("item_id", name="uq_package_item_id"),
    )
    op.create_table(
        "package_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("package_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("uploader", sa.String(20), nullable=False),
        sa.Column("format", sa.String(20), nullable=False),
        sa.Column("edition", sa.String(40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("tree", sa.JSON(), nullable=False),
        sa.Column("original_name", sa.Text(), nullable=False),
        sa.Column("original_key", sa.String(200), nullable=False),
        sa.Column("original_size", sa.BigInteger(), nullable=False),
        sa.Column("serving_key", sa.String(200), nullable=False),
        sa.Column("serving_size", sa.BigInteger(), nullable=False),
        sa.Column("file_count", sa.Integer(), nullable=False),
        sa.Column("unpacked_size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name="fk_package_version_package_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_package_version"),
        sa.UniqueConstraint("uuid", name="uq_package_version_uuid"),
        sa.UniqueConstraint("sha256", "uploader", name="uq_package_version_sha256_uploader"),
        sa.UniqueConstraint("package_id", "number", name="uq_package_version_package_id_number"),
    )
    op.create_table(
        "package_file",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("stored_size", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Integer(), nullable=False),
        sa.Column("crc", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["package_version.id"], name="fk_package_file_version_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("version_id", "ordinal", name="pk_package_file"),
    )
    op.create_index("ix_package_file_version_id_key", "package_file", ["version_id", "key"])


def downgrade() -> None:
    op.drop_table("package_file")
    op.drop_table("package_version")
    op.drop_table("package")

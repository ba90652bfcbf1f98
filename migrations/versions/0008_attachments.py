"""Which statements came with which attachments."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "lrs_attachment",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sha2", sa.String(128), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", "sha2", name="pk_lrs_attachment"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lrs_attachment_sha2", "lrs_attachment", ["sha2"])


def downgrade() -> None:
    op.drop_table("lrs_attachment")

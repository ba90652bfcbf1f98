"""The queue of uploads."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("batch", sa.String(36), nullable=False),
        sa.Column("uploader_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("theme", sa.String(500), nullable=False),
        sa.Column("publish", sa.Boolean(), nullable=False),
        sa.Column("key", sa.String(200), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(36), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(20), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("package_uuid", sa.String(36), nullable=True),
        sa.Column("item_uuid", sa.String(36), nullable=True),
        sa.Column("duplicate", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'working', 'done', 'refused', 'failed')", name="ck_upload_state"),
        sa.ForeignKeyConstraint(["uploader_id"], ["person.id"], name="fk_upload_uploader_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        sa.UniqueConstraint("uuid", name="uq_upload_uuid"),
    )
    op.create_index("ix_upload_state_until", "upload", ["state", "until"])
    op.create_index("ix_upload_batch_id", "upload", ["batch", "id"])
    op.create_index("ix_upload_uploader_id_batch", "upload", ["uploader_id", "batch"])


def downgrade() -> None:
    op.drop_table("upload")

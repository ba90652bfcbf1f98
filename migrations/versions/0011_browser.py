"""The browser of statements: names met in the log, and saved filters."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "lrs_seen",
        sa.Column("term_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("term_id", name="pk_lrs_seen"),
    )
    op.create_index("ix_lrs_seen_kind_name", "lrs_seen", ["kind", "name"])
    op.create_table(
        "lrs_saved_filter",
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("owner", sa.String(36), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uuid", name="pk_lrs_saved_filter"),
        sa.UniqueConstraint("owner", "name", name="uq_lrs_saved_filter_owner_name"),
    )


def downgrade() -> None:
    op.drop_table("lrs_saved_filter")
    op.drop_table("lrs_seen")

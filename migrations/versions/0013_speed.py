"""Counts of statements by day, month and in all."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "lrs_rollup",
        sa.Column("term_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("grain", sa.String(5), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("statements", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("term_id", "grain", "start", name="pk_lrs_rollup"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lrs_rollup_period", "lrs_rollup", ["kind", "grain", "start", "statements"])
    op.create_table(
        "lrs_rollup_total",
        sa.Column("grain", sa.String(5), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("statements", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("verbs", sa.BigInteger(), nullable=False),
        sa.Column("activities", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("grain", "start", name="pk_lrs_rollup_total"),
    )


def downgrade() -> None:
    op.drop_table("lrs_rollup_total")
    op.drop_table("lrs_rollup")

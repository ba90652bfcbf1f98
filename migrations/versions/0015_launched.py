"""Content that is opened with an address of its own: what it said of its course, and credentials that end with their launch."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "launched_fact",
        sa.Column("statement_id", sa.String(36), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("scaled", sa.Float(53)),
        sa.Column("raw", sa.Float(53)),
        sa.Column("low", sa.Float(53)),
        sa.Column("high", sa.Float(53)),
        sa.Column("progress", sa.Float(53)),
        sa.Column("seconds", sa.Float(53), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_launched_fact_attempt_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("statement_id", name="pk_launched_fact"),
    )
    op.create_index("ix_launched_fact_attempt_id", "launched_fact", ["attempt_id"])
    op.add_column("launch", sa.Column("openings", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("lrs_launch_credential", sa.Column("launch", sa.String(36)))
    op.add_column("lrs_launch_credential", sa.Column("keeps", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_index("ix_lrs_launch_credential_launch", "lrs_launch_credential", ["launch"])


def downgrade() -> None:
    op.drop_index("ix_lrs_launch_credential_launch", "lrs_launch_credential")
    op.drop_column("lrs_launch_credential", "keeps")
    op.drop_column("lrs_launch_credential", "launch")
    op.drop_column("launch", "openings")
    op.drop_table("launched_fact")

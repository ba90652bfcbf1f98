"""Where a sequenced course stands, and time as content reported it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    for column in ("told_session", "told_time"):
        op.add_column("sco_state", sa.Column(column, sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE sco_state SET told_session = session_time, told_time = total_time")
    op.create_table(
        "sequencing_state",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("launch_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_sequencing_state_attempt_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["launch_id"], ["launch.id"], name="fk_sequencing_state_launch_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_sequencing_state"),
    )
    op.create_index("ix_sequencing_state_launch_id", "sequencing_state", ["launch_id"])
    op.create_table(
        "global_objectives",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_global_objectives_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name="pk_global_objectives"),
    )


def downgrade() -> None:
    op.drop_table("global_objectives")
    op.drop_table("sequencing_state")
    for column in ("told_session", "told_time"):
        op.drop_column("sco_state", column)

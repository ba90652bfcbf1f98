"""Questions of packages and the answers to them; the background lists those of what is stored already."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_NOT_YET = sa.text("NOT listed")


def upgrade() -> None:
    op.add_column("sco_state", sa.Column("listed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_sco_state_unlisted", "sco_state", ["id"], sqlite_where=_NOT_YET, postgresql_where=_NOT_YET)
    op.create_table(
        "play_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("sco", sa.String(1000), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("patterns", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_play_question_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_play_question"),
        sa.UniqueConstraint("item_id", "digest", name="uq_play_question_item_id_digest"),
    )
    op.create_table(
        "play_answer",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("response", sa.String(250), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("points", sa.Float(53), nullable=True),
        sa.Column("latency", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_play_answer_attempt_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["question_id"], ["play_question.id"], name="fk_play_answer_question_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("attempt_id", "question_id", name="pk_play_answer"),
    )
    op.create_index("ix_play_answer_question_id", "play_answer", ["question_id", "attempt_id"])


def downgrade() -> None:
    op.drop_table("play_answer")
    op.drop_table("play_question")
    op.drop_index("ix_sco_state_unlisted", "sco_state")
    op.drop_column("sco_state", "listed")

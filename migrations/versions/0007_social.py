"""Talk, likes and popularity."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def _fk(table: str, column: str, target: str, *, cascade: bool = True):
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE" if cascade else None
    )


def upgrade() -> None:
    _discussions()
    _likes()
    _popularity()


def _discussions() -> None:
    op.create_table(
        "thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("anchor", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        _fk("thread", "item_id", "item"),
        sa.PrimaryKeyConstraint("id", name="pk_thread"),
        sa.UniqueConstraint("uuid", name="uq_thread_uuid"),
    )
    op.create_index("ix_thread_item_id_last_at", "thread", ["item_id", "last_at", "id"])
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("opening", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("submission", sa.String(36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        _fk("comment", "thread_id", "thread"),
        _fk("comment", "author_id", "person", cascade=False),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
        sa.UniqueConstraint("uuid", name="uq_comment_uuid"),
        sa.UniqueConstraint("author_id", "submission", name="uq_comment_author_id_submission"),
    )
    op.create_index("ix_comment_thread_id", "comment", ["thread_id", "id"])
    op.create_index("ix_comment_author_id_created_at", "comment", ["author_id", "created_at"])
    op.create_index("ix_comment_created_at", "comment", ["created_at", "id"])
    op.create_table(
        "comment_version",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _fk("comment_version", "comment_id", "comment"),
        sa.PrimaryKeyConstraint("comment_id", "revision", name="pk_comment_version"),
    )


def _likes() -> None:
    op.create_table(
        "liking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("liked", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(item_id IS NULL) <> (comment_id IS NULL)", name="ck_liking_one_target"),
        _fk("liking", "person_id", "person", cascade=False),
        _fk("liking", "item_id", "item"),
        _fk("liking", "comment_id", "comment"),
        sa.PrimaryKeyConstraint("id", name="pk_liking"),
        sa.UniqueConstraint("person_id", "item_id", name="uq_liking_person_id_item_id"),
        sa.UniqueConstraint("person_id", "comment_id", name="uq_liking_person_id_comment_id"),
    )
    op.create_index("ix_liking_item_id", "liking", ["item_id", "liked"])
    op.create_index("ix_liking_comment_id", "liking", ["comment_id", "liked"])


def _popularity() -> None:
    op.create_table(
        "pulse_fact",
        sa.Column("statement_id", sa.String(36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("comment", sa.String(36), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _fk("pulse_fact", "item_id", "item"),
        _fk("pulse_fact", "person_id", "person"),
        sa.PrimaryKeyConstraint("statement_id", name="pk_pulse_fact"),
    )
    op.create_index("ix_pulse_fact_item_id_person_id", "pulse_fact", ["item_id", "person_id", "act", "at"])
    op.create_index("ix_pulse_fact_comment", "pulse_fact", ["comment"])
    op.create_table(
        "pulse_presence",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _fk("pulse_presence", "item_id", "item"),
        _fk("pulse_presence", "person_id", "person"),
        sa.PrimaryKeyConstraint("item_id", "kind", "person_id", name="pk_pulse_presence"),
    )
    op.create_index("ix_pulse_presence_person_id", "pulse_presence", ["person_id"])
    op.create_table(
        "pulse_total",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Float(53), nullable=False),
        sa.Column("popular", sa.Float(53), nullable=True),
        sa.Column("trending", sa.Float(53), nullable=True),
        _fk("pulse_total", "item_id", "item"),
        sa.PrimaryKeyConstraint("item_id", "kind", name="pk_pulse_total"),
    )
    op.create_table(
        "pulse_excluded",
        sa.Column("person_id", sa.Integer(), nullable=False),
        _fk("pulse_excluded", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", name="pk_pulse_excluded"),
    )
    op.create_table(
        "pulse_step",
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Float(53), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("step", name="pk_pulse_step"),
    )


def downgrade() -> None:
    for table in (
        "pulse_step", "pulse_excluded", "pulse_total", "pulse_presence", "pulse_fact", "liking", "comment_version", "comment", "thread",
    ):  # fmt: skip
        op.drop_table(table)

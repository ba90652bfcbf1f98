"""Identities of one person, erasures and their journal, the audit, retention."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    _identities()
    _erasures()
    _audit()
    _retention()


def _identities() -> None:
    op.create_table(
        "lrs_same_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("one", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("one_digest", sa.LargeBinary(16), nullable=False),
        sa.Column("other_digest", sa.LargeBinary(16), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lrs_same_person"),
    )
    op.create_index("ix_lrs_same_person_pair", "lrs_same_person", ["one_digest", "other_digest"], unique=True)
    op.create_index("ix_lrs_same_person_other", "lrs_same_person", ["other_digest"])


def _erasures() -> None:
    op.create_table(
        "lrs_erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("mode", sa.String(12), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=True),
        sa.Column("pseudonym", sa.String(36), nullable=False),
        sa.Column("stage", sa.String(60), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("compacted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("mode IN ('pseudonymise', 'erase')", name="ck_lrs_erasure_mode"),
        sa.CheckConstraint("state IN ('running', 'done')", name="ck_lrs_erasure_state"),
        sa.PrimaryKeyConstraint("id", name="pk_lrs_erasure"),
        sa.UniqueConstraint("uuid", name="uq_lrs_erasure_uuid"),
    )
    op.create_index("ix_lrs_erasure_state", "lrs_erasure", ["state"])
    op.create_table(
        "lrs_erased",
        sa.Column("erasure", sa.String(36), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("pseudonym", sa.String(36), nullable=False),
        sa.Column("mode", sa.String(12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("erasure", "digest", name="pk_lrs_erased"),
    )
    op.create_table(
        "lrs_mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("erasure_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["erasure_id"], ["lrs_erasure.id"], name="fk_lrs_mention_erasure_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_lrs_mention"),
    )
    op.create_index("ix_lrs_mention_place", "lrs_mention", ["erasure_id", "part", "uuid"], unique=True)


def _audit() -> None:
    op.create_table(
        "lrs_audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("by_key", sa.String(200), nullable=False),
        sa.Column("verb", sa.String(20), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lrs_audit"),
    )
    op.create_index("ix_lrs_audit_by_key", "lrs_audit", ["by_key"])


def _retention() -> None:
    op.create_table(
        "lrs_retention_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("verb", sa.Text(), nullable=True),
        sa.Column("activity", sa.Text(), nullable=True),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('delete', 'keep')", name="ck_lrs_retention_rule_kind"),
        sa.CheckConstraint("days > 0", name="ck_lrs_retention_rule_days"),
        sa.CheckConstraint("kind = 'keep' OR days IS NOT NULL", name="ck_lrs_retention_rule_age"),
        sa.PrimaryKeyConstraint("id", name="pk_lrs_retention_rule"),
    )


def downgrade() -> None:
    for table in ("lrs_retention_rule", "lrs_audit", "lrs_mention", "lrs_erased", "lrs_erasure", "lrs_same_person"):
        op.drop_table(table)

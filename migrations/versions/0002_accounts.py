"""Accounts: people, groups, sessions, one-use links, counted attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    _people()
    _groups()
    _sessions()
    _links()
    op.create_table(
        "throttle_counter",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_throttle_counter"),
    )
    op.create_index("ix_throttle_counter_since", "throttle_counter", ["since"])


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("name_key", sa.String(240), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("signed_in_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("uuid", name="uq_person_uuid"),
        sa.UniqueConstraint("email", name="uq_person_email"),
        sa.CheckConstraint("role IN ('learner', 'trainer', 'author', 'admin')", name="ck_person_role"),
        sa.CheckConstraint("email = lower(email)", name="ck_person_email_lower"),
    )
    op.create_index("ix_person_name_key", "person", ["name_key"])
    op.create_index("ix_person_role", "person", ["role"])


def _groups() -> None:
    op.create_table(
        "groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("name_key", sa.String(160), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
        sa.UniqueConstraint("uuid", name="uq_groups_uuid"),
        sa.UniqueConstraint("name_key", name="uq_groups_name_key"),
    )
    op.create_table(
        "membership",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("is_trainer", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("joined_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "person_id", name="pk_membership"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_membership_group_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_membership_person_id", ondelete="CASCADE"),
    )
    op.create_index("ix_membership_person_id", "membership", ["person_id"])


def _sessions() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("csrf_secret", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("browser", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("uuid", name="uq_session_uuid"),
        sa.UniqueConstraint("token_hash", name="uq_session_token_hash"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_session_person_id", ondelete="CASCADE"),
    )
    op.create_index("ix_session_person_id", "session", ["person_id"])
    op.create_index("ix_session_seen_at", "session", ["seen_at"])


def _links() -> None:
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("used_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_link"),
        sa.UniqueConstraint("token_hash", name="uq_one_time_link_token_hash"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_one_time_link_person_id", ondelete="CASCADE"),
        sa.CheckConstraint("purpose IN ('setup', 'invitation', 'reset')", name="ck_one_time_link_purpose"),
        sa.CheckConstraint("(purpose = 'setup') = (person_id IS NULL)", name="ck_one_time_link_addressee"),
    )
    op.create_index("ix_one_time_link_person_id", "one_time_link", ["person_id"])
    op.create_index("ix_one_time_link_expires_at", "one_time_link", ["expires_at"])


def downgrade() -> None:
    for table in ("throttle_counter", "one_time_link", "session", "membership", "groups", "person"):
        op.drop_table(table)

"""Registrations, attempts, launches, SCO states and the journal of commits."""

import sqlalchemy as sa
from alembic import op

from core.db import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _registrations()
    _launches()
    _states()


def downgrade() -> None:
    for table in ("commit_entry", "sco_state", "launch", "attempt", "registration"):
        op.drop_table(table)


def _id(name: str = "id") -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE")


def _standing() -> list[sa.Column]:
    return [
        sa.Column("completion", sa.String(16), nullable=False),
        sa.Column("success", sa.String(16), nullable=False),
        sa.Column("score_scaled", sa.Float(53)),
        sa.Column("score_raw", sa.Float(53)),
        sa.Column("score_min", sa.Float(53)),
        sa.Column("score_max", sa.Float(53)),
        sa.Column("progress", sa.Float(53)),
    ]


def _registrations() -> None:
    op.create_table(
        "registration",
        _id(),
        sa.Column("uuid", sa.String(36), nullable=False),
        _id("person_id"),
        _id("item_id"),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
        sa.UniqueConstraint("uuid", name="uq_registration_uuid"),
        sa.UniqueConstraint("person_id", "item_id", name="uq_registration_person_id_item_id"),
        _to("registration", "person_id", "person"),
        _to("registration", "item_id", "item"),
    )
    op.create_index("ix_registration_item_id", "registration", ["item_id"])
    op.create_table(
        "attempt",
        _id(),
        sa.Column("uuid", sa.String(36), nullable=False),
        _id("registration_id"),
        _id("n"),
        _id("version_id"),
        sa.Column("state", sa.String(8), nullable=False),
        *_standing(),
        sa.Column("total_time", sa.BigInteger(), nullable=False),
        sa.Column("last_sco", sa.Text(), nullable=False),
        sa.Column("last_exit", sa.String(16), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
        sa.UniqueConstraint("uuid", name="uq_attempt_uuid"),
        sa.UniqueConstraint("registration_id", "n", name="uq_attempt_registration_id_n"),
        sa.CheckConstraint("state IN ('open', 'closed')", name="ck_attempt_state"),
        _to("attempt", "registration_id", "registration"),
        _to("attempt", "version_id", "package_version"),
    )
    is_open = sa.text("state = 'open'")
    op.create_index("uq_attempt_open", "attempt", ["registration_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_attempt_version_id", "attempt", ["version_id"])


def _launches() -> None:
    op.create_table(
        "launch",
        _id(),
        sa.Column("uuid", sa.String(36), nullable=False),
        _id("person_id"),
        _id("item_id"),
        _id("version_id"),
        sa.Column("attempt_id", sa.Integer()),
        sa.Column("mode", sa.String(8), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_launch"),
        sa.UniqueConstraint("uuid", name="uq_launch_uuid"),
        sa.CheckConstraint("mode IN ('normal', 'review', 'browse')", name="ck_launch_mode"),
        sa.CheckConstraint("mode = 'browse' OR attempt_id IS NOT NULL", name="ck_launch_attempt"),
        _to("launch", "person_id", "person"),
        _to("launch", "item_id", "item"),
        _to("launch", "version_id", "package_version"),
        _to("launch", "attempt_id", "attempt"),
    )
    for column in ("attempt_id", "person_id", "item_id", "version_id", "expires_at"):
        op.create_index(f"ix_launch_{column}", "launch", [column])


def _states() -> None:
    op.create_table(
        "sco_state",
        _id(),
        _id("attempt_id"),
        sa.Column("sco", sa.String(1000), nullable=False),
        sa.Column("cmi", sa.Text(), nullable=False),
        *_standing(),
        _id("launch_id"),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("session", sa.BigInteger(), nullable=False),
        _id("sessions"),
        sa.Column("running", sa.Boolean(), nullable=False),
        sa.Column("entry", sa.String(16), nullable=False),
        sa.Column("last_exit", sa.String(16), nullable=False),
        sa.Column("session_time", sa.BigInteger(), nullable=False),
        sa.Column("total_time", sa.BigInteger(), nullable=False),
        sa.Column("session_started_at", UTCDateTime()),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sco_state"),
        sa.UniqueConstraint("attempt_id", "sco", name="uq_sco_state_attempt_id_sco"),
        _to("sco_state", "attempt_id", "attempt"),
        _to("sco_state", "launch_id", "launch"),
    )
    op.create_index("ix_sco_state_launch_id", "sco_state", ["launch_id"])
    op.create_table(
        "commit_entry",
        _id(),
        _id("attempt_id"),
        _id("launch_id"),
        sa.Column("sco", sa.String(1000), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("finish", sa.String(8), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("rejected", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_commit_entry"),
        _to("commit_entry", "attempt_id", "attempt"),
        _to("commit_entry", "launch_id", "launch"),
    )
    op.create_index("ix_commit_entry_attempt_id", "commit_entry", ["attempt_id", "id"])
    op.create_index("ix_commit_entry_launch_id", "commit_entry", ["launch_id"])

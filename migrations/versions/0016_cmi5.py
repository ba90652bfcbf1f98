"""Registrations and sessions of cmi5."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("lrs_launch_credential", sa.Column("guard", sa.String(20), nullable=True))
    op.create_table(
        "cmi5_registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.JSON(), nullable=True),
        sa.Column("actor_key", sa.String(2000), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (actor_key IS NULL)", name="ck_cmi5_registration_who"),
        sa.ForeignKeyConstraint(["version_id"], ["package_version.id"], name="fk_cmi5_registration_version_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_cmi5_registration_attempt_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_cmi5_registration_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_cmi5_registration"),
        sa.UniqueConstraint("uuid", name="uq_cmi5_registration_uuid"),
        sa.UniqueConstraint("attempt_id", name="uq_cmi5_registration_attempt_id"),
    )
    for column in ("version_id", "person_id", "actor_key"):
        op.create_index(f"ix_cmi5_registration_{column}", "cmi5_registration", [column])
    op.create_table(
        "cmi5_unit",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(36), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("completed", "passed", "failed", "waived")),
        *(sa.Column(f"score_{name}", sa.Float(53), nullable=True) for name in ("scaled", "raw", "min", "max")),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["registration_id"], ["cmi5_registration.id"], name="fk_cmi5_unit_registration_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("registration_id", "part", name="pk_cmi5_unit"),
    )
    op.create_table(
        "cmi5_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("launch_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(8), nullable=False),
        sa.Column("key", sa.String(40), nullable=True),
        sa.Column("launch_data_read", sa.Boolean(), nullable=False),
        sa.Column("preferences_read", sa.Boolean(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("ended", sa.String(12), nullable=False),
        sa.Column("launched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mode IN ('Normal', 'Browse', 'Review')", name="ck_cmi5_session_mode"),
        sa.CheckConstraint("ended IN ('', 'terminated', 'abandoned')", name="ck_cmi5_session_ended"),
        sa.ForeignKeyConstraint(["registration_id"], ["cmi5_registration.id"], name="fk_cmi5_session_registration_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["launch_id"], ["launch.id"], name="fk_cmi5_session_launch_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_cmi5_session"),
        sa.UniqueConstraint("uuid", name="uq_cmi5_session_uuid"),
        sa.UniqueConstraint("key", name="uq_cmi5_session_key"),
    )
    op.create_index("ix_cmi5_session_registration_id", "cmi5_session", ["registration_id"])
    op.create_index("ix_cmi5_session_launch_id", "cmi5_session", ["launch_id"])
    op.create_index("ix_cmi5_session_ended_expires_at", "cmi5_session", ["ended", "expires_at"])


def downgrade() -> None:
    op.drop_table("cmi5_session")
    op.drop_table("cmi5_unit")
    op.drop_table("cmi5_registration")
    op.drop_column("lrs_launch_credential", "guard")

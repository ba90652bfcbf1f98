"""Keys with origins, a limit and a second secret; keys of launches."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

INSTANT = sa.DateTime(timezone=True)
NEW = ("old_secret_hash", "old_secret_until", "rotated_at", "origins", "rate_limit")


def upgrade() -> None:
    op.add_column("lrs_credential", sa.Column("old_secret_hash", sa.LargeBinary(32)))
    op.add_column("lrs_credential", sa.Column("old_secret_until", INSTANT))
    op.add_column("lrs_credential", sa.Column("rotated_at", INSTANT))
    op.add_column("lrs_credential", sa.Column("origins", sa.Text(), server_default="", nullable=False))
    op.add_column("lrs_credential", sa.Column("rate_limit", sa.Integer()))
    op.execute("UPDATE lrs_credential SET origins = '*'")  # keys of before worked from every page, and go on doing so
    op.create_table(
        "lrs_launch_credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("actor_key", sa.Text(), nullable=False),
        sa.Column("registration", sa.String(36)),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("origins", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_lrs_launch_credential"),
        sa.UniqueConstraint("key", name="uq_lrs_launch_credential_key"),
    )
    op.create_index("ix_lrs_launch_credential_expires_at", "lrs_launch_credential", ["expires_at"])
    op.create_index("ix_lrs_launch_credential_registration", "lrs_launch_credential", ["registration"])


def downgrade() -> None:
    op.drop_table("lrs_launch_credential")
    with op.batch_alter_table("lrs_credential") as table:
        for name in NEW:
            table.drop_column(name)

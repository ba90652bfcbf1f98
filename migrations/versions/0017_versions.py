"""Versions of packages: who brought each, which still wait, and when which one was played."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("package", sa.Column("last_number", sa.Integer(), nullable=False, server_default="1"))
    op.execute("UPDATE package SET last_number = current_number")
    op.add_column("package_version", sa.Column("by_id", sa.Integer(), nullable=True))
    op.add_column("package_version", sa.Column("waiting", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("package_version", sa.Column("identifier", sa.String(200), nullable=False, server_default=""))
    op.add_column("package_version", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_package_version_identifier", "package_version", ["identifier"])
    op.execute(
        "UPDATE package_version SET by_id = CAST(uploader AS INTEGER) "
        "WHERE uploader <> '' AND EXISTS (SELECT 1 FROM person WHERE CAST(person.id AS VARCHAR(20)) = uploader)"
    )
    op.create_table(
        "package_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("package_id", sa.Integer(), nullable=False),
        sa.Column("did", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_number", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.String(4), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("stayed", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("did IN ('used', 'discarded')", name="ck_package_change_did"),
        sa.CheckConstraint("attempts IN ('stay', 'move')", name="ck_package_change_attempts"),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name="fk_package_change_package_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_package_change_by_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_package_change"),
    )
    op.create_index("ix_package_change_package_id", "package_change", ["package_id", "id"])
    op.create_index("ix_package_change_by_id", "package_change", ["by_id"])


def downgrade() -> None:
    op.drop_table("package_change")
    op.drop_index("ix_package_version_identifier", "package_version")
    for column in ("note", "identifier", "waiting", "by_id"):
        op.drop_column("package_version", column)
    op.drop_column("package", "last_number")

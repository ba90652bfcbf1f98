"""Documents of the record store, and what activities and verbs are called."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UUID16 = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "lrs_definition",
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("iri", sa.Text(), nullable=False),
        sa.Column("firm", sa.Boolean(), nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_lrs_definition"),
    )
    op.create_table(
        "lrs_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("place", sa.LargeBinary(16), nullable=False),
        sa.Column("resource", sa.String(8), nullable=False),
        sa.Column("activity", sa.Text(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("agent_digest", sa.LargeBinary(16), nullable=True),
        sa.Column("registration", UUID16, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("etag", sa.String(40), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("updated", SEQ, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("file", sa.String(80), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_lrs_document"),
        sa.UniqueConstraint("digest", name="uq_lrs_document_digest"),
    )
    op.create_index("ix_lrs_document_place", "lrs_document", ["place", "updated"])
    for column in ("agent_digest", "file"):
        given = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_lrs_document_{column}", "lrs_document", [column], sqlite_where=given, postgresql_where=given)


def downgrade() -> None:
    op.drop_table("lrs_document")
    op.drop_table("lrs_definition")

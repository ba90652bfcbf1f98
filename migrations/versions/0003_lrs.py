"""The log of statements, its dictionary, where its readers stand, and machine credentials."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UUID16 = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "lrs_log",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lrs_log"),
    )
    op.create_table(
        "lrs_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lrs_term"),
        sa.UniqueConstraint("digest", name="uq_lrs_term_digest"),
    )
    create_statement_tables()
    create_readers()
    create_credentials()


def create_statement_tables() -> None:
    op.create_table(
        "lrs_statement",
        sa.Column("seq", SEQ, autoincrement=False, nullable=False),
        sa.Column("id", UUID16, nullable=False),
        sa.Column("actor_id", sa.Integer()),
        sa.Column("verb_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer()),
        sa.Column("authority_id", sa.Integer()),
        sa.Column("registration", UUID16),
        sa.Column("trust", sa.String(12), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_lrs_statement"),
    )
    if op.get_bind().dialect.name == "postgresql":  # statements of ordinary length stay in their row, uncompressed
        op.execute("ALTER TABLE lrs_statement SET (toast_tuple_target = 8160)")
    op.create_index("ix_lrs_statement_id", "lrs_statement", ["id"], unique=True)
    for name, columns in {
        "actor": ["actor_id"],
        "verb": ["verb_id"],
        "activity": ["activity_id"],
        "activity_verb": ["activity_id", "verb_id"],
        "authority": ["authority_id"],
    }.items():
        op.create_index(f"ix_lrs_statement_{name}", "lrs_statement", [*columns, "seq"])
    given = sa.text("registration IS NOT NULL")
    op.create_index("ix_lrs_statement_registration", "lrs_statement", ["registration", "seq"], sqlite_where=given, postgresql_where=given)
    op.create_table(
        "lrs_statement_agent",
        sa.Column("agent_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("seq", SEQ, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "direct", "seq", name="pk_lrs_statement_agent"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lrs_statement_activity",
        sa.Column("activity_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", SEQ, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("activity_id", "seq", name="pk_lrs_statement_activity"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lrs_reference",
        sa.Column("target", UUID16, nullable=False),
        sa.Column("seq", SEQ, autoincrement=False, nullable=False),
        sa.Column("voids", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("target", "seq", name="pk_lrs_reference"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lrs_reference_seq", "lrs_reference", ["seq"])


def create_readers() -> None:
    op.create_table(
        "lrs_projection",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("position", SEQ, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", INSTANT),
        sa.PrimaryKeyConstraint("name", name="pk_lrs_projection"),
    )
    op.create_table(
        "lrs_consumer",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("position", SEQ, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", INSTANT),
        sa.PrimaryKeyConstraint("name", name="pk_lrs_consumer"),
    )


def create_credentials() -> None:
    op.create_table(
        "lrs_credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.Column("last_used_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_lrs_credential"),
        sa.UniqueConstraint("key", name="uq_lrs_credential_key"),
    )


def downgrade() -> None:
    for table in (
        "lrs_credential",
        "lrs_consumer",
        "lrs_projection",
        "lrs_reference",
        "lrs_statement_activity",
        "lrs_statement_agent",
        "lrs_statement",
        "lrs_term",
        "lrs_log",
    ):
        op.drop_table(table)

"""Themes, items, search index, progress, videos."""

import sqlalchemy as sa
from alembic import op

from core.db import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_FTS = (
    "CREATE VIRTUAL TABLE item_fts USING fts5(title, body, content='item_text', content_rowid='item_id', prefix='2 3', tokenize='unicode61')",
    "CREATE TRIGGER item_text_added AFTER INSERT ON item_text BEGIN "
    "INSERT INTO item_fts (rowid, title, body) VALUES (new.item_id, new.title, new.body); END",
    "CREATE TRIGGER item_text_removed AFTER DELETE ON item_text BEGIN "
    "INSERT INTO item_fts (item_fts, rowid, title, body) VALUES ('delete', old.item_id, old.title, old.body); END",
    "CREATE TRIGGER item_text_changed AFTER UPDATE ON item_text BEGIN "
    "INSERT INTO item_fts (item_fts, rowid, title, body) VALUES ('delete', old.item_id, old.title, old.body); "
    "INSERT INTO item_fts (rowid, title, body) VALUES (new.item_id, new.title, new.body); END",
)


def upgrade() -> None:
    _themes()
    _items()
    _search()
    _progress()
    _videos()


def downgrade() -> None:
    op.drop_table("video")
    op.drop_table("progress_fact")
    op.drop_table("progress")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE item_fts")
    op.drop_table("item_text")
    op.drop_table("item_group")
    op.drop_table("item")
    op.drop_table("theme")


def _themes() -> None:
    op.create_table(
        "theme",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("path_key", sa.String(1300), nullable=False),
        sa.Column("parent_id", sa.Integer),
        sa.ForeignKeyConstraint(["parent_id"], ["theme.id"], name="fk_theme_parent_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_theme"),
        sa.UniqueConstraint("uuid", name="uq_theme_uuid"),
        sa.UniqueConstraint("path_key", name="uq_theme_path_key"),
    )
    op.create_index("ix_theme_parent_id", "theme", ["parent_id"])


def _items() -> None:
    op.create_table(
        "item",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("title_key", sa.String(300), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("language", sa.String(16)),
        sa.Column("duration_minutes", sa.Integer),
        sa.Column("duration_band", sa.String(8)),
        sa.Column("visibility", sa.String(16), nullable=False),
        sa.Column("owner_id", sa.Integer),
        sa.Column("theme_id", sa.Integer),
        sa.Column("image_key", sa.String(100)),
        sa.Column("activity_iri", sa.String(600), nullable=False),
        sa.Column("published_at", UTCDateTime),
        sa.Column("created_at", UTCDateTime, nullable=False),
        sa.Column("updated_at", UTCDateTime, nullable=False),
        sa.Column("rank_popular", sa.Float(53), nullable=False),
        sa.Column("rank_trending", sa.Float(53), nullable=False),
        sa.Column("rank_all", sa.Float(53), nullable=False),
        sa.CheckConstraint("visibility IN ('draft', 'published', 'groups')", name="ck_item_visibility"),
        sa.CheckConstraint("duration_minutes IS NULL OR duration_minutes > 0", name="ck_item_duration"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_item_owner_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="fk_item_theme_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_item"),
        sa.UniqueConstraint("uuid", name="uq_item_uuid"),
        sa.UniqueConstraint("activity_iri", name="uq_item_activity_iri"),
    )
    for name in ("rank_popular", "rank_trending", "rank_all", "published_at", "title_key"):
        op.create_index(f"ix_item_{name}", "item", [name, "id"])
    op.create_index("ix_item_owner_id", "item", ["owner_id"])
    op.create_index("ix_item_theme_id", "item", ["theme_id"])
    op.create_index("ix_item_facets", "item", ["kind", "theme_id", "language", "duration_band", "visibility", "owner_id", "id"])
    op.create_table(
        "item_group",
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("group_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_item_group_item_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_item_group_group_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", "group_id", name="pk_item_group"),
    )
    op.create_index("ix_item_group_group_id", "item_group", ["group_id"])


def _search() -> None:
    op.create_table(
        "item_text",
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_item_text_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", name="pk_item_text"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in _FTS:
            op.execute(statement)
    else:
        op.execute(
            "CREATE INDEX ix_item_text_document ON item_text USING gin (to_tsvector('simple'::regconfig, (title || ' '::text) || body))"
        )


def _progress() -> None:
    op.create_table(
        "progress",
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("score_scaled", sa.Float(53)),
        sa.Column("progress", sa.Float(53)),
        sa.Column("duration_seconds", sa.Float(53), nullable=False),
        sa.Column("first_at", UTCDateTime, nullable=False),
        sa.Column("last_at", UTCDateTime, nullable=False),
        sa.Column("completed_at", UTCDateTime),
        sa.Column("passed_at", UTCDateTime),
        sa.Column("failed_at", UTCDateTime),
        sa.CheckConstraint("status IN ('not_started', 'started', 'completed', 'passed', 'failed')", name="ck_progress_status"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_progress_person_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_progress_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "item_id", name="pk_progress"),
    )
    op.create_index("ix_progress_item_id", "progress", ["item_id", "status"])
    op.create_index("ix_progress_person_id_last_at", "progress", ["person_id", "last_at"])
    op.create_table(
        "progress_fact",
        sa.Column("statement_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("completed", sa.Boolean, nullable=False),
        sa.Column("passed", sa.Boolean, nullable=False),
        sa.Column("failed", sa.Boolean, nullable=False),
        sa.Column("score_scaled", sa.Float(53)),
        sa.Column("progress", sa.Float(53)),
        sa.Column("duration_seconds", sa.Float(53), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_progress_fact_person_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_progress_fact_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("statement_id", name="pk_progress_fact"),
    )
    op.create_index("ix_progress_fact_person_id_item_id", "progress_fact", ["person_id", "item_id"])
    op.create_index("ix_progress_fact_item_id", "progress_fact", ["item_id"])


def _videos() -> None:
    op.create_table(
        "video",
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("provider", sa.String(20)),
        sa.Column("video_id", sa.String(100)),
        sa.Column("author_name", sa.String(200)),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_video_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", name="pk_video"),
    )

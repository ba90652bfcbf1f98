"""The migrations build what the models say, on both databases, and can be taken back."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from core import migrate
from core.db import Base, db


def test_models_and_migrations_agree(app):
    with app.app_context():
        context = MigrationContext.configure(db.session.connection(), opts={"compare_type": True, "include_object": _ours})
        assert compare_metadata(context, Base.metadata) == []


def _ours(_object, name, kind, reflected, _compare_to):
    """Shadow tables of full-text search belong to SQLite."""
    return not (kind == "table" and reflected and "_fts" in name)


def test_the_schema_is_at_its_head(app):
    with app.app_context():
        assert migrate.current() == migrate.head()
        assert migrate.upgrade() == (migrate.head(), migrate.head())

"""Alembic's entry: runs in the transaction that core.migrate opened."""

from alembic import context

connection = context.config.attributes["connection"]
if connection is None:
    raise SystemExit("run migrations with: ./run cli db upgrade")
context.configure(connection=connection, render_as_batch=connection.dialect.name == "sqlite", transaction_per_migration=False)
context.run_migrations()

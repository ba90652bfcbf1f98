"""Retention: rules that say which statements go after a while, and which stay whatever the others say."""

from flask import Flask

from core import cli, jobs

EVERY = 600.0


def init_app(app: Flask) -> None:
    """Run the rules regularly."""
    from lrs.privacy import audit
    from lrs.retention import service
    from lrs.retention.commands import retention

    cli.register(app, retention)
    jobs.register_ticker(app, "retention", EVERY, lambda: service.run(limit_ms=5_000, by=audit.BACKGROUND))

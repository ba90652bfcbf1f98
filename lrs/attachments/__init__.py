"""Data that comes with statements: taken in, tied to them, given out again, and swept up when nobody needs it."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Sweep regularly."""
    from core.jobs import register_ticker
    from lrs.attachments import sweep

    register_ticker(app, "attachments", sweep.EVERY, sweep.sweep)

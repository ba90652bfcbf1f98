"""Documents: what tools keep for themselves beside the log: states, profiles of activities and of agents."""

from flask import Flask

from core.jobs import register_ticker
from lrs.documents import sweep


def init_app(app: Flask) -> None:
    """Sweep regularly."""
    register_ticker(app, "documents", sweep.EVERY, sweep.sweep)

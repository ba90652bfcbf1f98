"""What is derived from the log: small modules that fold statements into their own tables, and can be rebuilt from nothing.

``register`` once per application, ``catch_up`` after an act, ``rebuild`` from the command line; a ticker does the rest.
"""

from flask import Flask

from core.jobs import register_ticker
from lrs.projections.contract import Projection
from lrs.projections.registry import register
from lrs.projections.service import catch_up, rebuild
from lrs.statements.entries import Entry

__all__ = ["Entry", "Projection", "catch_up", "init_app", "rebuild", "register"]


def init_app(app: Flask) -> None:
    app.extensions["lrs.projections"] = {}
    register_ticker(app, "projections", 1.0, lambda: catch_up(limit_ms=5_000))

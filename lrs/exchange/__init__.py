"""Statements as files: out of the log for other tools and archives, and into it from this installation or another store."""

from flask import Flask

from core import cli
from core.api import register


def init_app(app: Flask) -> None:
    """The calls of the HTTP API and the commands."""
    from lrs.exchange.api import api
    from lrs.exchange.commands import statements

    register(app, api)
    cli.register(app, statements)

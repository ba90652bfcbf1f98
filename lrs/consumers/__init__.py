"""What must happen once, outside, because of a statement (mail, forwarding): readers of the log that are never replayed."""

from flask import Flask

from core.jobs import register_ticker
from lrs.consumers.registry import Consumer, register
from lrs.consumers.service import consume

__all__ = ["Consumer", "consume", "init_app", "register"]


def init_app(app: Flask) -> None:
    app.extensions["lrs.consumers"] = {}
    register_ticker(app, "consumers", 2.0, consume)

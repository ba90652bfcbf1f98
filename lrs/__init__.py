"""A complete xAPI learning record store, usable without the rest."""

from flask import Flask

from core import backup, cli
from core.access import trust_header_credentials
from lrs import (
    attachments,
    browser,
    consumers,
    credentials,
    definitions,
    documents,
    exchange,
    navigation,
    privacy,
    projections,
    retention,
    rollups,
)
from lrs.blueprint import pages
from lrs.projections.commands import projection
from lrs.statements.generation import begin_again
from lrs.statements.terms import Terms
from lrs.xapi import xapi_blueprint

__all__ = ["init_app", "xapi_blueprint"]


def init_app(app: Flask) -> None:
    """The log, its readers, machine credentials, and ``/xapi``."""
    app.extensions["lrs.terms"] = Terms()
    _load_views()
    app.register_blueprint(pages)
    app.register_blueprint(xapi_blueprint())
    trust_header_credentials(app, "xapi")
    credentials.init_app(app)
    projections.init_app(app)
    rollups.init_app(app)
    consumers.init_app(app)
    attachments.init_app(app)
    definitions.init_app(app)
    documents.init_app(app)
    exchange.init_app(app)
    privacy.init_app(app)
    retention.init_app(app)
    browser.init_app(app)
    navigation.init_app(app)
    backup.after_restore(app, "generation of the log", lambda _restored, _remembered: begin_again())
    cli.register(app, projection)


def _load_views() -> None:
    """Import the views, which register themselves on ``pages``."""
    from lrs.browser import views as _browser  # noqa: F401
    from lrs.credentials import views as _keys  # noqa: F401
    from lrs.privacy import views as _privacy  # noqa: F401
    from lrs.retention import views as _retention  # noqa: F401

"""Shared ground that knows no domain."""

from flask import Flask

from core import access, api, db, errors, gallery, headers, health, i18n, slots, storage, stylesheet
from core.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Everything a package may count on."""
    db.init_app(app, settings)
    storage.init_app(app, settings)
    api.init_app(app)
    errors.install(app)  # after the API, whose own handlers would answer in another shape
    i18n.init_app(app)
    access.init_app(app)
    headers.init_app(app)
    slots.init_app(app)
    stylesheet.init_app(app)
    gallery.init_app(app)
    app.register_blueprint(health.blueprint)

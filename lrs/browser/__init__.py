"""The browser of statements: pages on which people find, read and void what is in the log."""

from flask import Flask

from lrs import projections
from lrs.browser.projection import SeenProjection


def init_app(app: Flask) -> None:
    projections.register(app, SeenProjection())

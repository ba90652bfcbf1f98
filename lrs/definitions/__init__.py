"""What activities and verbs are called: the canonical definitions, folded from the log, and names in a reader's language."""

from flask import Flask

from lrs import projections
from lrs.definitions.projection import DefinitionProjection


def init_app(app: Flask) -> None:
    projections.register(app, DefinitionProjection())

"""How many statements by day, month and in all: counted while they are folded, so that a dashboard never counts the log."""

from flask import Flask

from lrs import projections
from lrs.rollups.projection import RollupProjection


def init_app(app: Flask) -> None:
    projections.register(app, RollupProjection())

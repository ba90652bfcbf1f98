"""Popularity: how many people an item reaches and holds, measured by the formula Pulse from the statement log."""

from flask import Flask
from sqlalchemy import func, select

from catalogue.items.cards import register_loader
from core.db import db, write
from core.jobs import register_ticker
from lrs import projections
from social.popularity import queries, service
from social.popularity.models import PulseStep
from social.popularity.projection import PopularityProjection


def upkeep() -> None:
    """What no statement tells: accounts that were disabled, and where the five steps stand by now."""
    with write():
        service.exclude_disabled()
        if service.due(db.session.scalar(select(func.max(PulseStep.measured_at)))):
            service.measure_steps()


def init_app(app: Flask) -> None:
    projections.register(app, PopularityProjection())
    register_loader("popularity", queries.popularity_of)
    register_ticker(app, "popularity", 30.0, upkeep)

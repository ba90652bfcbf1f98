"""The projections of this application, by name."""

from flask import Flask, current_app

from lrs.projections.contract import Projection


def register(app: Flask, projection: Projection) -> None:
    """Add a projection; its name must be new."""
    known = app.extensions["lrs.projections"]
    if projection.name in known:
        raise ValueError(f"a projection named {projection.name!r} is already registered")
    known[projection.name] = projection


def registered() -> dict[str, Projection]:
    return current_app.extensions["lrs.projections"]

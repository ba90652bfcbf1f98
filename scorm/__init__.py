"""Everything that arrives as a package: import, versions, files, the player and its run-time."""

from flask import Flask

from scorm import packages, play


def init_app(app: Flask) -> None:
    """Register what packages and their player need: views, commands, slots, tickers."""
    packages.init_app(app)
    play.init_app(app)

"""Everything that arrives as a package: import, files, the player and its run-time, versions."""

from dataclasses import replace

from flask import Flask
from flask_babel import lazy_gettext

from core import erasure
from scorm import cmi5, packages, play, versions
from scorm.play.erasing import PlayEraser


def init_app(app: Flask) -> None:
    """Register what packages and their player need: views, commands, slots, tickers."""
    from catalogue import kinds

    packages.init_app(app)
    play.init_app(app)
    cmi5.init_app(app)
    versions.init_app(app)
    erasure.register(app, "scorm", PlayEraser(), order=30)
    # The player knows how a package opens, the import knows where one is added.
    kinds.register(replace(kinds.get("scorm"), add_url="/upload", add_label=lazy_gettext("Upload packages")))

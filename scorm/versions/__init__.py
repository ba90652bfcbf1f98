"""Versions: a package is replaced by a corrected one, and nobody loses anything (ADR 0042).

rules    what two versions have in common, and whether an attempt can go from one to the other (pure)
service  use a version, discard one that waits
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages, the API and the commands."""
    from core import api
    from scorm.packages.cli import package
    from scorm.versions import api as versions_api
    from scorm.versions import cli, views

    app.register_blueprint(views.pages)
    api.register(app, versions_api.blueprint)
    cli.add_to(package)

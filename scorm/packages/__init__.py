"""Packages: a zip that somebody else made becomes an item with files, a tree of contents and a report.

archive/    a hostile zip opened under limits
manifest/   imsmanifest.xml read into a tree (pure)
inspection  archive and manifest together, with a report in words
serving     the zip that files are served from, and its index
importing   upload to item, all or nothing
queue/      hundreds of uploads: received now, imported when their turn comes
files       bytes to a browser
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the ways in (page, API, command), the author's panel and the sweep."""
    from core import api, cli
    from core.jobs import register_ticker
    from core.slots import register_slot
    from scorm.packages import api as packages_api
    from scorm.packages import queue, sweep, switches_api, views
    from scorm.packages.cli import package

    app.register_blueprint(views.pages)
    api.register(app, packages_api.blueprint)
    api.register(app, switches_api.blueprint)
    cli.register(app, package)
    queue.init_app(app)
    register_slot(app, "item.main", views.panel, order=900)
    register_ticker(app, "package files", sweep.EVERY, sweep.sweep)
    app.extensions.setdefault("colloquium.caches", []).append(lambda: app.extensions.pop("scorm.located", None))

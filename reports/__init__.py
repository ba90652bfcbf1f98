"""Reports: what needs the log, people and content together. Reads only."""

from flask import Flask

from core.slots import register_slot


def init_app(app: Flask) -> None:
    """Add the pages and their places in the menus."""
    from reports import navigation
    from reports.blueprint import pages
    from reports.results import views  # noqa: F401 - the views register themselves on ``pages``

    app.register_blueprint(pages)
    register_slot(app, "nav.main", navigation.results, order=60)
    register_slot(app, "nav.user", navigation.my_results, order=20)
    register_slot(app, "item.actions", navigation.results_of_item, order=90)

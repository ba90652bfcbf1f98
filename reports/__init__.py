"""Reports: what needs the log, people and content together. They read; what their pages change, lower packages do."""

from flask import Flask

from core.slots import register_slot
from lrs.browser import links
from lrs.browser import people as statement_people
from lrs.browser import sight as statement_sight


def init_app(app: Flask) -> None:
    """Add the pages and their places in the menus."""
    from reports import navigation, sight
    from reports.activities import views as _activities  # noqa: F401 - the views register themselves on ``pages``
    from reports.blueprint import pages
    from reports.pages import activity_page, person_page
    from reports.people import views as _people  # noqa: F401
    from reports.play import views as _play  # noqa: F401
    from reports.results import views as _results  # noqa: F401
    from reports.timeline.queries import about_visible_items

    app.register_blueprint(pages)
    links.register("person", person_page)
    links.register("activity", activity_page)
    statement_sight.register(app, sight.agents_of_people)
    statement_sight.conceal(app, about_visible_items)
    statement_people.register(app, sight.agents_by_address)
    register_slot(app, "nav.main", navigation.results, order=60)
    register_slot(app, "nav.user", navigation.my_results, order=20)
    register_slot(app, "nav.user", navigation.my_activity, order=25)
    register_slot(app, "profile.main", navigation.activity_of_person, order=20)
    register_slot(app, "item.actions", navigation.results_of_item, order=90)
    register_slot(app, "item.progress", navigation.attempts_of_mine, order=60)

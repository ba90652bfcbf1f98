"""The catalogue: learning items of any kind, themes, search, progress. Kinds and talk are added by the packages above."""

from flask import Flask
from flask_babel import lazy_gettext

from core.api import register
from core.slots import register_slot


def init_app(app: Flask) -> None:
    """Add the pages, the way to say things on them, and what follows from statements."""
    from catalogue import kinds, menu, words
    from catalogue.blueprint import pages
    from catalogue.browse import views as _browse  # noqa: F401 - the views register themselves on ``pages``
    from catalogue.erasing import ProgressEraser
    from catalogue.home import views as _home  # noqa: F401
    from catalogue.items import sweep, views
    from catalogue.items.api import api
    from catalogue.progress import service as progress
    from catalogue.progress import words as progress_words
    from catalogue.progress.projection import ProgressProjection
    from catalogue.videos import acts as video_acts
    from catalogue.videos import views as videos
    from core import erasure
    from core.jobs import register_ticker
    from core.markdown import render
    from lrs import projections

    app.register_blueprint(pages)
    register(app, api)
    app.jinja_env.globals.update(
        picture_url=views.picture_url,
        badge=lambda item: None if item.visibility == "published" else words.VISIBILITY[item.visibility],
        progress_words=progress_words.line,
        minutes_words=words.minutes,
        duration_words=words.duration,
        percent_words=words.percent,
        items_words=words.items,
        language_name=words.language_name,
        visibility_words=words.VISIBILITY,
        status_words=words.STATUS,
        sorts=words.SORT,
        markdown=render,
    )
    kinds.register(
        kinds.Kind(
            "video",
            lazy_gettext("Video"),
            "video",
            launch=videos.launch,
            add_url="/videos/new",
            add_label=lazy_gettext("Link a video"),
            activity_type=video_acts.ACTIVITY_TYPE,
        )
    )
    projections.register(app, ProgressProjection())
    register_ticker(app, "grading", progress.EVERY, progress.catch_up)
    register_ticker(app, "images", sweep.EVERY, sweep.sweep)
    erasure.register(app, "catalogue", ProgressEraser(), order=20)
    register_slot(app, "nav.main", menu.main, order=10)

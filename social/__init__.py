"""People learning together: talk beside items, likes, and the popularity that follows from both."""

from flask import Flask

from core import erasure
from core.api import register
from core.markdown import excerpt, render
from social import popularity, slots
from social.blueprint import pages
from social.discussions import api as discussions_api
from social.discussions import comment_views, views
from social.erasing import TalkEraser
from social.likes import api as likes_api
from social.likes import views as like_views
from social.popularity import views as popularity_views

__all__ = ["comment_views", "init_app", "like_views", "views"]


def init_app(app: Flask) -> None:
    """Pages, API, and what is shown on the pages of lower packages."""
    app.jinja_env.filters.update(markdown=render, excerpt=excerpt)
    popularity.init_app(app)
    app.register_blueprint(pages)
    register(app, discussions_api.api)
    register(app, likes_api.api)
    register(app, popularity_views.api)
    slots.init_app(app)
    erasure.register(app, "social", TalkEraser(), order=40)

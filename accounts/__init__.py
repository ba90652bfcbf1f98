"""People: accounts, roles, sessions, groups. Knows nothing of learning; everything above knows people through here."""

from flask import Flask

from core import access, api, backup, cli, erasure, jobs


def init_app(app: Flask) -> None:
    """Add the pages, the API, the commands, the housekeeping, and the way a signed-in person is recognised."""
    from accounts import housekeeping, navigation
    from accounts.blueprint import pages
    from accounts.people.api import api as people_api
    from accounts.people.cli import user
    from accounts.people.erasing import AccountEraser
    from accounts.sessions import cookies

    _load_views()
    # Flask keeps its one-page messages in a cookie named "session"; that name is the sign-in's.
    app.config.update(SESSION_COOKIE_NAME="messages", SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    app.config["SESSION_COOKIE_SECURE"] = app.config["SETTINGS"].secure
    app.register_blueprint(pages)
    api.register(app, people_api)
    cli.register(app, user)
    access.register_authenticator(app, cookies.authenticate)
    navigation.init_app(app)
    erasure.register(app, "accounts", AccountEraser(), order=10)
    jobs.register_ticker(app, "accounts.housekeeping", 3600, housekeeping.sweep)
    backup.after_restore(app, "sessions and links", lambda _restored, _remembered: housekeeping.after_restore())


def _load_views() -> None:
    """Import the views, which register themselves on ``pages``."""
    from accounts.groups import views as _groups  # noqa: F401
    from accounts.imports import cli as _import_command  # noqa: F401
    from accounts.imports import views as _imports  # noqa: F401
    from accounts.invitations import views as _invitations  # noqa: F401
    from accounts.language import views as _language  # noqa: F401
    from accounts.people import admin as _admin  # noqa: F401
    from accounts.people import views as _people  # noqa: F401
    from accounts.resets import views as _resets  # noqa: F401
    from accounts.sessions import views as _sessions  # noqa: F401
    from accounts.setup import views as _setup  # noqa: F401

"""People: accounts, roles, sessions, groups. Knows nothing of learning; everything above knows people through here."""

from flask import Flask

from core import access, cli


def init_app(app: Flask) -> None:
    """Add the pages, the commands, and the way a signed-in person is recognised."""
    from accounts.blueprint import pages
    from accounts.people.cli import user
    from accounts.sessions import cookies, views  # noqa: F401 - the views register themselves on ``pages``

    # Flask keeps its one-page messages in a cookie named "session"; that name is the sign-in's.
    app.config.update(SESSION_COOKIE_NAME="messages", SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    app.config["SESSION_COOKIE_SECURE"] = app.config["SETTINGS"].secure
    app.register_blueprint(pages)
    access.register_authenticator(app, cookies.authenticate)
    cli.register(app, user)

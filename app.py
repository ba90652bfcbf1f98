"""The application: settings, ground, packages in order, errors, commands. ``server.py`` serves it."""

from collections.abc import Callable
from importlib import import_module

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import core
from core import identity, migrate
from core.access import access, require_declarations
from core.cli_commands import register_core_commands
from core.db import write
from core.hosts import Hosts
from core.settings import Settings, from_env
from scorm.play.content import create_content_app

PACKAGES = ("accounts", "lrs", "catalogue", "scorm", "social", "reports", "demo")


def create_app(settings: Settings | None = None) -> Flask:
    """The application origin's Flask application; ``app.extensions["colloquium.content"]`` is the content origin's."""
    settings = settings or from_env()
    app = Flask(__name__, template_folder="core/templates", static_folder="core/static", static_url_path="/static/core")
    app.config["SETTINGS"] = settings
    app.config["SECRET_KEY"] = settings.secret_key
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.max_body_bytes
    app.url_map.merge_slashes = False
    app.json.sort_keys = False
    core.init_app(app, settings)
    register_core_commands(app)
    for name in PACKAGES:
        import_module(name).init_app(app)
    app.extensions["colloquium.content"] = create_content_app(app)
    open_static_files(app)
    require_declarations(app)
    return app


def open_static_files(app: Flask) -> None:
    """Static files are for everybody; Flask's own views carry no declaration."""
    for endpoint, view in list(app.view_functions.items()):
        if endpoint == "static" or endpoint.endswith(".static"):
            app.view_functions[endpoint] = access("public")(lambda _view=view, **kwargs: _view(**kwargs))


def create_wsgi(app: Flask) -> Callable:
    """Both origins as one WSGI application, behind as many trusted proxies as the settings say."""
    settings = app.config["SETTINGS"]
    hosts = Hosts(app, app.extensions["colloquium.content"], settings)
    proxies = settings.trusted_proxies
    return ProxyFix(hosts, x_for=proxies, x_proto=proxies, x_host=0) if proxies else hosts


def prepare(app: Flask) -> None:
    """Migrate and fix the identity base: what a start needs before it may serve."""
    with app.app_context():
        migrate.upgrade()
        with write():
            identity.establish(app.config["SETTINGS"].origin)

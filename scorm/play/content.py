"""The content origin: a second Flask application in the same process, without sessions, without cookies (PLAYER.md).

    /play/<play token>        the player
    /c/<read token>/<path>    files of the package
    /rt/commit, /rt/state     the run-time, with a commit token as Bearer
    /xapi/…                   the record store (Basic credentials only)
    /cmi5/…                   what units of cmi5 ask for before that

It shares database, storage and caches with the application it is made for. Nothing here reads a cookie or sets one, and nothing but
``/xapi`` and the addresses from which units of cmi5 fetch their credentials answers another origin.
"""

from pathlib import Path

from flask import Blueprint, Flask, current_app, g, request
from flask.sessions import SessionInterface
from flask_babel import get_locale, gettext, ngettext

from core import errors
from core.access import ANONYMOUS, access, check, require_declarations, trust_header_credentials
from core.db import db
from core.errors import Forbidden
from lrs import xapi_blueprint
from scorm.play import player, runtime

_MORE = "colloquium.content.more"
CORE_STATIC = Path(__file__).parent.parent.parent / "core" / "static"


def create_content_app(app: Flask) -> Flask:
    """The content origin's application for ``app``; ``core.hosts`` chooses between the two by host."""
    here = Path(__file__).parent
    content = Flask(
        "scorm.play.content",
        root_path=str(here),
        static_folder=str(CORE_STATIC),
        static_url_path="/static/core",
        template_folder="content_origin/templates",
    )
    content.config.update(app.config)
    content.url_map.merge_slashes = False
    content.session_interface = _NoSession()
    _share(app, content)
    content.before_request(_refuse_service_workers)
    content.before_request(_nobody_is_signed_in)
    content.before_request(check)
    content.after_request(_headers)
    _install_language(content)
    errors.install(content)
    for blueprint in (player.blueprint, runtime.blueprint, xapi_blueprint(), *app.extensions.get(_MORE, ())):
        content.register_blueprint(blueprint)
    for blueprint in (runtime.blueprint, *app.extensions.get(_MORE, ())):
        trust_header_credentials(content, blueprint.name)
    for endpoint in [name for name in content.view_functions if name == "static" or name.endswith(".static")]:
        content.view_functions[endpoint] = _public(content.view_functions[endpoint])
    require_declarations(content)
    return content


def register(app: Flask, blueprint: Blueprint) -> None:
    """Let a format answer on the content origin, too; before :func:`create_content_app`. No cookie reaches it."""
    app.extensions.setdefault(_MORE, []).append(blueprint)


def _public(view):
    def wrapper(**kwargs):
        return view(**kwargs)

    return access("public")(wrapper)


class _NoSession(SessionInterface):
    """No cookie is read, none is set."""

    def open_session(self, app, request):
        return self.make_null_session(app)

    def save_session(self, app, session, response):
        return None


def _share(app: Flask, content: Flask) -> None:
    """One database, one storage, one set of caches for both origins."""
    content.extensions = app.extensions
    # Flask-SQLAlchemy keeps engines by application and has no public way to lend them.
    db._app_engines[content] = db._app_engines[app]
    content.teardown_appcontext(lambda _error: db.session.remove())


def _install_language(content: Flask) -> None:
    """The words of the player's page; the language is the learner's (``g.language``), else what the browser asks for."""
    content.jinja_env.add_extension("jinja2.ext.i18n")
    content.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)
    content.context_processor(lambda: {"current_language": str(get_locale() or "en")})


def _refuse_service_workers() -> None:
    """A package must not put itself between the browser and later launches."""
    if "Service-Worker" in request.headers:
        raise Forbidden(code="service_worker")


def _nobody_is_signed_in() -> None:
    """A cookie means nothing here, whoever set it."""
    g.principal = ANONYMOUS


def _headers(response):
    """What every answer of the content origin carries (PLAYER.md, "Headers to send")."""
    settings = current_app.config["SETTINGS"]
    response.headers.setdefault("Content-Security-Policy", f"frame-ancestors 'self' {settings.origin}")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), unload=*")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if not (request.endpoint or "").endswith("static"):
        response.headers.setdefault("Cache-Control", "no-store")
    # A part may open a window of its own and be looked for from there (edge case 36): its files must stay with who opened them.
    if request.endpoint != "player.file":
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
    if settings.secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    response.headers.pop("Set-Cookie", None)
    return response

"""Who is asking, and may they: one declaration on every view, checked before it runs. Deny by default.

``@access("author")`` on a view is the only way to open it; ``require_declarations`` stops the application from starting with a
view that says nothing. Which *rows* a person sees is decided by the slice that owns them (for items: ``catalogue.items.access``).
"""

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Flask, Request, current_app, g, redirect, request, url_for
from flask_babel import lazy_gettext
from markupsafe import Markup

from core.errors import Forbidden, SignInNeeded, wants_json

AUDIENCES = ("public", "person", "author", "trainer", "admin")
ROLES = ("admin", "author", "trainer", "learner")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FLAG = "_colloquium_access"
_SCOPES = "_colloquium_scopes"


@dataclass(frozen=True)
class Principal:
    """Who is asking: nobody, a person with a session, or a machine key (``scopes``)."""

    kind: str = "anonymous"
    person_id: int | None = None
    uuid: str | None = None
    role: str | None = None
    name: str = ""
    scopes: frozenset[str] = field(default_factory=frozenset)
    session_secret: str = ""

    @property
    def signed_in(self) -> bool:
        return self.kind == "person"

    @property
    def is_admin(self) -> bool:
        return self.role == "admin" or bool(self.scopes & {"all", "all/read"})

    def may(self, audience: str) -> bool:
        """True when this principal belongs to the audience of a view."""
        if audience == "public" or self.is_admin:
            return True
        if not self.signed_in:
            return False
        return audience == "person" or audience == self.role


ANONYMOUS = Principal()
Authenticator = Callable[[Request], Principal | None]


def register_authenticator(app: Flask, authenticator: Authenticator) -> None:
    """Add a way to recognise who is asking; the first that answers wins."""
    app.extensions.setdefault("colloquium.authenticators", []).append(authenticator)


def principal() -> Principal:
    """Who is asking now; found once per request."""
    if "principal" not in g:
        g.principal = ANONYMOUS
        for authenticator in current_app.extensions.get("colloquium.authenticators", []):
            if found := authenticator(request):
                g.principal = found
                break
    return g.principal


def access(audience: str, *, scopes: Iterable[str] = ()):
    """Declare who may call a view; a key that has one of ``scopes`` may, too, though it is nobody's session."""
    if audience not in AUDIENCES:
        raise ValueError(f"unknown audience {audience!r}; one of {AUDIENCES}")

    def mark(view):
        setattr(view, _FLAG, audience)
        setattr(view, _SCOPES, frozenset(scopes))
        return view

    return mark


def audience_of(app: Flask, endpoint: str, method: str = "GET") -> str | None:
    """What a registered view declares; for a class of methods, what its method declares."""
    return _declared(app, endpoint, method, _FLAG)


def _declared(app: Flask, endpoint: str, method: str, what: str):
    view = app.view_functions[endpoint]
    if found := getattr(view, what, None):
        return found
    cls = getattr(view, "view_class", None)
    return getattr(getattr(cls, method.lower(), None), what, None) or getattr(cls, what, None)


def require_declarations(app: Flask) -> None:
    """Raise when a route has no ``@access``."""
    silent = [
        f"{rule.rule} [{method}] → {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
        if audience_of(app, rule.endpoint, method) is None
    ]
    if silent:
        raise RuntimeError("views without @access: " + "; ".join(silent))


def check() -> object | None:
    """Before every request: may this principal call this view, and is an unsafe call really theirs?"""
    if request.endpoint is None or request.method == "OPTIONS":
        return None
    method = request.method if request.method != "HEAD" else "GET"
    audience = audience_of(current_app, request.endpoint, method)
    if audience is None:
        raise Forbidden()
    who = ANONYMOUS if audience == "public" and request.method in SAFE_METHODS else principal()
    if who.kind == "key" and who.scopes & (_declared(current_app, request.endpoint, method, _SCOPES) or frozenset()):
        return None
    if not who.may(audience):
        return _refuse(who)
    if request.method not in SAFE_METHODS:
        _refuse_unsafe(who, audience)
    return None


def _refuse(who: Principal):
    if who.kind == "anonymous":
        page = request.method == "GET" and not wants_json() and not request.headers.get("HX-Request")
        if page and "accounts.login" in current_app.view_functions:
            return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")))
        raise SignInNeeded()
    raise Forbidden()


def _refuse_unsafe(who: Principal, audience: str) -> None:
    if who.kind == "key":
        if "all" not in who.scopes:
            raise Forbidden(lazy_gettext("This key may only read."))
        return
    if request.blueprint in current_app.extensions.get("colloquium.header_credentials", ()):
        return
    if not _same_origin() or (who.signed_in and not _token_matches()):
        raise Forbidden(
            lazy_gettext("This page is out of date or the request came from another site. Reload the page and try again."), code="csrf"
        )


def trust_header_credentials(app: Flask, blueprint: str) -> None:
    """Exempt a blueprint from the cross-site check because it never reads a cookie (``/xapi``)."""
    app.extensions.setdefault("colloquium.header_credentials", set()).add(blueprint)


def _same_origin() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    if origin is None:
        return True
    return urlsplit(origin).netloc == current_app.config["SETTINGS"].app_host


def csrf_token() -> str:
    """The token of this session; a form carries it, a script sends it as ``X-CSRF-Token``."""
    secret = principal().session_secret
    if not secret:
        return ""
    return hmac.new(current_app.config["SETTINGS"].secret_key.encode(), b"csrf:" + secret.encode(), sha256).hexdigest()


def csrf_field() -> Markup:
    """The hidden input every form carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(csrf_token())


def _token_matches() -> bool:
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    return hmac.compare_digest(given.encode(), csrf_token().encode())


def init_app(app: Flask) -> None:
    app.before_request(check)
    app.context_processor(lambda: {"principal": principal(), "csrf_token": csrf_token, "csrf_field": csrf_field})

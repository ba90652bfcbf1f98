"""What can go wrong in the domain, each with a code and an HTTP status, mapped to an answer in one place.

Raise these from services; ``install`` turns them into JSON under ``/api`` and into a page elsewhere.
"""

import logging
import uuid

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

log = logging.getLogger("colloquium.errors")


class DomainError(Exception):
    """A refusal that a person can read. ``fields`` maps an input's name to its list of messages."""

    status = 400
    code = "error"

    def __init__(self, message="", *, code: str | None = None, fields: dict | None = None):
        super().__init__(message)
        self.message = message or self.default_message
        self.code = code or type(self).code
        self.fields = fields or {}

    default_message = lazy_gettext("That did not work.")


class BadRequest(DomainError):
    status, code = 400, "bad_request"
    default_message = lazy_gettext("The request cannot be understood.")


class SignInNeeded(DomainError):
    status, code = 401, "sign_in_needed"
    default_message = lazy_gettext("Please sign in first.")


class Forbidden(DomainError):
    status, code = 403, "forbidden"
    default_message = lazy_gettext("You may not do this.")


class NotFound(DomainError):
    status, code = 404, "not_found"
    default_message = lazy_gettext("There is nothing here, or it is not for you.")


class Conflict(DomainError):
    status, code = 409, "conflict"
    default_message = lazy_gettext("This conflicts with what is already there.")


class TooLarge(DomainError):
    status, code = 413, "too_large"
    default_message = lazy_gettext("This is too large.")


class Unsupported(DomainError):
    status, code = 415, "unsupported"
    default_message = lazy_gettext("This kind of file is not supported.")


class Invalid(DomainError):
    status, code = 422, "invalid"
    default_message = lazy_gettext("Please check what you entered.")


class TooMany(DomainError):
    """``retry_after`` is in seconds."""

    status, code = 429, "too_many"
    default_message = lazy_gettext("That was too often. Please wait a moment.")

    def __init__(self, message="", *, retry_after: int = 5, **named):
        super().__init__(message, **named)
        self.retry_after = retry_after


class Unavailable(DomainError):
    status, code = 503, "unavailable"
    default_message = lazy_gettext("This cannot be done right now. Nothing was changed; please try again.")


def wants_json() -> bool:
    """True for the HTTP API and for scripts that ask for JSON rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.startswith("/api/") or best == "application/json"


def install(app: Flask) -> None:
    """Register the handlers that answer every error."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(HTTPException, _http)
    for away in (OperationalError, InterfaceError, NoConnection):
        app.register_error_handler(away, _database)
    app.register_error_handler(Exception, _unexpected)


def answer(status: int, code: str, message: str, fields: dict | None = None):
    """One refusal as JSON or as a page; htmx fragments get the bare message."""
    if wants_json():
        body = {"error": {"code": code, "message": message, "fields": fields or {}}}
        response = jsonify(body)
    elif request.headers.get("HX-Request"):
        response = Response(message, mimetype="text/plain")
    else:
        response = make_response(render_template("errors/error.html", status=status, message=message))
    response.status_code = status
    if status in (429, 503):
        response.headers.setdefault("Retry-After", "5")
    return response


def _domain(error: DomainError):
    response = answer(error.status, error.code, str(error.message), error.fields)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http(error: HTTPException):
    if error.response is not None or (error.code or 500) < 400:
        return error
    data = getattr(error, "data", None) or {}
    fields = data.get("messages", {}) if isinstance(data, dict) else {}
    message = Invalid.default_message if error.code == 422 else _status_message(error)
    response = answer(error.code, "invalid" if error.code == 422 else f"http_{error.code}", str(message), fields)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "Location", "WWW-Authenticate"):
            response.headers[name] = value
    return response


def _status_message(error: HTTPException):
    known = {c.status: c.default_message for c in DomainError.__subclasses__()}
    return known.get(error.code, error.description or error.name)


def _database(error: OperationalError | InterfaceError | NoConnection):
    """The database is away, locked, full or too busy: say so, keep the details in the log."""
    reference = uuid.uuid4().hex[:12]
    log.error("database unavailable %s: %s", reference, getattr(error, "orig", None) or error)
    return answer(503, "unavailable", str(Unavailable.default_message))


def _unexpected(error: Exception):
    reference = uuid.uuid4().hex[:12]
    rule = request.url_rule  # never the path: on the content origin it holds a token
    log.exception("unexpected error %s on %s %s", reference, request.method, rule)
    return answer(500, "unexpected", _("Something broke on our side. Reference for the administrator: %(reference)s", reference=reference))

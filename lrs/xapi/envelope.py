"""What every answer of ``/xapi`` has around it: the version that was agreed on, who may read it, errors as JSON, gzip.

The hooks are the application's, not only the blueprint's: an address that leads nowhere and a method that is not offered get the
same frame as a view's answer.
"""

import logging
import uuid

from flask import Blueprint, Response, current_app, g, jsonify, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from core.db import db
from core.errors import BadRequest, DomainError, TooMany, Unavailable
from lrs.statements import consistency
from lrs.xapi import cors, packing
from lrs.xapi.gate import REFUSED, Gate, is_ours
from lrs.xapi.versions import HEADER, VERSIONS, agreed

log = logging.getLogger("colloquium.xapi")
CONSISTENT = "X-Experience-API-Consistent-Through"


def wrap(blueprint: Blueprint) -> None:
    """Frame everything under ``/xapi`` of the application on which the blueprint is registered."""
    blueprint.record_once(_stand_before)
    blueprint.before_app_request(_refuse_early)
    blueprint.before_request(_require_version)
    blueprint.after_app_request(_complete)
    blueprint.register_error_handler(DomainError, _domain)
    blueprint.register_error_handler(HTTPException, _http)
    for away in (OperationalError, InterfaceError, NoConnection):
        blueprint.register_error_handler(away, _database)
    blueprint.register_error_handler(Exception, _unexpected)


def version() -> str:
    """The version this request is answered in: 1.0.3 or 2.0.0."""
    return g.get("xapi_version") or current_app.config["SETTINGS"].xapi_default_version


def _stand_before(state: BlueprintSetupState) -> None:
    app = state.app
    app.wsgi_app = Gate(app.wsgi_app, app.config["SETTINGS"].max_body_bytes)


def _refuse_early() -> Response | None:
    """What was refused before routing, and what routing did not find."""
    if not is_ours(request.path):
        return None
    g.xapi_version = agreed(request.headers.get(HEADER))
    if refusal := request.environ.get(REFUSED):
        return _domain(refusal)
    if request.routing_exception is not None:
        return _http(request.routing_exception)
    return None


def _require_version() -> Response | None:
    """The header is required and must be a version that we speak, except by /about."""
    if request.method == "OPTIONS":
        return Response(status=204)
    if g.xapi_version is not None or request.endpoint == "xapi.about":
        return None
    given = request.headers.get(HEADER)
    if given is None:
        raise BadRequest(f"The header {HEADER} is missing; send one of {', '.join(VERSIONS)}.", code="version_missing")
    raise BadRequest(f"{HEADER} {given[:40]!r} is not supported; send 1.0.x or 2.0.x.", code="version_unknown")


def _complete(response: Response) -> Response:
    if not is_ours(request.path):
        return response
    headers = response.headers
    headers[HEADER] = version()
    headers.setdefault("Cache-Control", "private, no-cache")
    cors.allow(response)
    if request.method != "OPTIONS" and request.path.startswith("/xapi/statements"):
        headers[CONSISTENT] = g.get("consistent_through") or _through()
    return packing.pack(response)


def _through() -> str:
    """For answers that did not look at the log; when the database is away nothing is certain but the beginning of time."""
    try:
        return consistency.through()
    except (OperationalError, InterfaceError, NoConnection, Unavailable):
        return "1970-01-01T00:00:00.000000Z"


def _error(status: int, code: str, message: str, fields: dict | None = None) -> Response:
    """A refusal as JSON, or as text for those who prefer it (1.0.3 Communication 3.2)."""
    if request.accept_mimetypes.best_match(("application/json", "text/plain")) == "text/plain":
        response = Response(f"{message}\n", mimetype="text/plain")
    else:
        response = jsonify({"error": {"code": code, "message": message, "fields": fields or {}}})
    response.status_code = status
    if status in (429, 503):
        response.headers["Retry-After"] = "5"
    return response


def _domain(error: DomainError) -> Response:
    response = _error(error.status, error.code, str(error.message), error.fields)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http(error: HTTPException) -> Response:
    response = _error(error.code or 500, f"http_{error.code}", error.description or error.name)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _database(error: OperationalError | InterfaceError | NoConnection) -> Response:
    reference = uuid.uuid4().hex[:12]
    log.error("database unavailable %s: %s", reference, getattr(error, "orig", None) or error)
    db.session.rollback()
    return _error(503, "unavailable", str(Unavailable.default_message))


def _unexpected(error: Exception) -> Response:
    reference = uuid.uuid4().hex[:12]
    log.exception("unexpected error %s on %s %s", reference, request.method, request.path)
    db.session.rollback()
    return _error(500, "unexpected", f"Something broke on our side. Reference for the administrator: {reference}")

"""What every answer of ``/xapi`` has around it: the version that was agreed on, CORS, errors as JSON."""

import logging
import re
import uuid

from flask import Blueprint, Response, g, jsonify, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from core.db import db
from core.errors import BadRequest, DomainError, Unavailable
from lrs.statements import consistency

log = logging.getLogger("colloquium.xapi")
VERSIONS = ("1.0.3", "2.0.0")
WHEN_UNKNOWN = "1.0.3"
_FAMILIES = ((re.compile(r"1\.0(\.\d{1,9})?"), "1.0.3"), (re.compile(r"2\.0(\.\d{1,9})?"), "2.0.0"))
_EXPOSED = "ETag, Last-Modified, X-Experience-API-Version, X-Experience-API-Consistent-Through"
_ALLOWED = "Authorization, Content-Type, If-Match, If-None-Match, X-Experience-API-Version, Accept-Language"
CONSISTENT = "X-Experience-API-Consistent-Through"


def wrap(blueprint: Blueprint) -> None:
    blueprint.before_request(_negotiate)
    blueprint.after_request(_complete)
    blueprint.register_error_handler(DomainError, lambda e: _error(e.status, e.code, str(e.message), e.fields))
    blueprint.register_error_handler(HTTPException, lambda e: _error(e.code or 500, f"http_{e.code}", e.description or e.name))
    blueprint.register_error_handler(OperationalError, _database)
    blueprint.register_error_handler(Exception, _unexpected)


def version() -> str:
    """The version this request is answered in: 1.0.3 or 2.0.0."""
    return g.get("xapi_version", WHEN_UNKNOWN)


def _negotiate():
    """Agree on a version (1.0.3 Communication 3.3, IEEE 9274.1.1 4.1.2): the header is required, except by /about."""
    if request.method == "OPTIONS":
        return Response(status=204)
    given = request.headers.get("X-Experience-API-Version")
    if given is None:
        if request.endpoint != "xapi.about":
            raise BadRequest(f"The header X-Experience-API-Version is missing; send one of {', '.join(VERSIONS)}.", code="version_missing")
        return None
    for pattern, answer in _FAMILIES:
        if pattern.fullmatch(given):
            g.xapi_version = answer
            return None
    if request.endpoint == "xapi.about":
        return None
    raise BadRequest(f"X-Experience-API-Version {given[:40]!r} is not supported; send 1.0.x or 2.0.x.", code="version_unknown")


def _complete(response: Response) -> Response:
    headers = response.headers
    headers["X-Experience-API-Version"] = version()
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = _EXPOSED
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers.setdefault("Cache-Control", "private, no-cache")
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
        headers["Access-Control-Allow-Headers"] = _ALLOWED
        headers["Access-Control-Max-Age"] = "3600"
    elif request.endpoint and request.endpoint.startswith("xapi.statements"):
        headers[CONSISTENT] = g.get("consistent_through") or _through()
    return response


def _through() -> str:
    """For answers that did not look at the log; when the database is away nothing is certain but the beginning of time."""
    try:
        return consistency.through()
    except (OperationalError, Unavailable):
        return "1970-01-01T00:00:00.000000Z"


def _error(status: int, code: str, message: str, fields: dict | None = None) -> Response:
    response = jsonify({"error": {"code": code, "message": message, "fields": fields or {}}})
    response.status_code = status
    if status in (429, 503):
        response.headers["Retry-After"] = "5"
    return response


def _database(error: OperationalError) -> Response:
    reference = uuid.uuid4().hex[:12]
    log.error("database unavailable %s: %s", reference, error.orig)
    db.session.rollback()
    return _error(503, "unavailable", str(Unavailable.default_message))


def _unexpected(error: Exception) -> Response:
    reference = uuid.uuid4().hex[:12]
    log.exception("unexpected error %s on %s %s", reference, request.method, request.path)
    db.session.rollback()
    return _error(500, "unexpected", f"Something broke on our side. Reference for the administrator: {reference}")

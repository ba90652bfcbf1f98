"""Pages of other sites: which may use a credential, and what their browsers are told.

A preflight carries no credential, so it is answered for everybody; the real request is refused when its credential does not allow the
page's origin. Nothing here depends on cookies, so an answer to nobody in particular may be read by everybody.
"""

from flask import Response, current_app, g, request

from core.errors import Forbidden
from lrs.credentials.callers import Caller
from lrs.credentials.rules import origin_allowed

_EXPOSED = "ETag, Last-Modified, Retry-After, X-Experience-API-Version, X-Experience-API-Consistent-Through"
_METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
_HEADERS = (
    "Authorization, Content-Type, Content-Encoding, If-Match, If-None-Match, If-Modified-Since, Accept, Accept-Language, X-Requested-With, "
    "X-Experience-API-Version, X-Experience-API-Hash, X-Experience-API-Consistent-Through"
)


def require_origin(caller: Caller) -> None:
    """Refuse a page whose origin the credential does not allow; programs that are no browser send none. Our own origins are allowed."""
    given = request.headers.get("Origin")
    settings = current_app.config["SETTINGS"]
    if given is None or given in (settings.origin, settings.content_origin) or origin_allowed(given, caller.origins):
        return
    g.foreign_origin = True
    raise Forbidden(
        f"Pages of {given[:200]} may not use this credential. An administrator can add that origin to it.", code="origin_not_allowed"
    )


def allow(response: Response) -> None:
    """Say who may read the answer: everybody before a credential is known, then the origin that it allowed."""
    headers, given = response.headers, request.headers.get("Origin")
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers["Access-Control-Expose-Headers"] = _EXPOSED
    response.vary.add("Origin")
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Allow-Methods"] = _METHODS
        headers["Access-Control-Allow-Headers"] = _HEADERS
        headers["Access-Control-Max-Age"] = "3600"
    elif not g.get("foreign_origin"):
        headers["Access-Control-Allow-Origin"] = given if given is not None and g.get("caller") is not None else "*"

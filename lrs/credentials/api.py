"""A machine key on ``/api/``: the same header as on ``/xapi``, recognised for ``core.access``."""

from flask import Request

from core.access import Principal
from core.errors import SignInNeeded
from lrs.credentials.rules import parse_basic
from lrs.credentials.service import check


def authenticate(request: Request) -> Principal | None:
    """The principal of a Basic header; a wrong one is refused rather than treated as nobody."""
    if not request.path.startswith("/api/") or "Authorization" not in request.headers:
        return None
    pair = parse_basic(request.headers["Authorization"])
    caller = check(*pair) if pair else None
    if caller is None:
        raise SignInNeeded(code="bad_key")
    return Principal(kind="key", name=caller.name, scopes=caller.scopes)

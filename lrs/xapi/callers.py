"""Who calls, and may they: the one check on every view of ``/xapi``."""

from functools import wraps
from uuid import UUID

from flask import g, request

from core.errors import BadRequest, Forbidden, SignInNeeded
from lrs.credentials.callers import Bound, Caller
from lrs.credentials.rules import only_own, outside, parse_basic, permits
from lrs.credentials.signing_in import check
from lrs.statements.keys import agent_key as key_of
from lrs.xapi.alternate import PLAIN_TEXT
from lrs.xapi.cors import require_origin

__all__ = ["Bound", "Caller", "caller", "must_be_within", "only_authority", "scoped"]


def scoped(*needed: str):
    """Let a view run for callers whose credential has one of these scopes; ``caller()`` then tells who it is.

    401 for a missing, wrong, expired or revoked credential, never with WWW-Authenticate: browsers would open a login box.
    403 when the credential lacks the scope, or when a page of a site asks that the credential does not allow. 429 beyond its rate.
    """

    def around(view):
        @wraps(view)
        def guarded(*args, **kwargs):
            g.caller = _recognised()
            require_origin(g.caller)
            if request.environ.get(PLAIN_TEXT) and not g.caller.tolerant:
                raise BadRequest("A form must have the Content-Type application/x-www-form-urlencoded.", code="content_type")
            if not any(permits(g.caller.scopes, scope) for scope in needed):
                raise Forbidden(f"This needs a credential with the scope {' or '.join(needed)}.", code="scope_missing")
            return view(*args, **kwargs)

        return guarded

    return around


def _recognised() -> Caller:
    pair = parse_basic(request.headers.get("Authorization"))
    if pair is None:
        raise SignInNeeded("Send a key and its secret in an Authorization: Basic header.", code="credential_missing")
    found = check(*pair)
    if found is None:
        raise SignInNeeded("This key and secret are unknown, expired or revoked.", code="credential_refused")
    return found


def caller() -> Caller:
    return g.caller


def must_be_within(*, agent_key: str | None = None, registration: UUID | str | None = None, activity: str | None = None) -> None:
    """Refuse (403) what a launch's credential asks about another actor, registration or activity; nothing for other credentials.

    ``agent_key`` is an agent's key (``lrs.statements.keys.agent_key``). What is None was not named and is not judged.
    """
    bound = caller().bound
    if bound is not None and (other := outside(bound, agent_key=agent_key, registration=registration, activity=activity)):
        raise Forbidden(f"This credential belongs to one launch, and the {other} is not the launch's.", code="outside_launch")


def only_authority() -> str | None:
    """The key of the only authority whose statements this caller may see, or None when it may see all."""
    return key_of(caller().authority) if only_own(caller().scopes) else None

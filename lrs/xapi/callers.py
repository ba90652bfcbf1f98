"""Who calls, and may they: the one check on every view of ``/xapi``."""

from functools import wraps

from flask import g, request

from core.errors import Forbidden, SignInNeeded
from lrs.credentials.rules import only_own, parse_basic, permits
from lrs.credentials.service import Caller, check
from lrs.statements.keys import agent_key


def scoped(*needed: str):
    """Let a view run for callers whose credential has one of these scopes; ``caller()`` then tells who it is.

    401 for a missing, wrong, expired or revoked credential, never with WWW-Authenticate: browsers would open a login box.
    403 when the credential lacks the scope.
    """

    def around(view):
        @wraps(view)
        def guarded(*args, **kwargs):
            pair = parse_basic(request.headers.get("Authorization"))
            if pair is None:
                raise SignInNeeded("Send a key and its secret in an Authorization: Basic header.", code="credential_missing")
            g.caller = check(*pair)
            if g.caller is None:
                raise SignInNeeded("This key and secret are unknown, expired or revoked.", code="credential_refused")
            if not any(permits(g.caller.scopes, scope) for scope in needed):
                raise Forbidden(f"This needs a credential with the scope {' or '.join(needed)}.", code="scope_missing")
            return view(*args, **kwargs)

        return guarded

    return around


def caller() -> Caller:
    return g.caller


def only_authority() -> str | None:
    """The key of the only authority whose statements this caller may see, or None when it may see all."""
    return agent_key(caller().authority) if only_own(caller().scopes) else None

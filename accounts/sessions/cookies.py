"""The session cookie, and recognising a person by it."""

from flask import Request, Response, current_app, g, request

from accounts.people.models import Person
from accounts.sessions import rules, service
from core import i18n
from core.access import Principal
from core.clock import now
from core.db import write

_AGE = int(rules.ABSOLUTE.total_seconds())
_YEAR = 365 * 24 * 3600


def name() -> str:
    """``__Host-session`` under https, which no other host can set (PLAYER.md, finding 3); ``session`` on plain http."""
    return "__Host-session" if current_app.config["SETTINGS"].secure else "session"


def given() -> str:
    """The cookie of this request, empty when there is none."""
    return request.cookies.get(name(), "")


def authenticate(request: Request) -> Principal | None:
    """Who the cookie says is asking (an authenticator of :mod:`core.access`)."""
    token = request.cookies.get(name())
    session = service.find(token) if token else None
    if session is None:
        return None
    if rules.due_for_touch(seen_at=session.seen_at, at=now()):
        with write():
            service.touch(session)
    person = session.person
    g.language = person.language
    return Principal(
        kind="person", person_id=person.id, uuid=person.uuid, role=person.role, name=person.name, session_secret=session.csrf_secret
    )


def sign_in(response: Response, person: Person, *, proof: str | None = None) -> Response:
    """Open a new session for this browser in place of the one it had. Call inside ``write()``."""
    if given():
        service.end(given())
    token = service.start(person, address=request.remote_addr or "", user_agent=request.user_agent.string, proof=proof)
    set_language(response, person.language)
    response.set_cookie(name(), token, max_age=_AGE, **_attributes())
    return response


def sign_out(response: Response) -> Response:
    """End this browser's session and take the cookie back. Call inside ``write()``."""
    service.end(given())
    response.delete_cookie(name(), **_attributes())
    return response


def set_language(response: Response, language: str) -> Response:
    """Remember a language in this browser, for pages shown before anybody signs in."""
    response.set_cookie(i18n.COOKIE, language, max_age=_YEAR, **_attributes())
    return response


def _attributes() -> dict:
    return {"path": "/", "httponly": True, "samesite": "Lax", "secure": current_app.config["SETTINGS"].secure}

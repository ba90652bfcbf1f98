"""The page that makes the first administrator."""

from flask import redirect, render_template, request

from accounts.blueprint import pages
from accounts.links.pages import private
from accounts.people import passwords
from accounts.sessions import cookies
from accounts.setup import service
from core.access import access
from core.db import write
from core.errors import DomainError, NotFound
from core.i18n import current_language


@pages.get("/setup/<token>")
@access("public")
def setup(token: str):
    """Ask for name, address and password."""
    service.check(token)
    return private(_form(token))


@pages.post("/setup/<token>")
@access("public")
def make_administrator(token: str):
    """Make the first administrator and sign them in; the link is dead afterwards."""
    service.check(token)
    given = {name: request.form.get(name, "") for name in ("email", "name")}
    response = redirect("/", 303)
    try:
        password_hash = passwords.accepted(request.form.get("password", ""), **given)
        with write():
            person = service.make_administrator(token=token, password_hash=password_hash, language=current_language(), **given)
            cookies.sign_in(response, person)
    except NotFound:
        raise
    except DomainError as refusal:
        return private((_form(token, errors=refusal.fields, **given), refusal.status))
    return private(response)


def _form(token: str, **context) -> str:
    return render_template("links/setup.html", token=token, min_length=passwords.MIN_LENGTH, **context)

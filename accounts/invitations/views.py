"""The page behind an invitation."""

from flask import redirect, render_template, request

from accounts.blueprint import pages
from accounts.invitations import service
from accounts.links.pages import private
from accounts.people import passwords
from accounts.sessions import cookies
from core.access import access
from core.db import write
from core.errors import DomainError, NotFound


@pages.get("/invitation/<token>")
@access("public")
def invitation(token: str):
    """Welcome the invited person; opening the page uses nothing up."""
    person = service.invited(token)
    return private(_form(token, person.email, name=person.name))


@pages.post("/invitation/<token>")
@access("public")
def accept_invitation(token: str):
    """Take the name and password, and sign in."""
    email = service.invited(token).email
    name, password = request.form.get("name", ""), request.form.get("password", "")
    response = redirect("/", 303)
    try:
        password_hash = passwords.accepted(password, email=email, name=name)
        with write():
            cookies.sign_in(response, service.accept(token=token, name=name, password_hash=password_hash))
    except NotFound:
        raise
    except DomainError as refusal:
        return private((_form(token, email, name=name, errors=refusal.fields), refusal.status))
    return private(response)


def _form(token: str, email: str, **context) -> str:
    return render_template("links/invitation.html", token=token, email=email, min_length=passwords.MIN_LENGTH, **context)

"""The pages of a forgotten password."""

from datetime import timedelta

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from accounts.blueprint import pages
from accounts.links.pages import private
from accounts.people import passwords
from accounts.resets import service
from accounts.throttle import service as throttle
from accounts.throttle.rules import network_of
from core import mail
from core.access import access
from core.db import write
from core.errors import DomainError, NotFound, TooMany

PER_NETWORK = throttle.Limit("reset from an address", 30, timedelta(hours=1))
PER_ACCOUNT = throttle.Limit("reset of an account", 3, timedelta(hours=1))


@pages.get("/forgot")
@access("public")
def forgot():
    """Ask for the address."""
    return render_template("links/forgot.html")


@pages.post("/forgot")
@access("public")
def ask_for_reset():
    """Send a link if the address is somebody's. The answer, and the time it takes, are the same if it is nobody's."""
    email = request.form.get("email", "").strip().lower()[:254]
    with write():
        throttle.take(PER_NETWORK, network_of(request.remote_addr))
    message = None
    try:
        with write():
            throttle.take(PER_ACCOUNT, email)
            message = service.asked(email)
    except TooMany:
        pass  # an inbox is not flooded, and the answer does not say that there is one
    if message is not None:
        mail.send_later(message)
    return render_template("links/forgot.html", asked=True, email=email)


@pages.get("/reset/<token>")
@access("public")
def reset(token: str):
    """Ask for the new password; opening the page uses nothing up."""
    return private(_form(token, service.whose(token).email))


@pages.post("/reset/<token>")
@access("public")
def choose_password(token: str):
    """Set the new password; the person signs in with it."""
    person = service.whose(token)
    email, name = person.email, person.name
    try:
        password_hash = passwords.accepted(request.form.get("password", ""), email=email, name=name)
        with write():
            service.choose(token=token, password_hash=password_hash)
    except NotFound:
        raise
    except DomainError as refusal:
        return private((_form(token, email, errors=refusal.fields), refusal.status))
    flash(_("Your new password is set. Sign in with it."), "success")
    return private(redirect("/login", 303))


def _form(token: str, email: str, **context) -> str:
    return render_template("links/reset.html", token=token, email=email, min_length=passwords.MIN_LENGTH, **context)

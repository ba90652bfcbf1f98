"""Signing in and out."""

from datetime import timedelta

from flask import redirect, render_template, request

from accounts.blueprint import pages
from accounts.people import passwords
from accounts.people.queries import administrator_exists
from accounts.sessions import cookies, rules, service
from accounts.throttle import service as throttle
from accounts.throttle.rules import network_of
from core.access import access, principal
from core.db import db, write
from core.errors import TooMany

PER_ACCOUNT = throttle.Limit("sign-in of an account", 10, timedelta(minutes=15))
PER_NETWORK = throttle.Limit("sign-in from an address", 100, timedelta(minutes=15))


@pages.get("/login")
@access("public")
def login():
    """The sign-in page; who is signed in already goes on."""
    target = rules.safe_next(request.args.get("next"))
    return redirect(target, 303) if principal().signed_in else _form(target)


@pages.post("/login")
@access("public")
def sign_in():
    """Check address and password, open a session, go where the visitor was going. Wrong ones say nothing about which was wrong."""
    target = rules.safe_next(request.form.get("next"))
    email, password = request.form.get("email", "").strip()[:254], request.form.get("password", "")
    try:
        _count(email)
    except TooMany as refusal:
        return _form(target, email=email, refusal=refusal.message), 429, {"Retry-After": "60"}
    person = service.authenticate(email=email, password=password)
    if person is None:
        return _form(target, email=email, wrong=True), 422
    proof, fresh = person.password_hash, None
    if passwords.outdated(proof):
        fresh = passwords.digest(password)
    response = redirect(target, 303)
    with write():
        cookies.sign_in(response, person, proof=proof)
        person.password_hash = fresh or proof
        throttle.forget(PER_ACCOUNT, email.lower())
        throttle.give_back(PER_NETWORK, network_of(request.remote_addr))
        db.session.flush()
    return response


def _count(email: str) -> None:
    """Count this attempt before it is checked, so that many at once are not checked for free."""
    with write():
        throttle.take(PER_NETWORK, network_of(request.remote_addr))
        throttle.take(PER_ACCOUNT, email.lower())


def _form(target: str, **context):
    return render_template("sessions/login.html", target=target, new_installation=not administrator_exists(), **context)


@pages.post("/logout")
@access("public")
def logout():
    """End this browser's session."""
    response = redirect("/login", 303)
    with write():
        cookies.sign_out(response)
    return response

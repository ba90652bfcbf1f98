"""One's own page and everybody's profile."""

from datetime import timedelta

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from accounts.blueprint import pages
from accounts.groups import queries as groups
from accounts.people import passwords, queries, service
from accounts.people.models import Person
from accounts.people.rules import invalid
from accounts.sessions import cookies
from accounts.sessions import service as sessions
from accounts.throttle import service as throttle
from core.access import access, principal
from core.db import write
from core.errors import DomainError

PER_PERSON = throttle.Limit("password change of a person", 10, timedelta(minutes=15))


def myself() -> Person:
    """The person who is asking."""
    return queries.get(principal().person_id)


@pages.get("/me")
@access("person")
def me():
    """What one is called, the language, the password, and where one is signed in."""
    return _page()


@pages.post("/me")
@access("person")
def edit_me():
    """Change one's name and language."""
    given = {name: request.form.get(name, "") for name in ("name", "language")}
    response = redirect("/me", 303)
    try:
        with write():
            service.edit(myself(), **given)
    except DomainError as refusal:
        return _page(errors=refusal.fields, given=given), refusal.status
    flash(_("Your profile is saved."), "success")
    return cookies.set_language(response, given["language"].strip().lower())


@pages.post("/me/password")
@access("person")
def change_password():
    """Change one's password: the old one is asked for, every other session ends."""
    person = myself()
    current, new = request.form.get("current", ""), request.form.get("password", "")
    response = redirect("/me", 303)
    try:
        with write():
            throttle.take(PER_PERSON, person.uuid)
        if not passwords.matches(person.password_hash, current):
            raise invalid("current", _("This is not your current password."))
        password_hash = passwords.accepted(new, email=person.email, name=person.name)
        with write():
            service.set_password(person, password_hash=password_hash)
            throttle.forget(PER_PERSON, person.uuid)
            cookies.sign_in(response, person)
    except DomainError as refusal:
        return _page(password_errors=refusal.fields or {"current": [refusal.message]}), refusal.status
    flash(_("Your password is changed. You are signed out everywhere else."), "success")
    return response


@pages.post("/me/sessions/<uuid>/end")
@access("person")
def end_session(uuid: str):
    """Sign one of one's browsers out."""
    with write():
        sessions.revoke(uuid=uuid, person_id=principal().person_id)
    flash(_("That browser is signed out."), "success")
    return redirect("/me#sessions", 303)


@pages.post("/me/sessions/end")
@access("person")
def end_other_sessions():
    """Sign every other browser out."""
    with write():
        sessions.revoke_all(principal().person_id, keep=cookies.given())
    flash(_("You are signed out everywhere else."), "success")
    return redirect("/me#sessions", 303)


def _page(**context) -> str:
    person = myself()
    return render_template(
        "people/me.html",
        person=person,
        groups=groups.of_person(person.id),
        sessions=sessions.of_person(person.id),
        this_session=sessions.find(cookies.given()),
        min_length=passwords.MIN_LENGTH,
        **context,
    )


@pages.get("/people/<uuid>")
@access("person")
def profile(uuid: str):
    """What everybody may see of a person: the name, the groups, and what other packages add. Never the address."""
    person = queries.by_uuid(uuid)
    return render_template("people/profile.html", person=person, groups=groups.of_person(person.id))

"""Choosing the language."""

from flask import redirect, request

from accounts.blueprint import pages
from accounts.people import queries, rules, service
from accounts.sessions import cookies
from accounts.sessions.rules import safe_next
from core.access import access, principal
from core.db import write


@pages.post("/language")
@access("public")
def choose_language():
    """Read pages in another language from now on: remembered by this browser, and for the person who is signed in."""
    language = rules.clean_language(request.form.get("language", ""), service.LANGUAGE_CODES)
    if principal().signed_in:
        with write():
            service.edit(queries.get(principal().person_id), language=language)
    return cookies.set_language(redirect(safe_next(request.form.get("next")), 303), language)

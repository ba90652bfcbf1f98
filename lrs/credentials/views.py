"""``/admin/keys``: make keys for machines, look at one, change, renew and revoke it. Each action is a form and needs no JavaScript."""

from datetime import UTC, datetime, timedelta

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.access import access
from core.clock import now
from core.db import write
from core.errors import DomainError, Invalid
from lrs.blueprint import pages
from lrs.credentials import queries, service, wording
from lrs.credentials.rules import alive
from lrs.credentials.service import Issued


@pages.get("/admin/keys")
@access("admin")
def keys():
    """Every key, page by page, and the form for a new one."""
    return _list()


@pages.post("/admin/keys")
@access("admin")
def make_key():
    """Make a key and show its secret, this once."""
    form = request.form
    given = {name: form.get(name, "") for name in ("name", "expires", "origins", "rate_limit")} | {"scopes": form.getlist("scope")}
    try:
        with write():
            issued = service.create(
                name=given["name"],
                scopes=given["scopes"],
                origins=given["origins"].split(),
                rate_limit=_number(given["rate_limit"]),
                expires_at=_day(given["expires"]),
            )
    except Invalid as error:
        return _list(given=given, errors=error.fields), 422
    return _issued(issued, 201)


@pages.get("/admin/keys/<key>")
@access("admin")
def key_page(key: str):
    """One key: what it may do, how to use it, and what can be changed."""
    return _one(key)


@pages.post("/admin/keys/<key>")
@access("admin")
def edit_key(key: str):
    """Change the name, the origins and the limit."""
    given = {name: request.form.get(name, "") for name in ("name", "origins", "rate_limit")}
    try:
        with write():
            service.edit(key=key, name=given["name"], origins=given["origins"].split(), rate_limit=_number(given["rate_limit"]))
    except Invalid as error:
        return _one(key, given=given, errors=error.fields), 422
    flash(_("The key is saved."), "success")
    return redirect(url_for("lrs.key_page", key=key), 303)


@pages.post("/admin/keys/<key>/rotate")
@access("admin")
def rotate_key(key: str):
    """Make a new secret and show it, this once."""
    try:
        with write():
            issued = service.rotate(key=key, grace=timedelta(hours=_number(request.form.get("grace", "24")) or 0))
    except DomainError as error:
        if error.status == 404:
            raise
        return _one(key, refusal=error.fields.get("grace", [error.message])[0]), error.status
    return _issued(issued, 200)


@pages.post("/admin/keys/<key>/revoke")
@access("admin")
def revoke_key(key: str):
    """Refuse a key from now on."""
    with write():
        name = service.revoke(key=key).name
    flash(_("The key “%(name)s” no longer works.", name=name), "success")
    return redirect(url_for("lrs.keys"), 303)


def _list(**context) -> str:
    page = queries.page(request.args.get("page", 1, type=int))
    return render_template("credentials/list.html", page=page, moment=now(), wording=wording, **context)


def _one(key: str, **context) -> str:
    found, moment, endpoint = service.get(key=key), now(), _endpoint()
    works = alive(revoked_at=found.revoked_at, expires_at=found.expires_at, at=moment)
    examples = wording.examples(endpoint=endpoint, key=key, secret=wording.IN_THE_ENVIRONMENT, scopes=frozenset(found.scopes.split()))
    authority = service.authority_of(key, found.name)
    context |= {"key": found, "moment": moment, "works": works, "endpoint": endpoint, "examples": examples, "authority": authority}
    return render_template("credentials/key.html", wording=wording, **context)


def _issued(issued: Issued, status: int):
    found, endpoint = service.get(key=issued.key), _endpoint()
    examples = wording.examples(endpoint=endpoint, **issued._asdict(), scopes=frozenset(found.scopes.split()))
    page = render_template("credentials/issued.html", key=found, secret=issued.secret, endpoint=endpoint, examples=examples)
    return page, status, {"Cache-Control": "no-store"}


def _endpoint() -> str:
    return current_app.config["SETTINGS"].origin + "/xapi"


def _number(text: str) -> int | None:
    """What a number input sends; None when it is empty, -1 (which no rule takes) when it is no number."""
    text = text.strip()
    return (int(text[:12]) if text.isascii() and text.isdigit() else -1) if text else None


def _day(text: str) -> datetime | None:
    """The first moment of a day as a date input sends it; Invalid when it is none."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise Invalid(fields={"expires_at": [_("Enter a date like 2027-01-31.")]}) from None

"""``/admin/keys``: make keys for machines, see them, revoke them. Each action is a form and needs no JavaScript."""

from datetime import UTC, datetime

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from core.access import access
from core.clock import now
from core.db import db, write
from core.errors import Invalid
from lrs.blueprint import pages
from lrs.credentials import queries, service
from lrs.credentials.wording import SCOPE_NAMES


@pages.get("/admin/keys")
@access("admin")
def keys():
    """Every key, and the form for a new one."""
    return _page()


@pages.post("/admin/keys")
@access("admin")
def make_key():
    """Make a key and show its secret, this once."""
    form = request.form
    given = {"name": form.get("name", ""), "scopes": form.getlist("scope"), "expires": form.get("expires", "")}
    try:
        with write():
            issued = service.create(name=given["name"], scopes=given["scopes"], expires_at=_day(given["expires"]))
    except Invalid as error:
        return _page(given=given, errors=error.fields), 422
    endpoint = current_app.config["SETTINGS"].origin + "/xapi"
    page = render_template("credentials/issued.html", issued=issued, name=given["name"], endpoint=endpoint)
    return page, 201, {"Cache-Control": "no-store"}


@pages.post("/admin/keys/<key>/revoke")
@access("admin")
def revoke_key(key: str):
    """Refuse a key from now on."""
    with write():
        name = service.revoke(key=key).name
    flash(_("The key “%(name)s” no longer works.", name=name), "success")
    return redirect(url_for("lrs.keys"), 303)


def _page(**context) -> str:
    found = list(db.session.scalars(queries.listing()))
    return render_template("credentials/list.html", keys=found, scope_names=SCOPE_NAMES, moment=now(), **context)


def _day(text: str) -> datetime | None:
    """The first moment of a day as a date input sends it; Invalid when it is none."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise Invalid(fields={"expires_at": [_("Enter a date like 2027-01-31.")]}) from None

"""``/admin/retention``: the rules, what each would delete now, a new rule."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from core.access import access
from core.clock import now
from core.db import write
from core.errors import Invalid, NotFound
from lrs.blueprint import pages
from lrs.retention import queries, rules, service
from lrs.retention.models import RetentionRule

_FIELDS = ("kind", "days", "verb", "activity", "reason")
_AT_ONCE_MS = 3_000


@pages.get("/admin/retention")
@access("admin")
def retention():
    """Every rule with what it would delete now."""
    return _page()


@pages.post("/admin/retention")
@access("admin")
def add_rule():
    """Show what a new rule would delete; make it when that was seen."""
    given = {name: request.form.get(name, "") for name in _FIELDS}
    try:
        if not request.form.get("seen"):
            rule = RetentionRule(**rules.clean(**{name: given[name].strip() for name in _FIELDS[:4]}))
            return _page(given=given, asked=rule, preview=_preview(rule))
        with write():
            service.add(**given)
    except Invalid as refusal:
        return _page(given=given, errors=refusal.fields), 422
    flash(_("The rule is made. It takes effect within ten minutes."), "success")
    return redirect(url_for("lrs.retention"), 303)


@pages.post("/admin/retention/<number>/remove")
@access("admin")
def remove_rule(number: str):
    """Take a rule away."""
    with write():
        service.remove(rule_id=_row(number))
    flash(_("The rule is gone. What it has deleted stays deleted."), "success")
    return redirect(url_for("lrs.retention"), 303)


@pages.post("/admin/retention/<number>/run")
@access("admin")
def run_rule(number: str):
    """Delete now, for a few seconds; the background goes on."""
    rule_id = _row(number)
    count = service.run(limit_ms=_AT_ONCE_MS, rule_id=rule_id).get(rule_id)
    if count is None:
        raise NotFound()
    flash(ngettext("%(num)d statement deleted.", "%(num)d statements deleted.", count), "success")
    return redirect(url_for("lrs.retention"), 303)


def _row(number: str) -> int:
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound()
    return int(number)


def _page(**context) -> str:
    found = [(rule, _preview(rule)) for rule in queries.listing()]
    return render_template("retention/list.html", rules=found, **context)


def _preview(rule: RetentionRule) -> dict | None:
    """Count, first and last time, sample; nothing for a rule that keeps."""
    if rule.kind == rules.KEEP:
        return None
    found = queries.preview(rule, at=now())
    return {"count": found.count, "first": _moment(found.first), "last": _moment(found.last), "sample": found.sample}


def _moment(seq: int | None) -> datetime | None:
    return datetime.fromtimestamp(seq / 1_000_000, UTC) if seq else None

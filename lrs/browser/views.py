"""``/statements``: the list of what people and machines recorded, and a page for each statement."""

import json
from urllib.parse import parse_qsl

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from core.access import access, principal
from core.db import write
from core.errors import Conflict, NotFound
from core.i18n import to_utc
from core.storage import downloads
from lrs import projections
from lrs.attachments import queries as attachments
from lrs.blueprint import pages
from lrs.browser import choices, curl, detail, links, listing, meaning, queries, rules, sentences, service, sight, times, words
from lrs.browser.downloads import file_name
from lrs.browser.rules import Filters
from lrs.rollups.queries import overall
from lrs.statements.keys import agent_key
from lrs.statements.terms import ACTIVITY, AGENT, VERB

EXPORT = "/api/v1/statements/export"
SEEN_AT_ONCE = 100


@pages.get("/statements")
@access("trainer")
def statements():
    """The list, newest first, as far as the reader may see it."""
    filters = _filters()
    meant = meaning.of(filters, sight.visible_agents(principal()))
    page = listing.Page([]) if filters.problems else listing.page(filters, meant.wanted)
    admin = principal().is_admin
    return render_template(
        "browser/list.html",
        filters=filters,
        meant=meant,
        page=page,
        days=list(times.by_day(sentences.lines(sight.shown(page.rows, principal())))),
        verbs=choices.verbs(filters.verb),
        authorities=choices.authorities(filters.authority) if admin else [],
        saved=choices.saved(principal()),
        commands=_commands(filters, meant),
        inexpressible=curl.inexpressible(filters),
        export=_export(filters, meant) if admin else None,
        short=lambda text: rules.shortened(text, 60),
        times=times,
        words=words,
    )


@pages.get("/statements/news.json")
@access("trainer")
def statements_news():
    """How many statements of a filter came after the one at the top of a page: asked now and then by that page."""
    since = request.args.get("since", "")
    if not (since.isascii() and since.isdigit() and len(since) < 18):
        return jsonify({"count": 0, "text": ""})
    filters = _filters()
    meant = meaning.of(filters, sight.visible_agents(principal()))
    count = 0 if filters.problems else listing.news(filters, meant.wanted, since=int(since))
    many = count >= listing.NEWS_AT_MOST
    text = _("%(num)d or more new statements", num=count) if many else ngettext("%(num)d new statement", "%(num)d new statements", count)
    return jsonify({"count": count, "text": text if count else ""})


@pages.get("/statements/<uuid:uuid>")
@access("trainer")
def statement(uuid):
    """One statement with everything about it."""
    filters = _filters()
    meant = meaning.of(filters, sight.visible_agents(principal()))
    found = detail.of(uuid, filters, meant, shown=lambda rows: sight.shown(rows, principal()))
    if found is None:
        raise NotFound()
    return render_template(
        "browser/statement.html",
        d=found,
        filters=filters,
        links=links,
        times=times,
        words=words,
        agent_key=agent_key,
        plain=rules.plain,
        as_json=lambda value: rules.plain(json.dumps(value, ensure_ascii=False)),
    )


@pages.get("/statements/<uuid:uuid>.json")
@access("trainer")
def statement_json(uuid):
    """The bytes of a statement as they are kept, as a file."""
    answer = Response(bytes(_visible(uuid).payload), mimetype="application/json")
    answer.headers["Content-Disposition"] = f"attachment; filename=statement-{uuid}.json"
    return answer


@pages.get("/statements/<uuid:uuid>/attachments/<sha2>")
@access("trainer")
def statement_attachment(uuid, sha2: str):
    """Data that came with a statement: always as a file of no particular kind, for it is somebody else's."""
    kept = attachments.one(_visible(uuid).seq, sha2)
    if kept is None:
        raise NotFound()
    name = file_name(kept.sha2, kept.content_type)
    answer = downloads.send(kept.key, mimetype="application/octet-stream", name=name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@pages.get("/statements/<uuid:uuid>/void")
@access("admin")
def ask_to_void(uuid):
    """What voiding does, and the button that does it."""
    row = _visible(uuid)
    return render_template("browser/void.html", row=row, line=sentences.lines([row])[0], times=times)


@pages.post("/statements/<uuid:uuid>/void")
@access("admin")
def void_statement(uuid):
    """Void a statement in one's own name."""
    try:
        with write():
            service.void(by=principal(), statement=uuid)
    except Conflict as refused:
        flash(refused.message, "warning")
    else:
        projections.catch_up(limit_ms=50)
        flash(_("The statement is voided."), "success")
    return redirect(url_for("lrs.statement", uuid=uuid), 303)


@pages.post("/statements/filters")
@access("trainer")
def save_filter():
    """Keep the filter of a list under a name."""
    given = dict(parse_qsl(request.values.get("query", "")[:8000]))
    filters = rules.read(given, to_utc)
    with write():
        saved = service.save_filter(by=principal(), name=request.values.get("name", ""), query=filters.to())
        name, query = saved.name, saved.query
    flash(_("The filter “%(name)s” is saved.", name=name), "success")
    return redirect(f"{url_for('lrs.statements')}?{query}", 303)


@pages.post("/statements/filters/<uuid>/delete")
@access("trainer")
def delete_filter(uuid: str):
    """Drop a saved filter; the next page offers to keep it after all."""
    with write():
        gone = service.delete_filter(by=principal(), uuid=uuid)
    again = url_for("lrs.save_filter", name=gone.name, query=gone.query)
    flash({"text": _("The filter “%(name)s” is deleted.", name=gone.name), "undo": again}, "success")
    return redirect(f"{url_for('lrs.statements')}?{gone.query}", 303)


@pages.get("/statements/seen")
@access("admin")
def seen_terms():
    """Which verbs and activities are in this store."""
    kind = ACTIVITY if request.args.get("kind") == ACTIVITY else VERB
    name, _colon, number = request.args.get("after", "").rpartition(":")
    after = (name, int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    found = choices.seen(kind, limit=SEEN_AT_ONCE + 1, after=after)
    cursor = found[SEEN_AT_ONCE - 1][1] if len(found) > SEEN_AT_ONCE else None
    more = f"{cursor[0]}:{cursor[1]}" if cursor else None
    terms = [term for term, _cursor in found[:SEEN_AT_ONCE]]
    return render_template(
        "browser/seen.html", kind=kind, terms=terms, more=more, after=after, overall=overall(), stored_at=sentences.stored_at
    )


def _filters() -> Filters:
    filters = rules.read(request.args, to_utc)
    if principal().is_admin or not filters.authority:
        return filters
    return rules.read({**request.args, "authority": ""}, to_utc)


def _visible(uuid) -> queries.Row:
    """The statement, if there is one that the reader may see."""
    allowed = sight.visible_agents(principal())
    row = queries.one(uuid, None if allowed is None else queries.numbers(AGENT, allowed))
    if row is None or not sight.shown([row], principal()):
        raise NotFound()
    return row


def _commands(filters: Filters, meant: meaning.Meaning) -> list[str]:
    endpoint = current_app.config["SETTINGS"].origin + "/xapi/statements"
    agents, activities = [one.text for one in meant.people], [one.text for one in meant.activities]
    return curl.commands(filters, endpoint=endpoint, agents=agents, activities=activities)


def _export(filters: Filters, meant: meaning.Meaning) -> str | None:
    """The address of the export of the same statements; None where there is no export or it does not know such a filter."""
    known = any(rule.rule == EXPORT for rule in current_app.url_map.iter_rules())
    if not known or curl.inexpressible(filters) or meant.unknown or len(meant.people) > 1 or len(meant.activities) > 1:
        return None
    return f"{EXPORT}?{curl.query(filters, [one.text for one in meant.people], [one.text for one in meant.activities])}"

"""The pages of play: the attempts at an item, its questions, one attempt, everything that it stored, its journal; one's own attempts."""

import json

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalogue.items import queries as items
from core.access import access, principal
from core.db import write
from core.errors import Conflict, Forbidden, Invalid, NotFound
from lrs.projections import catch_up
from reports.blueprint import pages
from reports.play import files, queries, rules, words
from reports.results.queries import groups_to_choose
from scorm.play import service, taking_back
from scorm.play.answers.reading import comments, in_order, interactions, objectives, preferences
from scorm.play.course import course_of
from scorm.play.statements.model import clean

LONG, CHANGES = 300, 40


@pages.get("/items/<uuid:uuid>/attempts")
@access("trainer")
def attempts(uuid):
    """Who tried an item how often, with what result."""
    item, filters = items.get_visible(uuid, to=principal()), rules.read(request.args)
    return _list("attempts/attempts.html", item, filters, page=queries.attempts(item, filters, principal()))


@pages.get("/items/<uuid:uuid>/attempts.csv")
@access("trainer")
def attempts_csv(uuid):
    """The same as a file."""
    item, filters = items.get_visible(uuid, to=principal()), rules.read(request.args)
    rows = queries.every_attempt(item, filters, principal())
    return files.stream("attempts", files.ATTEMPTS, (files.attempt_row(row, groups, item) for row, groups in rows))


@pages.get("/items/<uuid:uuid>/answers.csv")
@access("trainer")
def answers_csv(uuid):
    """Every answer of these attempts, as a file."""
    item, filters = items.get_visible(uuid, to=principal()), rules.read(request.args)
    rows = queries.every_answer(item, filters, principal())
    return files.stream("answers", files.ANSWERS, (files.answer_row(*row, item) for row in rows))


@pages.get("/items/<uuid:uuid>/questions")
@access("trainer")
def questions(uuid):
    """How each question of an item was answered."""
    item, filters = items.get_visible(uuid, to=principal()), rules.read(request.args)
    asked, total, page_count = queries.questions(item, filters, principal())
    titles = queries.titles(item, {one.question.sco for one in asked})
    return _list("attempts/questions.html", item, filters, asked=asked, total=total, pages=page_count, titles=titles)


@pages.get("/items/<uuid:uuid>/questions.csv")
@access("trainer")
def questions_csv(uuid):
    """The same as a file."""
    item, filters = items.get_visible(uuid, to=principal()), rules.read(request.args)
    asked = queries.every_question(item, filters, principal())
    return files.stream("questions", files.QUESTIONS, (files.question_row(one, item) for one in asked))


def _list(template: str, item, filters: rules.Filters, **found) -> str:
    return render_template(
        template,
        item=item,
        filters=filters,
        groups=groups_to_choose(principal()),
        versions=queries.versions_of(item),
        rules=rules,
        words=words,
        **found,
    )


@pages.get("/items/<uuid:uuid>/my-attempts")
@access("person")
def my_attempts(uuid):
    """One's own attempts at an item."""
    item = items.get_visible(uuid, to=principal())
    return render_template("attempts/mine.html", item=item, rows=queries.own_attempts(item, principal()), rules=rules, words=words)


@pages.get("/attempts/<uuid:uuid>")
@access("person")
def attempt(uuid):
    """One attempt: its parts, and of one of them the questions, objectives and comments."""
    detail = queries.attempt(uuid, principal())
    chosen = _part(detail)
    state = (queries.elements(detail.attempt.id, chosen.identifier) if chosen else None) or {}
    found = interactions(state, edition=detail.edition)
    page = rules.page(request.args)
    shown, page_count = rules.cut(found, page, rules.ENTRIES)
    opened, openings = queries.launches(detail.attempt.id)
    return _of_attempt(
        "attempts/attempt.html",
        detail,
        chosen=chosen,
        interactions=shown,
        answered=len(found),
        page=min(page, page_count),
        pages=page_count,
        objectives=objectives(state, edition=detail.edition),
        comments=comments(state, edition=detail.edition),
        preferences=preferences(state),
        launches=opened,
        openings=openings,
    )


@pages.get("/attempts/<uuid:uuid>/stored")
@access("trainer")
def stored(uuid):
    """Every element that a part of a course stored, as it stands."""
    detail = queries.attempt(uuid, principal())
    chosen = _part(detail)
    state = (queries.elements(detail.attempt.id, chosen.identifier) if chosen else None) or {}
    page = rules.page(request.args)
    shown, page_count = rules.cut(in_order(state), page, rules.ELEMENTS)
    elements = [(name, clean(state[name])) for name in shown]
    return _of_attempt(
        "attempts/stored.html", detail, chosen=chosen, elements=elements, total=len(state), page=min(page, page_count), pages=page_count
    )


@pages.get("/attempts/<uuid:uuid>/journal")
@access("trainer")
def journal(uuid):
    """What changed when, and what was refused."""
    detail, page = queries.attempt(uuid, principal()), rules.page(request.args)
    entries, page_count = queries.journal(detail.attempt.id, page)
    commits = [(entry, _shown(json.loads(entry.changes)), _shown(entry.rejected)) for entry in entries]
    return _of_attempt("attempts/journal.html", detail, commits=commits, page=min(page, page_count), pages=page_count)


def _shown(named: dict) -> dict:
    """Texts as a page can carry them."""
    return {clean(name): clean(value) if isinstance(value, str) else value for name, value in named.items()}


@pages.get("/attempts/<uuid:uuid>/journal.csv")
@access("trainer")
def journal_csv(uuid):
    """The same as a file."""
    detail = queries.attempt(uuid, principal())
    return files.stream("journal", files.COMMITS, files.commit_rows(detail, queries.every_commit(detail.attempt.id)))


@pages.get("/attempts/<uuid:uuid>/take-back")
@access("trainer")
def ask_to_take_back(uuid):
    """What goes when an attempt, or one part of it (``?part=``), is taken back, and the button that does it."""
    return _ask_to_take_back(uuid, request.args.get("part", ""))


@pages.post("/attempts/<uuid:uuid>/take-back")
@access("trainer")
def take_back(uuid):
    """Take it back, for a reason."""
    sco, reason = request.form.get("part", ""), request.form.get("reason", "").replace("\x00", "")
    detail = queries.attempt(uuid, principal())
    item, own = detail.item.uuid, detail.person.id == principal().person_id
    try:
        with write():
            if sco:
                taking_back.part(attempt_id=detail.attempt.id, sco=sco, by=principal(), reason=reason)
            else:
                taking_back.whole(attempt_id=detail.attempt.id, by=principal(), reason=reason)
    except (Invalid, Conflict) as refusal:
        return _ask_to_take_back(uuid, sco, reason=reason, refusal=refusal), refusal.status
    catch_up(limit_ms=1_000)
    if sco:
        flash(_("The part is taken back. It begins anew when the course is opened again."), "success")
        return redirect(url_for("reports.attempt", uuid=uuid), 303)
    flash(_("The attempt is taken back."), "success")
    return redirect(url_for("reports.my_attempts" if own else "reports.attempts", uuid=item), 303)


def _ask_to_take_back(uuid, sco: str, **given) -> str:
    detail = queries.attempt(uuid, principal())
    if not taking_back.may(principal(), detail.person):
        raise Forbidden()
    chosen = next((part for part in detail.parts if part.identifier == sco and part.state), None)
    if sco and chosen is None:
        raise NotFound()
    refused = taking_back.why_not_a_part(detail.attempt, course_of(detail.version.uuid)) if chosen else None
    goes = taking_back.what_goes(detail.attempt, sco or None)
    return _of_attempt("attempts/take_back.html", detail, chosen=chosen, goes=goes, refused=refused, **given)


def _part(detail: queries.Detail) -> queries.Part | None:
    """The part that the address names, else the last that was open, else the first that stored anything."""
    stored = [part for part in detail.parts if part.state]
    wanted = request.args.get("part", ""), detail.attempt.last_sco
    for identifier in wanted:
        for part in stored:
            if part.identifier == identifier:
                return part
    return stored[0] if stored else None


def _of_attempt(template: str, detail: queries.Detail, **found) -> str:
    own = detail.person.id == principal().person_id
    titles = {part.identifier: part.title for part in detail.parts}
    return render_template(
        template,
        detail=detail,
        attempt=detail.attempt,
        item=detail.item,
        own=own,
        may_take_back=taking_back.may(principal(), detail.person),
        solutions=not own or not service.goes_on(detail.attempt),
        titles=titles,
        rules=rules,
        words=words,
        long=LONG,
        most_changes=CHANGES,
        **found,
    )

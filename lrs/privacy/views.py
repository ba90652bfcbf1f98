"""``/admin/privacy``: find a person or identifier, see what is held, merge, split, pseudonymise, erase; ``/me/data``: one's own data."""

import json
from collections.abc import Iterator
from itertools import islice

from flask import Flask, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from core.access import access, principal
from core.clock import now
from core.db import db, write
from core.erasure import ERASE, MODES, PSEUDONYMISE, Subject, account_key, registered
from core.errors import BadRequest, Conflict, DomainError, Invalid, NotFound
from lrs.blueprint import pages
from lrs.identities import queries as identities
from lrs.identities import service as merging
from lrs.identities.rules import clean_key
from lrs.privacy import audit, service, words
from lrs.privacy.models import Audit, Erasure, Found

PER_PAGE, SAMPLE, MENTIONS = 20, 2, 100
AT_ONCE_MS = 1_000


@pages.get("/admin/privacy")
@access("admin")
def privacy():
    """Look for somebody; what is being done; what was done."""
    text = request.args.get("q", "")[:200]
    number = max(1, request.args.get("page", 1, type=int) or 1)
    total = db.session.scalar(select(func.count()).select_from(Audit))
    page_count = max(1, -(-total // PER_PAGE))
    number = min(number, page_count)
    return render_template(
        "privacy/list.html",
        text=text,
        found=service.find(text),
        running=list(db.session.scalars(select(Erasure).where(Erasure.state == "running").order_by(Erasure.id).limit(PER_PAGE))),
        rows=list(db.session.scalars(audit.listing().limit(PER_PAGE).offset((number - 1) * PER_PAGE))),
        erasures=_erasures(),
        number=number,
        page_count=page_count,
        verbs=words.VERBS,
        counted=words.counted,
    )


def _erasures() -> dict[str, str]:
    """Pseudonym → UUID of its erasure, for the links of the audit."""
    return {
        row.pseudonym: row.uuid
        for row in db.session.execute(select(Erasure.pseudonym, Erasure.uuid).order_by(Erasure.id.desc()).limit(500))
    }


@pages.get("/admin/privacy/person")
@access("admin")
def privacy_person():
    """What is held about somebody, and what can be done."""
    if not request.args.get("id"):
        return redirect(url_for("lrs.privacy"))
    return _person(_subject())


def _subject() -> Subject:
    """The subject that the request names. NotFound for what is no identifier: only links of ours lead here."""
    try:
        return service.subject_of(request.values.get("id", "")[:2000])
    except Invalid as refusal:
        raise NotFound(refusal.message) from None


def _person(subject: Subject, **context) -> str:
    return render_template(
        "privacy/person.html",
        subject=subject,
        identifier=request.values.get("id", ""),
        label=service.label_of(subject),
        held=words.held(service.describe(subject)),
        links=identities.links_of(subject.identifiers),
        **context,
    )


@pages.post("/admin/privacy/merge")
@access("admin")
def merge_identifiers():
    """Declare that another identifier is the same person."""
    subject, other = _subject(), request.form.get("other", "")
    try:
        with write():
            link = merging.merge(one=request.form["id"], other=other, by=audit.doer()[0])
            audit.note("merge", target=f"{link.one} = {link.other}", reason=request.form.get("reason", ""))
    except (Invalid, Conflict) as refusal:
        return _person(subject, given=other, refusal=refusal.message), refusal.status
    flash(_("From now on these identifiers are one person."), "success")
    return redirect(url_for("lrs.privacy_person", id=request.form["id"]), 303)


@pages.post("/admin/privacy/split")
@access("admin")
def split_identifiers():
    """Take one declaration back."""
    with write():
        link = merging.split(link_id=request.form.get("link", 0, type=int))
        audit.note("split", target=f"{link.one} = {link.other}")
    flash(_("These identifiers are two people again."), "success")
    return redirect(url_for("lrs.privacy_person", id=request.form.get("id") or link.one), 303)


@pages.post("/admin/privacy/export")
@access("admin")
def export_person():
    """Everything that is held about somebody, as JSONL."""
    subject = _subject()
    with write():
        audit.note("export", target=clean_key(request.form["id"]))
    return _jsonl(subject, "person")


@pages.get("/me/data")
@access("person")
def my_data():
    """Everything that is held about oneself, as JSONL; machines have no such self."""
    if not principal().uuid:
        raise BadRequest()
    return _jsonl(service.subject_of(account_key(principal().uuid)), "my-data")


def _jsonl(subject: Subject, name: str) -> Response:
    answer = Response(_lines(current_app._get_current_object(), subject), mimetype="application/jsonl")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.jsonl"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _lines(app: Flask, subject: Subject) -> Iterator[str]:
    """Line by line, in a context of its own: the request is over when the last one is sent. The first, which servers fetch before they
    send anything, asks nothing of the database."""
    yield json.dumps({"part": "identifiers", "identifiers": subject.identifiers}) + "\n"
    with app.app_context():
        for eraser in registered().values():
            for value in eraser.export(subject):
                yield json.dumps(value, ensure_ascii=False, default=str) + "\n"


@pages.get("/admin/privacy/forget")
@access("admin")
def forget():
    """What would go, and the question whether it is meant."""
    return _question(_subject(), _mode())


def _mode() -> str:
    mode = request.values.get("mode", "")
    if mode not in MODES:
        raise NotFound()
    return mode


def _question(subject: Subject, mode: str, **context) -> str:
    sample = [(name, value) for name, eraser in registered().items() for value in islice(eraser.export(subject), SAMPLE)]
    return render_template(
        "privacy/forget.html",
        subject=subject,
        identifier=request.values["id"],
        label=service.label_of(subject),
        mode=mode,
        erasing=mode == ERASE,
        held=words.held(service.describe(subject)),
        sample=[json.dumps(value, ensure_ascii=False, default=str, indent=1)[:1500] for _name, value in sample],
        **context,
    )


@pages.post("/admin/privacy/forget")
@access("admin")
def forget_now():
    """Begin, when the name was typed; the page of the erasure shows how far it is."""
    subject, mode = _subject(), _mode()
    typed, label = request.form.get("confirm", "").strip(), service.label_of(subject)
    if typed.casefold() != label.casefold():
        message = _("Type exactly: %(label)s", label=label)
        return _question(subject, mode, error=message, reason=request.form.get("reason", "")), 422
    service.settle()
    try:
        with write():
            uuid = service.start(identifier=request.form["id"], mode=mode, reason=request.form.get("reason", "")).uuid
    except DomainError as refusal:
        return _question(_subject(), mode, error=refusal.message, reason=request.form.get("reason", "")), refusal.status
    service.advance(uuid, limit_ms=AT_ONCE_MS, compact=False)
    return redirect(url_for("lrs.erasure", uuid=uuid), 303)


@pages.get("/admin/privacy/erasures/<uuid:uuid>")
@access("admin")
def erasure(uuid):
    """How far an erasure is; then what it did, and the texts that a person should look at."""
    run = _run(uuid)
    context = {"run": run, "step": service.place(run), "pseudonymised": run.mode == PSEUDONYMISE, "counts": words.by_part(run.counts)}
    if request.headers.get("HX-Request"):
        return render_template("privacy/_progress.html", **context)
    return render_template("privacy/erasure.html", mentions=_mentions(run), **context)


def _run(uuid) -> Erasure:
    run = db.session.scalar(select(Erasure).where(Erasure.uuid == str(uuid)))
    if run is None:
        raise NotFound()
    return run


def _mentions(run: Erasure) -> list[tuple]:
    """(row, text, address) of what nobody has looked at yet, at most so many; what is no longer there has no text."""
    found = list(
        db.session.scalars(select(Found).where(Found.erasure_id == run.id, Found.done_at.is_(None)).order_by(Found.id).limit(MENTIONS))
    )
    texts = {}
    for name, eraser in registered().items():
        texts |= eraser.show([row.uuid for row in found if row.part == name])
    return [(row, *texts.get(row.uuid, ("", ""))) for row in found]


@pages.post("/admin/privacy/erasures/<uuid:uuid>/mentions/<part>/<uuid:text>")
@access("admin")
def looked_at(uuid, part: str, text):
    """Somebody has looked at a text: it leaves the list."""
    with write():
        place = Found.erasure_id == _run(uuid).id, Found.part == part, Found.uuid == str(text)
        row = db.session.scalar(select(Found).where(*place))
        if row is None:
            raise NotFound()
        row.done_at = now()
    return redirect(url_for("lrs.erasure", uuid=uuid) + "#texts", 303)

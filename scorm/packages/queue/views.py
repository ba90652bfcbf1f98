"""The pages of uploads: drop files, watch them being imported, read what came of each."""

import csv
import io
from collections.abc import Iterator
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from catalogue.themes import queries as themes
from core.access import access, principal
from core.db import db, write
from core.errors import DomainError, NotFound
from core.jobs import wake_worker
from core.spreadsheet import cell
from core.storage import discard
from scorm.packages import queries as packages
from scorm.packages import report, uploads
from scorm.packages import service as package_service
from scorm.packages.queue import queries, receiving, rules, sentences, service
from scorm.packages.queue.models import Upload

pages = Blueprint("uploads", __name__, template_folder="templates")
PER_PAGE = 25
BATCHES = 20
AT_ONCE = 50
COLUMNS = ("file", "bytes", "state", "title", "format", "item", "errors", "warnings", "words", "sent_at", "finished_at")


@pages.url_value_preprocessor
def _allow_packages(endpoint, _values):
    if endpoint == "uploads.send":
        uploads.raise_size_limit(request)


@pages.get("/upload")
@access("author")
def drop():
    """Where packages are dropped; says first what may be dropped."""
    return _page(str(uuid4()))


@pages.post("/upload")
@access("author")
def send():
    """Take files in: those of a form, or the one that a script sends as the body, whose row is the answer."""
    batch = service.batch_of(request.args.get("batch") or request.form.get("batch"), uuid4())
    if request.mimetype in uploads.ZIP_TYPES:
        pieces, name, size = receiving.only_file(request)
        upload = _receive(pieces, name, batch, request.args, expected=size)
        return render_template("uploads/_rows.html", rows=[_shown(upload, {})], single=False), 202
    files = uploads.form_files(request)
    if not files:
        return _page(batch, missing=True), 422
    for file in files:
        try:
            _receive(receiving.pieces_of(uploads.checked(file)), file.filename, batch, request.form)
        except DomainError as refusal:
            flash(f"{file.filename}: {refusal.message}", "warning")
    return redirect(url_for("uploads.batch", uuid=batch), 303)


def _receive(pieces, name: str, batch: str, options, *, expected: int = 0) -> Upload:
    return receiving.receive(
        pieces, name=name, by=principal(), batch=batch, theme=options.get("theme", ""), publish="publish" in options, expected=expected
    )


@pages.get("/uploads")
@access("author")
def batches():
    """What was uploaded in the last weeks, batch by batch; administrators see everybody's."""
    number = _number()
    found = db.session.execute(queries.batches(to=principal()).limit(BATCHES + 1).offset((number - 1) * BATCHES)).all()
    return render_template(
        "uploads/batches.html", summaries=queries.summaries(found[:BATCHES]), number=number, more=len(found) > BATCHES,
        kept=rules.KEPT.days,
    )  # fmt: skip


@pages.get("/uploads/<uuid:uuid>")
@access("author")
def batch(uuid: UUID):
    """How far a batch is and what came of each file; a script asks for the part that changes."""
    if request.headers.get("HX-Request"):
        return render_template("uploads/_batch.html", **_state_of(str(uuid)))
    context = _state_of(str(uuid))
    if context["summary"].total == 0:
        raise NotFound()
    return _page(str(uuid), context)


@pages.post("/uploads/<uuid:uuid>/publish")
@access("author")
def publish(uuid: UUID):
    """Publish every draft that came of the batch, some in each unit of work."""
    drafts = queries.drafts_of_batch(str(uuid), to=principal())
    for start in range(0, len(drafts), AT_ONCE):
        with write():
            for package in drafts[start : start + AT_ONCE]:
                package_service.publish(package=packages.by_uuid(package), by=principal())
    flash(ngettext("%(num)s course is published.", "%(num)s courses are published.", len(drafts)), "success")
    return redirect(url_for("uploads.batch", uuid=uuid), 303)


@pages.post("/uploads/<uuid:uuid>/retry")
@access("author")
def retry_failed(uuid: UUID):
    """Try every failed file of the batch again."""
    with write():
        for upload in db.session.scalars(queries.of_batch(str(uuid), to=principal(), state=rules.FAILED)).all():
            if upload.key:
                service.retry(upload=upload)
    wake_worker(receiving.WORKER)
    return redirect(url_for("uploads.batch", uuid=uuid), 303)


@pages.post("/uploads/files/<uuid:uuid>/retry")
@access("author")
def retry(uuid: UUID):
    """Try one failed file again."""
    with write():
        upload = queries.get(str(uuid), to=principal())
        service.retry(upload=upload)
        address = url_for("uploads.batch", uuid=upload.batch)
    wake_worker(receiving.WORKER)
    return redirect(address, 303)


@pages.post("/uploads/files/<uuid:uuid>/forget")
@access("author")
def forget(uuid: UUID):
    """Take a file off the page and out of the queue; what was imported stays in the catalogue."""
    with write():
        upload = queries.get(str(uuid), to=principal())
        batch = upload.batch
        key = service.forget(upload=upload)
    if key:
        discard([key])
    flash(_("Taken off the list."), "success")
    left = queries.summary(batch, to=principal()).total
    return redirect(url_for("uploads.batch", uuid=batch) if left else url_for("uploads.drop"), 303)


@pages.get("/uploads/<uuid:uuid>/report.csv")
@access("author")
def report_csv(uuid: UUID):
    """The report of a batch for a spreadsheet, a line a file."""
    if queries.summary(str(uuid), to=principal()).total == 0:
        raise NotFound()
    answer = Response(stream_with_context(_csv(str(uuid))), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=uploads.csv"
    return answer


def _csv(batch: str) -> Iterator[str]:
    yield "\ufeff" + _line(COLUMNS)
    for upload in queries.rows_of_batch(batch, to=principal()):
        yield _line([cell(value) for value in _values(upload)])


def _line(values) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue()


def _values(upload: Upload) -> tuple:
    told = upload.report or {}
    findings = report.findings_of(told) if told else []
    words = [sentences.problem(upload)] if upload.problem else [str(f.message) + (f" [{f.where}]" if f.where else "") for f in findings]
    item = url_for("catalogue.item", uuid=upload.item_uuid, _external=True) if upload.item_uuid else ""
    instants = (moment.isoformat(timespec="seconds") if moment else "" for moment in (upload.created_at, upload.finished_at))
    return (
        upload.name,
        upload.size,
        "duplicate" if upload.duplicate else upload.state,
        told.get("title"),
        told.get("edition"),
        item,
        sum(f.severity == "error" for f in findings),
        sum(f.severity == "warning" for f in findings),
        " | ".join(words),
        *instants,
    )


def _number() -> int:
    given = request.args.get("page", "")
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 8 else 1


def _state_of(batch: str) -> dict:
    """What the part of the page that changes needs; as many queries for one file as for hundreds."""
    summary = queries.summary(batch, to=principal())
    state = request.args.get("state", "")
    state = state if state in rules.STATES else ""
    count = summary.counts[state] if state else summary.total
    last = max(1, -(-count // PER_PAGE))
    number = min(_number(), last)
    found = queries.of_batch(batch, to=principal(), state=state).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    shown = db.session.scalars(found).all()
    known = queries.items_of(shown, to=principal())
    return {
        "batch": batch, "summary": summary, "state": state, "number": number, "last": last,
        "drafts": queries.count_drafts(batch, to=principal()),
        "rows": [_shown(upload, known) for upload in shown], "single": summary.total == 1,
    }  # fmt: skip


def _shown(upload: Upload, known: dict) -> dict:
    """What the row of a file needs."""
    item = known.get(upload.item_uuid)
    return {
        "upload": upload,
        "report": upload.report,
        "findings": report.findings_of(upload.report) if upload.report else [],
        "accepted": upload.state == rules.DONE,
        "duplicate": upload.duplicate,
        "item": item,
        "problem": sentences.problem(upload) if upload.problem else "",
        "mark": f"{upload.state}-{upload.attempts}-{upload.problem or ''}-{item.visibility if item else ''}",
    }


def _page(batch: str, context: dict | None = None, *, missing: bool = False) -> str:
    empty = {"batch": batch, "summary": queries.Summary(batch, None, dict.fromkeys(rules.STATES, 0)), "state": "", "number": 1, "last": 1,
             "drafts": 0, "rows": [], "single": False}  # fmt: skip
    earlier = context is None and db.session.execute(queries.batches(to=principal()).limit(1)).first() is not None
    return render_template(
        "uploads/upload.html", missing=missing, limit=uploads.size_limit(), limit_bytes=uploads.limit_bytes(), earlier=earlier,
        themes=sorted(themes.paths().values()), kept=rules.KEPT.days, **(context or empty),
    )  # fmt: skip

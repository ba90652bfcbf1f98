"""The page that imports people."""

from email.message import EmailMessage

from flask import render_template, request

from accounts.blueprint import pages
from accounts.imports import rules, runner, service
from accounts.invitations import service as invitations
from accounts.people import queries
from core import mail
from core.access import access
from core.errors import DomainError


@pages.get("/admin/people/import")
@access("admin")
def import_people():
    """Say what a file must look like and ask for one."""
    return render_template("imports/import.html", columns=rules.COLUMNS)


@pages.post("/admin/people/import")
@access("admin")
def run_import():
    """Try or import a file and report on every line; the new people get their invitation by mail when that was ticked."""
    upload = request.files.get("file")
    trial, invite = request.form.get("action") != "import", "invite" in request.form
    try:
        sheet = rules.read(upload.stream.read(rules.MAX_BYTES + 1) if upload else b"")
    except DomainError as refusal:
        return render_template("imports/import.html", columns=rules.COLUMNS, refusal=refusal.message), refusal.status
    letters: list[EmailMessage] = []
    outcomes = runner.execute(sheet.rows, trial=trial, also=(lambda part: letters.extend(_letters(part))) if invite else None)
    for letter in letters:
        mail.send_later(letter)
    report = {"outcomes": outcomes, "counts": service.counts(outcomes), "ignored": sheet.ignored, "trial": trial, "invited": len(letters)}
    return render_template("imports/import.html", columns=rules.COLUMNS, invite=invite, **report)


def _letters(outcomes: list[service.Outcome]) -> list[EmailMessage]:
    """An invitation for everybody who is new."""
    created = queries.by_ids(o.person_id for o in outcomes if o.status == "created").values()
    return [invitations.letter(person, invitations.link(person)) for person in created]

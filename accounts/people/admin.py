"""Administration of people: the list, one person, inviting."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from accounts.blueprint import pages
from accounts.groups import queries as groups
from accounts.groups import service as group_service
from accounts.invitations import service as invitations
from accounts.people import paging, queries, rules, service
from accounts.people.models import Person
from accounts.resets import service as resets
from accounts.sessions import service as sessions
from core import mail
from core.access import access
from core.db import write
from core.errors import BadRequest, DomainError


@pages.context_processor
def names() -> dict:
    """What roles and states are called on every page of this package."""
    return {"role_names": rules.ROLE_NAMES, "state_names": rules.STATE_NAMES}


@pages.get("/admin/people")
@access("admin")
def people():
    """Search people, filter by role, state and group, page by page; the choice is in the address."""
    chosen = {name: request.args.get(name, "") for name in ("text", "role", "state", "group")}
    found = queries.search(text=chosen["text"][:100], role=chosen["role"], state=chosen["state"], group_uuid=chosen["group"])
    page = paging.page_of(found, number=request.args.get("page", 1, type=int))
    group_names = groups.names_of(person.id for person in page.items)
    return render_template("people/list.html", page=page, chosen=chosen, group_names=group_names, groups_to_choose=groups.choices())


@pages.post("/admin/people/act")
@access("admin")
def act_on_people():
    """Disable, enable, or take into a group everybody who was ticked; all of them or, when one cannot be, none."""
    uuids = request.form.getlist("person")[: paging.PER_PAGE]
    action, group_uuid = request.form.get("action", ""), request.form.get("group", "")
    with write():
        chosen = list(queries.by_uuids(uuids).values())
        if action == "group":
            group = groups.by_uuid(group_uuid)
            for person in chosen:
                group_service.add(group=group, person_id=person.id)
        elif action in ("disable", "enable"):
            for person in chosen:
                service.disable(person) if action == "disable" else service.enable(person)
        else:
            raise BadRequest()
    count = len(chosen)
    flash(ngettext("%(num)d person changed.", "%(num)d people changed.", count), "success")
    return redirect(url_for("accounts.people"), 303)


@pages.get("/admin/people/<uuid>")
@access("admin")
def person(uuid: str):
    """One person: who they are, what they may do, where they are signed in."""
    return _page(queries.by_uuid(uuid))


@pages.post("/admin/people/<uuid>")
@access("admin")
def edit_person(uuid: str):
    """Change name, address, language and role."""
    given = {name: request.form.get(name, "") for name in ("name", "email", "language", "role")}
    try:
        with write():
            person = queries.by_uuid(uuid)
            service.edit(person, name=given["name"], email=given["email"], language=given["language"])
            service.set_role(person, role=given["role"])
    except DomainError as refusal:
        return _page(queries.by_uuid(uuid), given=given, errors=refusal.fields, refusal=refusal.message), refusal.status
    flash(_("%(name)s is saved.", name=person.name), "success")
    return redirect(url_for("accounts.person", uuid=uuid), 303)


@pages.post("/admin/people/<uuid>/<any(disable, enable):action>")
@access("admin")
def switch_person(uuid: str, action: str):
    """Shut a person out at once, or let them in again."""
    with write():
        person = queries.by_uuid(uuid)
        service.disable(person) if action == "disable" else service.enable(person)
    if person.active:
        flash(_("%(name)s may come in again.", name=person.name), "success")
    else:
        undo = url_for("accounts.switch_person", uuid=uuid, action="enable")
        flash({"text": _("%(name)s is shut out.", name=person.name), "undo": undo}, "success")
    return redirect(url_for("accounts.person", uuid=uuid), 303)


@pages.post("/admin/people/<uuid>/sessions/end")
@access("admin")
def end_sessions_of(uuid: str):
    """Sign a person out everywhere."""
    with write():
        person = queries.by_uuid(uuid)
        sessions.revoke_all(person.id)
    flash(_("%(name)s is signed out everywhere.", name=person.name), "success")
    return redirect(url_for("accounts.person", uuid=uuid), 303)


@pages.post("/admin/people/<uuid>/link")
@access("admin")
def hand_out_link(uuid: str):
    """Make a link with which a person chooses a password, and show it this once."""
    with write():
        person = queries.by_uuid(uuid)
        address = resets.link(person) if person.password_hash else invitations.link(person)
    return render_template("people/link.html", person=person, address=address)


@pages.get("/admin/people/invite")
@access("admin")
def invite():
    """Ask whom to invite."""
    return _invitation({"role": "learner"})


@pages.post("/admin/people/invite")
@access("admin")
def send_invitation():
    """Make the account, mail the link, and show it too, for where mail does not reach."""
    given = {name: request.form.get(name, "") for name in ("email", "name", "role", "language")}
    chosen = request.form.getlist("group")
    try:
        with write():
            person = invitations.invite(**given, group_uuids=chosen)
            address = invitations.link(person)
            letter = invitations.letter(person, address)
    except DomainError as refusal:
        return _invitation(given, chosen=chosen, errors=refusal.fields), refusal.status
    try:
        mail.send(letter)
    except mail.MailFailed as failure:
        return render_template("people/link.html", person=person, address=address, failure=failure.message)
    return render_template("people/link.html", person=person, address=address, mailed=mail.goes_out(), unmailed=not mail.goes_out())


def _invitation(given: dict, **context) -> str:
    return render_template("people/invite.html", given=given, groups_to_choose=groups.choices(), **context)


def _page(person: Person, **context) -> str:
    return render_template(
        "people/person.html",
        person=person,
        groups=groups.of_person(person.id),
        sessions=sessions.of_person(person.id),
        **context,
    )

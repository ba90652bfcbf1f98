"""Administration of groups."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from accounts.blueprint import pages
from accounts.groups import queries, service
from accounts.groups.models import Group
from accounts.people import queries as people
from accounts.people.rules import TRAINING_ROLES
from core.access import access
from core.db import write
from core.errors import DomainError


@pages.get("/admin/groups")
@access("admin")
def groups():
    """All groups, and a form for one more."""
    return _list()


@pages.post("/admin/groups")
@access("admin")
def create_group():
    """Make a group and go to it."""
    name = request.form.get("name", "")
    try:
        with write():
            uuid = service.create(name=name).uuid
    except DomainError as refusal:
        return _list(name=name, errors=refusal.fields), refusal.status
    return redirect(url_for("accounts.group", uuid=uuid), 303)


def _list(**context) -> str:
    return render_template("groups/list.html", groups=queries.counted(), **context)


@pages.get("/admin/groups/<uuid>")
@access("admin")
def group(uuid: str):
    """Who belongs to a group and who trains it."""
    return _page(queries.by_uuid(uuid))


@pages.post("/admin/groups/<uuid>")
@access("admin")
def rename_group(uuid: str):
    """Give a group another name."""
    name = request.form.get("name", "")
    try:
        with write():
            service.rename(queries.by_uuid(uuid), name=name)
    except DomainError as refusal:
        return _page(queries.by_uuid(uuid), name=name, errors=refusal.fields), refusal.status
    flash(_("The group has its new name."), "success")
    return redirect(url_for("accounts.group", uuid=uuid), 303)


@pages.post("/admin/groups/<uuid>/members")
@access("admin")
def add_members(uuid: str):
    """Take people into a group by their addresses, one a line; addresses that nobody has are named and left in the form."""
    with write():
        group = queries.by_uuid(uuid)
        added, unknown = service.add_by_email(group=group, emails=request.form.get("emails", "").replace(",", " ").split())
    if unknown:
        message = _("Nobody has these addresses: %(emails)s.", emails=", ".join(unknown))
        return _page(group, emails="\n".join(unknown), errors={"emails": [message]}, added=added), 422
    flash(ngettext("%(num)d person joined the group.", "%(num)d people joined the group.", added), "success")
    return redirect(url_for("accounts.group", uuid=uuid), 303)


@pages.post("/admin/groups/<uuid>/members/<person_uuid>/<any(remove, trains, learns):action>")
@access("admin")
def change_member(uuid: str, person_uuid: str, action: str):
    """Take somebody out of a group, or let them see the results of the others, or no longer."""
    with write():
        group, member = queries.by_uuid(uuid), people.by_uuid(person_uuid)
        if action == "remove":
            service.remove(group=group, person_id=member.id)
        else:
            service.set_trainer(group=group, person_id=member.id, is_trainer=action == "trains")
    flash(_("The group is changed."), "success")
    return redirect(url_for("accounts.group", uuid=uuid), 303)


@pages.post("/admin/groups/<uuid>/delete")
@access("admin")
def delete_group(uuid: str):
    """Dissolve a group; its people and what they did stay."""
    with write():
        group = queries.by_uuid(uuid)
        name = group.name
        service.delete(group)
    flash(_("The group %(name)s is dissolved.", name=name), "success")
    return redirect(url_for("accounts.groups"), 303)


def _page(group: Group, **context) -> str:
    members = queries.members_of(group.id)
    return render_template("groups/group.html", group=group, members=members, training_roles=TRAINING_ROLES, **context)

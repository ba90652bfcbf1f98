"""Pages for authors: the panel on an item's page with report, original and switches."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from catalogue.items import queries as items
from catalogue.items.models import Item
from core.access import access, principal
from core.db import write
from core.storage import downloads
from scorm.packages import formats, queries, report, service, switches
from scorm.packages.archive.limits import in_words
from scorm.packages.models import Package, PackageVersion

pages = Blueprint("packages", __name__, template_folder="templates", static_folder="static", static_url_path="/static/packages")
pages.add_app_template_global(in_words, "size_in_words")
pages.add_app_template_global(formats.in_words, "format_in_words")


def panel(item: Item, **_context) -> Markup | None:
    """What an editor sees of the package on the item's page; nothing for everybody else."""
    if item.kind != service.KIND or not items.may_edit(item, principal()):
        return None
    package = queries.package_of(item.id)
    if package is None:
        return None
    version = queries.current_version(item.id)
    context = {"package": package, "version": version, "settings": package.settings, "report": version.report}
    context["organizations"] = [(place, o["title"] or o["identifier"]) for place, o in enumerate(version.report["tree"])]
    filled = render_template("packages/_panel.html", item=item, findings=report.findings_of(version.report), **context)
    return Markup(filled)  # noqa: S704 - a template escapes what it prints


@pages.post("/packages/<uuid:uuid>/switches")
@access("author")
def save_switches(uuid):
    """Take the switches of the form in; a box that is not ticked is off."""
    values = switches.of_form(request.form)
    with write():
        package, item = _editable(uuid)
        service.switch(package=package, values=values)
        address = url_for("catalogue.item", uuid=item.uuid, _anchor="package")
    service.follow()
    flash(_("Saved. The next launch plays it this way, and the results that are there follow."), "success")
    return redirect(address, 303)


@pages.get("/packages/<uuid:uuid>/original")
@access("author")
def original(uuid):
    """The file exactly as it was uploaded."""
    _package, item = _editable(uuid)
    return send_original(queries.current_version(item.id))


def send_original(version: PackageVersion) -> Response:
    """What was uploaded as this version: a zip, or the course structure of cmi5 by itself."""
    name, kind = version.original_name, "application/zip"
    if name.lower().endswith(".xml"):
        kind = "application/xml"
    elif not name.lower().endswith(".zip"):
        name = f"{name}.zip"
    return downloads.send(version.original_key, mimetype=kind, name=name)


def _editable(uuid) -> tuple[Package, Item]:
    """A package and its item, for those who may edit it."""
    package = queries.by_uuid(str(uuid))
    return package, items.get_editable(queries.item_of(package).uuid, by=principal())

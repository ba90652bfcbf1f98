"""Pages for those who may edit an item: the history of its versions, and one version beside the current one with the choice it needs."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from accounts.people import queries as people
from catalogue.items import queries as items
from catalogue.items.models import Item
from core.access import access, principal
from core.clock import now
from core.db import write
from core.errors import Forbidden, NotFound
from core.storage import discard as discard_files
from scorm.packages import queries as packages
from scorm.packages import report, uploads
from scorm.packages.importing import import_package
from scorm.packages.models import Package, PackageVersion
from scorm.packages.views import send_original
from scorm.play import moving
from scorm.play import service as play
from scorm.versions import contents, queries, rules, service, words

pages = Blueprint("versions", __name__, template_folder="templates")


@pages.url_value_preprocessor
def _allow_packages(endpoint, _values):
    if endpoint == "versions.upload":
        uploads.raise_size_limit(request)


@pages.get("/items/<uuid:uuid>/versions")
@access("author")
def history(uuid):
    """Every version with what became of it, and the place to upload the next one."""
    return _history(*_editable(uuid))


@pages.post("/items/<uuid:uuid>/versions")
@access("author")
def upload(uuid):
    """Import the file of the form as the next version; it waits until somebody uses it."""
    item, package = _editable(uuid)
    files = uploads.form_files(request)
    note = request.form.get("note", "").strip()[: rules.MAX_NOTE]
    if len(files) != 1:
        return _history(item, package, note=note, missing=True), 422
    imported = import_package(
        uploads.checked(files[0]), name=files[0].filename, owner_id=principal().person_id, version_of=package.uuid, note=note
    )
    if not imported.accepted:
        item, package = _editable(uuid)
        return _history(item, package, note=note, refused=imported.report), 422
    if imported.duplicate:
        flash(_("You uploaded exactly the file of version %(number)s again; nothing was added.", number=imported.number), "info")
    return redirect(url_for("versions.version", uuid=uuid, number=imported.number), 303)


@pages.post("/items/<uuid:uuid>/versions/from/<uuid:other>")
@access("author")
def adopt(uuid, other):
    """What was uploaded as a course of its own, as the next version of this one."""
    with write():
        source, _package = _editable(other)
        item, package = _editable(uuid)
        made = contents.adopt(package=package, version=packages.current_version(source.id), by_id=principal().person_id)
        number, draft = made.number, source.title
        address = url_for("versions.version", uuid=item.uuid, number=number)
    flash(_("It waits as version %(number)s. The item “%(title)s” is still there, too.", number=number, title=draft), "success")
    return redirect(address, 303)


@pages.get("/items/<uuid:uuid>/versions/<int:number>")
@access("author")
def version(uuid, number):
    """One version: what the import noticed, and before it takes the current one's place, what that changes."""
    item, package = _editable(uuid)
    shown = queries.of_package(package, number)
    current = packages.current_version(item.id)
    context = {} if shown.number == current.number else _beside(package, current, shown)
    return render_template(
        "versions/version.html", item=item, package=package, version=shown, current=current, report=shown.report,
        findings=report.findings_of(shown.report), **context,
    )  # fmt: skip


def _beside(package: Package, current: PackageVersion, shown: PackageVersion) -> dict:
    """What the page says of a version that may take the current one's place."""
    found = rules.compare(current.contents, shown.contents)
    going = queries.going(package, shown)
    movable = [one for one in going if not one.obstacle]
    return {
        "comparison": found,
        "stored": moving.stored(current, [part.identifier for part in found.gone]) if found.gone else {},
        "going": going,
        "in_progress": sum(one.count for one in going),
        "movable": sum(one.count for one in movable),
        "obstacle": queries.between(current, shown),
        "obstacles": words.OBSTACLES,
    }


@pages.post("/items/<uuid:uuid>/versions/<int:number>/trial")
@access("author")
def trial(uuid, number):
    """Open a version to test it, whether it is used or not; it leaves no results."""
    person_id = principal().person_id
    if person_id is None:
        raise Forbidden(_("Sign in as a person to open a course."))
    with write():
        item, package = _editable(uuid)
        shown = queries.of_package(package, number)
        opened = play.launch(item=item, person=people.get(person_id), mode=play.BROWSE, at=now(), version=shown)
        address = url_for("trials.page", uuid=opened.uuid)
    return redirect(address, 303)


@pages.post("/items/<uuid:uuid>/versions/<int:number>/use")
@access("author")
def use(uuid, number):
    """Make a version current, with the choice about attempts in progress."""
    with write():
        shown = _version(uuid, number)
        attempts = rules.MOVE if request.form.get("attempts") == rules.MOVE else rules.STAY
        seen = request.form.get("seen", type=int)
        change = service.use(version=shown, attempts=attempts, by_id=principal().person_id, at=now(), seen=seen)
        said = _used(number, change.moved if change else 0)
    flash(said, "success")
    return redirect(url_for("versions.history", uuid=uuid), 303)


def _used(number: int, moved: int) -> str:
    said = _("Version %(number)s is now the one that new launches play.", number=number)
    if moved:
        said += " " + ngettext("%(num)s attempt in progress goes on with it.", "%(num)s attempts in progress go on with it.", moved)
    return said


@pages.post("/items/<uuid:uuid>/versions/<int:number>/discard")
@access("author")
def discard(uuid, number):
    """Remove a version that was never used, with its files."""
    with write():
        keys = service.discard(version=_version(uuid, number), by_id=principal().person_id, at=now())
    discard_files(keys)
    flash(_("Version %(number)s is discarded.", number=number), "success")
    return redirect(url_for("versions.history", uuid=uuid), 303)


@pages.post("/items/<uuid:uuid>/contents")
@access("author")
def choose_contents(uuid):
    """Another table of contents of the zip that is played, as a version that waits."""
    with write():
        item, _package = _editable(uuid)
        place = request.form.get("organization", -1, type=int)
        number = contents.choose(version=packages.current_version(item.id), place=place, by_id=principal().person_id).number
    return redirect(url_for("versions.version", uuid=uuid, number=number), 303)


@pages.get("/items/<uuid:uuid>/versions/<int:number>/original")
@access("author")
def original(uuid, number):
    """The file of a version exactly as it was uploaded."""
    return send_original(_version(uuid, number))


def _history(item: Item, package: Package, **more) -> str:
    number = min(max(1, request.args.get("page", 1, type=int)), 100_000)
    lines, total = queries.page(package, number)
    refused = more.pop("refused", None)
    return render_template(
        "versions/history.html", item=item, package=package, lines=lines, page=number, pages=-(-total // queries.PER_PAGE),
        page_url=lambda n: url_for("versions.history", uuid=item.uuid, page=n), changes=queries.changes(package),
        limit=uploads.size_limit(), refused=refused, findings=report.findings_of(refused) if refused else [], **more,
    )  # fmt: skip


def _editable(uuid) -> tuple[Item, Package]:
    """An item with its package, for those who may edit it."""
    item = items.get_editable(str(uuid), by=principal())
    package = packages.package_of(item.id)
    if package is None:
        raise NotFound(_("This item has no package to play."))
    return item, package


def _version(uuid, number: int) -> PackageVersion:
    return queries.of_package(_editable(uuid)[1], number)

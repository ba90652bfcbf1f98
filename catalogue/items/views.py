"""The pages of one item."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from accounts.groups import queries as groups
from accounts.people import queries as people
from catalogue import kinds, words
from catalogue.blueprint import pages
from catalogue.items import forms, images, queries, service
from catalogue.items.models import Item
from catalogue.progress import queries as progress
from catalogue.themes import queries as themes
from core.access import access, principal
from core.covers import cover_svg
from core.db import write
from core.errors import Invalid, NotFound, TooLarge, Unavailable
from core.storage import discard, downloads

MODES = ("normal", "review", "browse")
LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pt", "pl", "ar", "zh", "ja")


@pages.get("/id/item/<uuid:uuid>")
@access("person")
def item_named(uuid):
    """The activity IRI of an item leads a person to its page."""
    return redirect(url_for("catalogue.item", uuid=uuid))


@pages.get("/items/<uuid:uuid>")
@access("person")
def item(uuid):
    """What an item is, the way in, and how far the reader is."""
    found = queries.get_visible(uuid, to=principal())
    standing = progress.of(principal().person_id, found.id)
    return render_template(
        "items/item.html",
        item=found,
        kind=kinds.known().get(found.kind),
        owner=people.by_ids([found.owner_id]).get(found.owner_id),
        theme=themes.paths().get(found.theme_id),
        progress=standing,
        editable=queries.may_edit(found, principal()),
        action=launch_label(found, standing),
        closed=closed_words(found),
    )


def closed_words(found: Item) -> str | None:
    """Why an item can only be looked at again, as its kind says; None while it can be opened."""
    kind = kinds.known().get(found.kind)
    return kind.closed(found, principal()) if kind and kind.closed else None


def launch_label(found: Item, standing) -> str:
    """The words on the button that opens an item: its kind may know them better ("Resume at slide 7")."""
    kind = kinds.known().get(found.kind)
    if kind and kind.resume_label and (label := kind.resume_label(found, principal(), standing)):
        return label
    if standing is None:
        return _("Launch")
    return _("Launch again") if standing.completed_at else _("Resume")


@pages.post("/items/<uuid:uuid>/launch")
@access("person")
def launch(uuid):
    """Open an item: the kind answers a page, or where to go."""
    found = queries.get_visible(uuid, to=principal())
    mode = request.form.get("mode", "normal")
    answer = kinds.get(found.kind).launch(found, principal(), mode if mode in MODES else "normal")
    return redirect(answer, 303) if isinstance(answer, str) else answer


@pages.get("/items/<uuid:uuid>/edit")
@access("author")
def edit_item(uuid):
    """The form of an item's author."""
    found = queries.get_editable(uuid, by=principal())
    return _edit_page(found, _values(found), {})


@pages.post("/items/<uuid:uuid>/edit")
@access("author")
def save_item(uuid):
    """Take the form in; what is wrong stands beside its field and nothing was changed."""
    found = queries.get_editable(uuid, by=principal())
    try:
        changes = forms.changes(request.form)
        upload = request.files.get("image")
        image_key = images.keep(upload.stream) if upload and upload.filename else None
        unused = _save(uuid, changes, image_key)
    except (Invalid, TooLarge) as refused:
        return _edit_page(found, request.form.to_dict() | {"groups": request.form.getlist("groups")}, refused.fields), refused.status
    if unused:
        discard([unused])
    flash(_("Your changes are saved."), "success")
    return redirect(url_for("catalogue.item", uuid=uuid), 303)


def _save(uuid, changes: dict, image_key: str | None) -> str | None:
    """One unit of work; answers the key of a picture that nobody shows any more."""
    try:
        with write():
            found = queries.get_editable(uuid, by=principal())
            service.edit(item=found, by=principal(), **changes)
            if image_key or request.form.get("remove_image"):
                return service.set_image(item=found, image_key=image_key)
    except BaseException:
        if image_key:
            discard([image_key])
        raise
    return None


@pages.post("/items/<uuid:uuid>/visibility")
@access("author")
def set_visibility(uuid):
    """Publish or hide with one button; the answer offers the way back."""
    wanted = request.values.get("visibility", "")
    with write():
        found = queries.get_editable(uuid, by=principal())
        before = found.visibility
        service.edit(item=found, by=principal(), visibility=wanted)
    undo = url_for("catalogue.set_visibility", uuid=uuid, visibility=before) if before != wanted else None
    flash({"text": words.SEEN_BY_NOW[wanted], "undo": undo}, "success")
    return redirect(url_for("catalogue.item", uuid=uuid), 303)


def _values(found: Item) -> dict:
    return {
        "title": found.title,
        "description": found.description,
        "language": found.language or "",
        "theme": themes.paths().get(found.theme_id, ""),
        "duration_minutes": found.duration_minutes or "",
        "visibility": found.visibility,
        "groups": [group.uuid for group in queries.groups_of(found)],
    }


def _edit_page(found: Item, values: dict, errors: dict) -> str:
    tags = sorted({*LANGUAGES, *([values["language"]] if values.get("language") else [])})
    return render_template(
        "items/edit.html",
        item=found,
        values=values,
        errors=errors,
        languages_offered=[("", "—"), *((tag, words.language_name(tag)) for tag in tags)],
        themes=sorted(themes.paths().values()),
        groups=groups.every(),
    )


@pages.get("/items/<uuid:uuid>/image")
@access("person")
def image(uuid):
    """The uploaded picture of an item; its address changes with the picture."""
    found = queries.get_visible(uuid, to=principal())
    try:
        answer = downloads.send(found.image_key, mimetype="image/webp") if found.image_key else None
    except (NotFound, Unavailable):  # lost, or away for now
        answer = None
    if answer is None:
        return redirect(url_for("catalogue.cover", uuid=uuid))
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@pages.get("/covers/<uuid:uuid>.svg")
@access("person")
def cover(uuid):
    """The drawn picture of an item without one."""
    found = queries.get_visible(uuid, to=principal())
    answer = Response(cover_svg(found.uuid, found.title), mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    answer.add_etag()
    return answer.make_conditional(request)


def picture_url(found: Item) -> str:
    """Where the picture of an item is: the uploaded one or the drawn one."""
    if found.image_key:
        return url_for("catalogue.image", uuid=found.uuid, v=found.image_key[7:15])
    return url_for("catalogue.cover", uuid=found.uuid)
